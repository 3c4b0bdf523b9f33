import { render } from 'preact';
import { browserWorld } from './api/browser-world.ts';
import { createModel } from './model/create-model.ts';
import { App } from './views/app.tsx';

const model = createModel(browserWorld());

const tellVisible = () => model.actions.visible(isLookedAt());
document.addEventListener('visibilitychange', tellVisible);
addEventListener('focus', tellVisible);
addEventListener('blur', tellVisible);
tellVisible();

model.start();
render(<App model={model} />, document.body);

/** A window behind others, or without the keyboard, is not read. */
function isLookedAt(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}

import { render } from 'preact';
import { createWebSocket } from '../client/create-web-socket.ts';
import { uploadFile } from './api/upload-file.ts';
import { createModel } from './model/create-model.ts';
import { App } from './views/app.tsx';

const model = createModel({
  base: location.origin,
  storage: localStorage,
  fetch: (input, init) => fetch(input, init),
  uploadFile,
  createWebSocket,
  clock: {
    now: () => Date.now(),
    after(ms, task) {
      const timer = setTimeout(task, ms);
      return () => clearTimeout(timer);
    },
  },
  language: navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en',
});

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

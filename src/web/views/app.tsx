import { useLayoutEffect, useMemo, useReducer } from 'preact/hooks';
import type { Model } from '../model/model.ts';
import type { State } from '../model/state.ts';
import { textOf } from '../text/text-of.ts';
import { Banner } from './banner.tsx';
import { ChatScreen } from './chat-screen.tsx';
import { Logo } from './logo.tsx';
import { PageContext } from './page-context.ts';
import { SignIn } from './sign-in.tsx';
import { Toasts } from './toasts.tsx';
import { useDocument } from './use-document.ts';
import { useDropGuard } from './use-drop-guard.ts';

/** The whole page, as a function of what the model knows. */
export function App({ model }: { readonly model: Model }) {
  const state = useModel(model);
  const { actions } = model;
  const text = textOf(state.settings.language);
  const page = useMemo(
    () => ({ text, actions, people: state.people, myId: state.me?.id }),
    [text, actions, state.people, state.me?.id],
  );
  useDocument(state, text);
  useDropGuard();
  return (
    <PageContext.Provider value={page}>
      <Screen state={state} />
      <Toasts toasts={state.toasts} />
    </PageContext.Provider>
  );
}

function Screen({ state }: { readonly state: State }) {
  switch (state.screen) {
    case 'starting':
      return <Starting connection={state.connection} />;
    case 'sign_in':
      return <SignIn key={state.signIn.name} state={state} />;
    case 'chat':
      return <ChatScreen state={state} />;
  }
}

/** Seen only if it takes a while. */
function Starting({ connection }: Pick<State, 'connection'>) {
  return (
    <div class="starting">
      <Banner connection={connection} />
      <main aria-busy="true">
        <Logo size={64} />
      </main>
    </div>
  );
}

function useModel(model: Model): State {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useLayoutEffect(() => model.subscribe(() => redraw(undefined)), [model]);
  return model.state;
}

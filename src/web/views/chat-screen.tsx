import { useEffect, useRef } from 'preact/hooks';
import type { State } from '../model/state.ts';
import { Banner } from './banner.tsx';
import { ChatList } from './chat-list.tsx';
import { Dialogs } from './dialogs.tsx';
import { Logo } from './logo.tsx';
import { usePage } from './page-context.ts';
import { ThreadView } from './thread-view.tsx';
import { useLocation } from './use-location.ts';
import { useShortcuts } from './use-shortcuts.ts';

/** The chats, and the one that is open; on a phone one or the other. */
export function ChatScreen({ state }: { readonly state: State }) {
  const { text, actions } = usePage();
  const { thread, dialog } = state;
  const chat = state.chats.find(({ key }) => key === thread?.key);
  useLocation(state, actions);
  useShortcuts(state, actions);
  useFocusAfterClosing(thread?.key);
  return (
    <div class={thread === undefined ? 'chat-screen' : 'chat-screen has-thread'}>
      {thread !== undefined && (
        <a class="skip" href="#composer" onClick={skipToComposer}>
          {text.skipToComposer}
        </a>
      )}
      <Banner connection={state.connection} />
      <ChatList chats={state.chats} me={state.me} openKey={thread?.key} />
      <main class="thread-place">
        {thread !== undefined && chat !== undefined ? (
          <ThreadView thread={thread} chat={chat} connection={state.connection} />
        ) : (
          <NothingOpen />
        )}
      </main>
      {dialog !== undefined && <Dialogs dialog={dialog} state={state} />}
    </div>
  );
}

function NothingOpen() {
  const { text, actions } = usePage();
  return (
    <div class="nothing-open">
      <Logo size={72} />
      <h1>{text.emptyTitle}</h1>
      <p class="soft">{text.emptyHint}</p>
      <button type="button" class="primary" onClick={() => actions.openDialog('new_chat')}>
        {text.newChat}
      </button>
    </div>
  );
}

function skipToComposer(event: Event): void {
  event.preventDefault();
  document.getElementById('composer')?.focus();
}

/** Back from a chat, the keyboard goes on where it came from. */
function useFocusAfterClosing(openKey: string | undefined): void {
  const before = useRef(openKey);
  useEffect(() => {
    const closed = before.current;
    before.current = openKey;
    if (openKey !== undefined || closed === undefined) return;
    document.querySelector<HTMLElement>(`.chat-row[data-key="${CSS.escape(closed)}"]`)?.focus();
  }, [openKey]);
}

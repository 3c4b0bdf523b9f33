import { useEffect, useRef } from 'preact/hooks';
import type { Actions } from '../model/model.ts';
import type { ChatKey, State } from '../model/state.ts';

/**
 * The open chat stands in the address, so that "back" on a phone leads to the list, and a reload to the same chat. An
 * address that names no chat of the user's is left alone.
 */
export function useLocation({ thread, chats }: State, actions: Actions): void {
  /** Of the address the page was opened with: until it is open, "none" is not what the user chose. */
  const wanted = useRef(keyOf(location.hash));
  const known = useRef(chats);
  known.current = chats;

  useEffect(() => {
    const follow = () => {
      const key = keyOf(location.hash);
      if (key === undefined) actions.closeChat();
      else if (known.current.some((chat) => chat.key === key)) actions.openChat(key);
    };
    addEventListener('popstate', follow);
    return () => removeEventListener('popstate', follow);
  }, [actions]);

  useEffect(() => {
    const key = wanted.current;
    if (thread !== undefined) wanted.current = undefined;
    else if (key !== undefined && chats.some((chat) => chat.key === key)) actions.openChat(key);
    if (wanted.current === undefined) write(thread?.key);
  }, [thread?.key, chats]);
}

function write(key: ChatKey | undefined): void {
  const before = keyOf(location.hash);
  if (key === before) return;
  if (key === undefined && history.state === IN_CHAT) history.back();
  else if (key === undefined) history.replaceState(null, '', location.pathname + location.search);
  else if (before === undefined) history.pushState(IN_CHAT, '', `#${encodeURIComponent(key)}`);
  else history.replaceState(history.state, '', `#${encodeURIComponent(key)}`);
}

/** Says of an entry of the history that the list is the one before it. */
const IN_CHAT = 'in chat';

function keyOf(hash: string): ChatKey | undefined {
  try {
    const key = decodeURIComponent(hash.slice(1));
    return isKey(key) ? key : undefined;
  } catch {
    return undefined;
  }
}

const isKey = (key: string): key is ChatKey => /^[gp]:./.test(key);

import { useEffect, useRef } from 'preact/hooks';
import type { Actions } from '../model/model.ts';
import type { State } from '../model/state.ts';

/** Keys that work wherever the focus is; the settings list them. A dialog keeps its keys to itself. */
export function useShortcuts(state: State, actions: Actions): void {
  const latest = useRef(state);
  latest.current = state;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (latest.current.dialog !== undefined || event.isComposing || event.defaultPrevented) return;
      if (press(event, latest.current, actions)) event.preventDefault();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [actions]);
}

/** Gives whether the key was one of ours. */
function press(event: KeyboardEvent, { chats, thread }: State, actions: Actions): boolean {
  const isCommand = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  if (isCommand && event.key.toLowerCase() === 'k') {
    actions.openDialog('new_chat');
    return true;
  }
  if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
    const here = chats.findIndex(({ key }) => key === thread?.key);
    const next = chats[event.key === 'ArrowDown' ? here + 1 : Math.max(0, here - 1)];
    if (next !== undefined) actions.openChat(next.key);
    return true;
  }
  // An open menu closes itself at Escape, and is no reason to leave the chat.
  if (event.key === 'Escape' && thread !== undefined && document.querySelector(':popover-open') === null) {
    actions.closeChat();
    return true;
  }
  return false;
}

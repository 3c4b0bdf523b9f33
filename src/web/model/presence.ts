import { MAX_WATCHED } from '../../protocol/frames.ts';
import type { Core, Visit } from './core.ts';

export interface Presence {
  /** Asks to be told of the people of the open chat, and of private chats, the newest first. */
  watch(visit: Visit, openMembers?: readonly string[]): void;
  /** Asks once more: somebody shares a conversation now who did not. */
  watchAnew(visit: Visit): void;
}

export function createPresence(core: Core): Presence {
  let members: readonly string[] = [];
  let watched = '';

  function watch(visit: Visit): void {
    const peers = core.state.chats.flatMap(({ peerId }) => peerId ?? []);
    const open = visit.open?.startsWith('p:') === true ? [visit.open.slice(2)] : members;
    const ids = [...new Set([...open.slice(0, MAX_WATCHED / 2), ...peers])];
    const others = ids.filter((id) => id !== visit.me.id).slice(0, MAX_WATCHED);
    if (others.join() === watched) return;
    watched = others.join();
    visit.client?.watchPresence(others);
  }

  function watchAnew(visit: Visit): void {
    watched = '';
    watch(visit);
  }

  return {
    watchAnew,
    watch(visit, openMembers) {
      members = openMembers ?? members;
      watch(visit);
    },
  };
}

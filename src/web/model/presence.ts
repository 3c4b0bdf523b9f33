import { MAX_WATCHED } from '../../protocol/frames.ts';
import type { Core, Visit } from './core.ts';

export interface Presence {
  /** Asks to be told of the people of the open chat, and of private chats, the newest first. */
  watch(visit: Visit, openMembers?: readonly string[]): void;
}

export function createPresence(core: Core): Presence {
  let members: readonly string[] = [];
  return {
    watch(visit, openMembers) {
      members = openMembers ?? members;
      const peers = core.state.chats.flatMap(({ peerId }) => peerId ?? []);
      const open = visit.open?.startsWith('p:') === true ? [visit.open.slice(2)] : members;
      const ids = [...new Set([...open.slice(0, MAX_WATCHED / 2), ...peers])];
      visit.client?.watchPresence(ids.filter((id) => id !== visit.me.id).slice(0, MAX_WATCHED));
    },
  };
}

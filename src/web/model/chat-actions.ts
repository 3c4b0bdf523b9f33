import { ClientError } from '../../client/chat-client.ts';
import type { Core, Visit } from './core.ts';
import type { History } from './history.ts';
import type { Members } from './members.ts';
import type { Actions } from './model.ts';
import type { Names } from './names.ts';
import { openChatOf } from './open-chat.ts';
import type { Presence } from './presence.ts';
import type { Reading } from './reading.ts';
import type { ChatKey } from './state.ts';
import { placeOf, takeBack } from './thread-book.ts';

interface Parts {
  readonly history: History;
  readonly reading: Reading;
  readonly presence: Presence;
  readonly names: Names;
  readonly members: Members;
}

type ChatActions = Pick<Actions, 'openChat' | 'closeChat' | 'openPrivateChat' | 'recall'>;

/** Which chat is shown, and taking back what was said in it. */
export function createChatActions(
  core: Core,
  { history, reading, presence, names, members }: Parts,
): ChatActions {
  function open(visit: Visit, key: ChatKey): void {
    const chat = visit.chats.get(key);
    if (chat === undefined) return;
    visit.open = key;
    history.open(visit, key);
    reading.opened(visit, chat);
    presence.watch(visit, []);
    if (chat.kind !== 'private') members.meet(visit, key);
    else names.need(visit, [key.slice(2)]);
    core.set({ dialog: undefined });
  }

  return {
    openChat(key) {
      if (core.visit !== undefined) open(core.visit, key);
    },
    closeChat() {
      if (core.visit !== undefined) core.visit.open = undefined;
      core.touch();
    },
    openPrivateChat({ id, name }) {
      const { visit } = core;
      if (visit === undefined) return;
      if (name !== '') visit.people.name(id, name);
      const chat = visit.chats.ensure(`p:${id}`, name);
      if (chat.last === undefined) chat.openedAt = core.world.clock.now();
      open(visit, chat.key);
    },
    recall(seq) {
      const open = openChatOf(core);
      if (open?.visit.client === undefined || open.chat.conversationId === undefined) return;
      const { visit, chat, pages } = open;
      open.visit.client.recall(open.chat.conversationId, seq).then(
        () => {
          takeBack(pages, seq, visit.me.id);
          visit.chats.recalled(chat, seq);
          core.touch();
        },
        (error: unknown) => {
          if (visit.isEnded) return;
          const isMine = pages.stored[placeOf(pages.stored, seq)]?.isMine === true;
          const isLate = isMine && error instanceof ClientError && error.code === 'permission_denied';
          core.toast(isLate ? core.words.too_late : core.explain(error), true);
        },
      );
    },
  };
}

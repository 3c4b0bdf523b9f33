import type { Chat } from './chat-book.ts';
import type { Core, Visit } from './core.ts';

export interface Typing {
  /** Somebody is typing: believed for some seconds, or until his message. */
  heard(visit: Visit, chat: Chat, userId: string): void;
}

/** ms */
const BELIEVED_FOR = 5_000;

export function createTyping(core: Core): Typing {
  return {
    heard(visit, chat, userId) {
      const until = core.world.clock.now() + BELIEVED_FOR;
      chat.typing.set(userId, until);
      core.after(BELIEVED_FOR, () => {
        // Said again since, or a message has come.
        if (chat.typing.get(userId) !== until) return;
        chat.typing.delete(userId);
        if (!visit.isEnded) core.touch();
      });
    },
  };
}

import { ChatError } from '../../protocol/error-codes.ts';
import type { ConversationId, UserId } from '../../protocol/ids.ts';
import type { Session } from './ports.ts';
import type { ReadMark } from './conversation-ports.ts';

/** How far everybody has read, behind every door. */
export interface ReadState {
  /**
   * Moves a user's position and tells whom it concerns: his own other connections, the other user of a private
   * conversation, the authors in a group. `by`: the session that said so. Rejects like ConversationStore.markRead().
   */
  mark(userId: UserId, conversationId: ConversationId, seq: number, by?: Session): Promise<ReadMark>;
}

export function createReadState(_options: object): ReadState {
  return {
    mark: () => Promise.reject(new ChatError('unknown_type')),
  };
}

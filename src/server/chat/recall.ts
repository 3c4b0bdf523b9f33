import { ChatError } from '../../protocol/error-codes.ts';
import type { ConversationId, UserId } from '../../protocol/ids.ts';
import type { Recalled } from './conversation-ports.ts';

/** Who takes a message back. */
export type Recaller = { readonly userId: UserId } | { readonly operator: true };

/**
 * Takes a message back for everybody: its sender within `Message.RecallWindow`, a group's owner and admins always, an
 * operator always. Once it is gone, everybody online who could read it is told. Rejects with not_member, not_found,
 * permission_denied.
 */
export type RecallMessage = (
  place: { readonly conversationId: ConversationId; readonly seq: number },
  by: Recaller,
) => Promise<Recalled>;

export function createRecall(_options: object): RecallMessage {
  return () => Promise.reject(new ChatError('unknown_type'));
}

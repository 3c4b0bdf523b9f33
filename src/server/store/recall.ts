import { ChatError } from '../../protocol/error-codes.ts';
import type { ConversationId, UserId } from '../../protocol/ids.ts';
import type { Recalled, RecallRequest } from '../chat/conversation-ports.ts';
import type { StoredMessage } from '../chat/store-ports.ts';
import type { Tables } from './tables.ts';

export async function findMessageAt(
  _tables: Tables,
  _viewer: UserId | undefined,
  _place: { readonly conversationId: ConversationId; readonly seq: number },
): Promise<StoredMessage> {
  throw new ChatError('internal');
}

export async function recallMessage(_tables: Tables, _request: RecallRequest): Promise<Recalled> {
  throw new ChatError('internal');
}

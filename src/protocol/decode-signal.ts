import { ChatError } from './error-codes.ts';
import {
  MAX_WATCHED,
  type PresenceFrame,
  type ReadFrame,
  type RecallFrame,
  type SignalType,
  SYNC_LIMIT,
  type SyncFrame,
  type SyncPosition,
  type TypingFrame,
} from './frames.ts';
import { toConversationId, toMessageId, toUserId } from './ids.ts';

type JsonObject = Readonly<Record<string, unknown>>;
export type SignalFrame = ReadFrame | TypingFrame | RecallFrame | SyncFrame | PresenceFrame;

/** A frame that is no message and no ping, or what is wrong with it. Never throws. */
export function decodeSignal(type: SignalType, value: JsonObject): SignalFrame | ChatError {
  switch (type) {
    case 'read':
    case 'recall':
      return decodePlace(type, value);
    case 'typing':
      return decodeTyping(value);
    case 'sync':
      return decodeSync(value);
    case 'presence':
      return decodePresence(value);
  }
}

const SIGNAL_TYPES: ReadonlySet<string> = new Set<SignalType>([
  'read',
  'recall',
  'typing',
  'sync',
  'presence',
]);

export function isSignalType(type: string): type is SignalType {
  return SIGNAL_TYPES.has(type);
}

function decodePlace(type: 'read' | 'recall', value: JsonObject): ReadFrame | RecallFrame | ChatError {
  const conversationId = toConversationId(value['conversationId']);
  if (conversationId === undefined) return wrong('conversationId');
  const seq = value['seq'];
  return isSeq(seq) && seq > 0 ? { type, conversationId, seq } : wrong('seq');
}

function decodeTyping(value: JsonObject): TypingFrame | ChatError {
  const recvId = value['recvId'] ?? '';
  if (typeof recvId !== 'string') return wrong('recvId');
  if (recvId !== '') return { type: 'typing', recvId };
  const conversationId = toConversationId(value['conversationId']);
  return conversationId === undefined ? wrong('conversationId') : { type: 'typing', conversationId };
}

function decodeSync(value: JsonObject): SyncFrame | ChatError {
  const since = decodePositions(value['since'] ?? {});
  if (since === undefined) return wrong('since');
  const limit = value['limit'] ?? SYNC_LIMIT.usual;
  if (!isSeq(limit)) return wrong('limit');
  const only = value['only'] ?? false;
  if (typeof only !== 'boolean') return wrong('only');
  return { type: 'sync', since, limit: Math.min(limit, SYNC_LIMIT.most), only };
}

/** Without a prototype: a conversation may be called `constructor`. */
function decodePositions(value: unknown): SyncFrame['since'] | undefined {
  if (!isObject(value)) return undefined;
  const since: Record<string, SyncPosition> = Object.create(null);
  for (const [id, position] of Object.entries(value)) {
    const decoded = decodePosition(position);
    if (decoded === undefined || toConversationId(id) === undefined) return undefined;
    since[id] = decoded;
  }
  return since;
}

function decodePosition(value: unknown): SyncPosition | undefined {
  if (!isObject(value)) return undefined;
  const { seq, id = '', rev } = value;
  if (!isSeq(seq) || typeof id !== 'string') return undefined;
  if (seq > 0 && toMessageId(id) === undefined) return undefined;
  if ((rev ?? undefined) === undefined) return { seq, id };
  return isSeq(rev) ? { seq, id, rev } : undefined;
}

function decodePresence(value: JsonObject): PresenceFrame | ChatError {
  const userIds = value['userIds'];
  if (!Array.isArray(userIds) || userIds.length > MAX_WATCHED) return wrong('userIds');
  const isWrong = userIds.some((id) => typeof id !== 'string' || toUserId(id) === undefined);
  return isWrong ? wrong('userIds') : { type: 'presence', userIds: userIds as string[] };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSeq(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function wrong(field: string): ChatError {
  return new ChatError('invalid_field', { field });
}

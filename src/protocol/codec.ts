import { isClientMsgId } from './client-msg-id.ts';
import { decodeSignal, isSignalType } from './decode-signal.ts';
import { ChatError, type ErrorCode } from './error-codes.ts';
import {
  type AckFrame,
  CHAT_TYPE,
  type ChatFrame,
  type ChatType,
  type ClientFrame,
  CONTENT_TYPE,
  type ContentType,
  type MessageFrame,
  type PingFrame,
  type ServerFrame,
  type SignalType,
} from './frames.ts';

/** A frame that cannot be acted on; `clientMsgId` tells the sender which one, if it carried a valid one. */
export interface RefusedFrame {
  readonly error: ChatError;
  readonly clientMsgId?: string;
  /** What it was meant to be, if that is known and it is no message. */
  readonly type?: SignalType;
}

export type DecodedFrame = { readonly frame: ClientFrame } | RefusedFrame;

/**
 * One text from a client as a frame. Never throws.
 *
 * Keys without a meaning are ignored, of a repeated key the last counts, and `null` is the same as absent (the seed's
 * server was Go, whose decoder takes them so). Types are exact: `"1"` is no chatType. Whether a recipient exists and
 * how long content may be is for chat to judge.
 */
export function decodeFrame(text: string): DecodedFrame {
  const value = parseObject(text);
  if (value === undefined) return { error: new ChatError('invalid_json') };
  const decoded = decodeTyped(value);
  if (!(decoded instanceof ChatError)) return { frame: decoded };
  const { type } = value;
  if (typeof type === 'string' && isSignalType(type)) return { error: decoded, type };
  return isClientMsgId(value['clientMsgId'])
    ? { error: decoded, clientMsgId: value['clientMsgId'] }
    : { error: decoded };
}

/** A frame as the text that travels. */
export function encodeFrame(frame: ServerFrame): string {
  if ('sendId' in frame) return encodeMessage(frame);
  return 'type' in frame && frame.type === 'ack' ? encodeAck(frame) : JSON.stringify(frame);
}

type JsonObject = Readonly<Record<string, unknown>>;

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined;
  } catch {
    return undefined;
  }
}

function decodeTyped(value: JsonObject): ClientFrame | ChatError {
  const type = value['type'] ?? 'chat';
  if (type === 'chat') return decodeChat(value);
  if (type === 'ping') return decodePing(value);
  if (typeof type === 'string' && isSignalType(type)) return decodeSignal(type, value);
  return typeof type === 'string' ? refuse('unknown_type') : refuse('invalid_field', 'type');
}

/** A send by the rules of a frame, where there is no text to decode: an HTTP body, an operator's. Never throws. */
export function decodeChat(value: JsonObject): ChatFrame | ChatError {
  const chatType = decodeChatType(value['chatType']);
  if (chatType instanceof ChatError) return chatType;
  const contentType = decodeContentType(value['contentType']);
  if (contentType instanceof ChatError) return contentType;

  const conversationId = chatType === CHAT_TYPE.group ? (value['conversationId'] ?? '') : '';
  if (typeof conversationId !== 'string') return refuse('invalid_field', 'conversationId');
  const recvId = chatType === CHAT_TYPE.private ? value['recvId'] : '';
  if (typeof recvId !== 'string' || (chatType === CHAT_TYPE.private && recvId === '')) {
    return refuse('invalid_field', 'recvId');
  }
  const content = value['content'];
  if (!isContent(content)) return refuse('invalid_field', 'content');

  const frame: ChatFrame = { type: 'chat', chatType, conversationId, recvId, content, contentType };
  const clientMsgId = value['clientMsgId'] ?? undefined;
  if (clientMsgId === undefined) return frame;
  return isClientMsgId(clientMsgId) ? { ...frame, clientMsgId } : refuse('invalid_field', 'clientMsgId');
}

/** Absent counts as unsupported, not as malformed: to the seed's server it was 0, and this its answer to 0. */
function decodeChatType(value: unknown): ChatType | ChatError {
  if (value === CHAT_TYPE.group || value === CHAT_TYPE.private) return value;
  return typeof (value ?? 0) === 'number'
    ? refuse('unsupported_chat_type')
    : refuse('invalid_field', 'chatType');
}

function decodeContentType(value: unknown): ContentType | ChatError {
  const contentType = value ?? CONTENT_TYPE.text;
  if (typeof contentType !== 'number') return refuse('invalid_field', 'contentType');
  return isContentType(contentType) ? contentType : refuse('bad_content_type');
}

function isContentType(value: number): value is ContentType {
  return value === 1 || value === 2 || value === 3 || value === 4;
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Whether `value` can be the content of a message: text, and not empty. JSON can write half a surrogate pair, which no
 * database can keep and no UTF-8 frame can carry.
 */
function isContent(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !LONE_SURROGATE.test(value);
}

const MAX_PING_ID = 64;

function decodePing(value: JsonObject): PingFrame | ChatError {
  const id = value['id'] ?? undefined;
  if (id === undefined) return { type: 'ping' };
  return isPingId(id) ? { type: 'ping', id } : refuse('invalid_field', 'id');
}

/** What can be echoed as it came: short text, or a number that JSON.parse did not round. */
function isPingId(id: unknown): id is string | number {
  if (typeof id === 'string') return id.length <= MAX_PING_ID;
  return typeof id === 'number' && Math.abs(id) <= Number.MAX_SAFE_INTEGER;
}

function refuse(code: ErrorCode, field?: string): ChatError {
  return new ChatError(code, field === undefined ? {} : { field });
}

/** By hand, in half the time of JSON.stringify. Ids have nothing to escape: they are digits, or `A–Z a–z 0–9 _ - .`. */
function encodeMessage(frame: MessageFrame): string {
  const head = `{"conversationId":"${frame.conversationId}","recvId":"${frame.recvId}","sendId":"${frame.sendId}"`;
  const body = `"chatType":${frame.chatType},"content":${JSON.stringify(frame.content)},"contentType":${frame.contentType}`;
  const place = `"id":"${frame.id}","seq":${frame.seq},"sentAt":${frame.sentAt}`;
  const end = frame.clientMsgId === undefined ? '}' : `,"clientMsgId":${JSON.stringify(frame.clientMsgId)}}`;
  return `${head},${body},${place}${end}`;
}

/** As encodeMessage(). */
function encodeAck(frame: AckFrame): string {
  const head = `{"type":"ack","clientMsgId":${JSON.stringify(frame.clientMsgId)},"id":"${frame.id}"`;
  const place = `"conversationId":"${frame.conversationId}","seq":${frame.seq},"sentAt":${frame.sentAt}`;
  return frame.duplicate === true ? `${head},${place},"duplicate":true}` : `${head},${place}}`;
}

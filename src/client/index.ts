export { createWebSocket } from './create-web-socket.ts';
export { ClientError } from './chat-client.ts';
export type {
  Ack,
  ChatClient,
  ClientErrorCode,
  ClientEvents,
  ClientOptions,
  ClientStatus,
  CloseReason,
  ConversationState,
  IncomingFrame,
  OutgoingMessage,
} from './chat-client.ts';
export { CHAT_TYPE, CONTENT_TYPE } from '../protocol/frames.ts';
export type {
  ErrorFrame,
  MessageFrame,
  PresenceNotice,
  ReadNotice,
  RecallNotice,
  SyncPosition,
  SystemFrame,
  TypingNotice,
} from '../protocol/frames.ts';

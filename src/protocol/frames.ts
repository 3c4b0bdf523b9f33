import type { ErrorCode } from './error-codes.ts';

/**
 * Every frame that travels on `/ws`: one JSON text each. `codec.ts` turns text into a ClientFrame and a ServerFrame
 * into text; docs/protocol.md is the same list for people.
 */

/** Where a message belongs: 1 group, 2 private. 99 is the server's own notices. */
export const CHAT_TYPE = { group: 1, private: 2, system: 99 } as const;
export type ChatType = 1 | 2;

/** What a message's content is: the content itself is always text (a link for 2 and 4). */
export const CONTENT_TYPE = { text: 1, image: 2, sticker: 3, file: 4 } as const;
export type ContentType = 1 | 2 | 3 | 4;

// Client to server.

/** Send a message. Bare (without `type`) in the seed's form. */
export interface ChatFrame {
  readonly type: 'chat';
  readonly chatType: ChatType;
  /** The group, for chatType 1; empty means the lobby. Ignored for chatType 2. */
  readonly conversationId: string;
  /** The other user's id, for chatType 2. Ignored for chatType 1. */
  readonly recvId: string;
  readonly content: string;
  readonly contentType: ContentType;
  readonly clientMsgId?: string;
}

/** Heartbeat of the client: answered only when it carries an id. */
export interface PingFrame {
  readonly type: 'ping';
  readonly id?: string | number;
}

export type ClientFrame = ChatFrame | PingFrame;

// Server to client.

/** A stored message, to everybody entitled to it. The first six keys are the seed's. */
export interface MessageFrame {
  readonly conversationId: string;
  readonly recvId: string;
  readonly sendId: string;
  readonly chatType: ChatType;
  readonly content: string;
  readonly contentType: ContentType;
  readonly id: string;
  readonly seq: number;
  readonly sentAt: number;
  readonly clientMsgId?: string;
}

/** To the sender who asked with a clientMsgId: the message is committed. */
export interface AckFrame {
  readonly type: 'ack';
  readonly clientMsgId: string;
  readonly id: string;
  readonly conversationId: string;
  readonly seq: number;
  readonly sentAt: number;
  readonly duplicate?: true;
}

/** To whoever sent what cannot be done. */
export interface ErrorFrame {
  readonly type: 'error';
  readonly code: ErrorCode;
  readonly error: string;
  readonly clientMsgId?: string;
  readonly field?: string;
  readonly retryAfterMs?: number;
}

/** To a ping with an id, behind everything written before it. */
export interface PongFrame {
  readonly type: 'pong';
  readonly id: string | number;
}

export type SystemType = 'group_create' | 'group_dismiss' | 'group_join' | 'group_leave';

/** A notice to the members concerned. Not stored. */
export interface SystemFrame {
  readonly chatType: 99;
  readonly systemType: SystemType;
  readonly content: string;
  readonly groupInfo: {
    readonly groupId: string;
    readonly groupName: string;
    readonly memberIds: readonly string[];
    readonly creatorId: string;
  };
}

export type ServerFrame = MessageFrame | AckFrame | ErrorFrame | PongFrame | SystemFrame;

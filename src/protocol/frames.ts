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

/** Read up to `seq`. Never moves back, never past the last message. */
export interface ReadFrame {
  readonly type: 'read';
  readonly conversationId: string;
  readonly seq: number;
}

/** Somebody is typing, to one of the two. Passed on, not kept. */
export interface TypingFrame {
  readonly type: 'typing';
  /** A group, or a private conversation that has messages. */
  readonly conversationId?: string;
  /** The other user. */
  readonly recvId?: string;
}

/** Take a message back: its sender for a while, the owner and admins of a group always. */
export interface RecallFrame {
  readonly type: 'recall';
  readonly conversationId: string;
  readonly seq: number;
}

/** The last message of a conversation that a client holds. */
export interface SyncPosition {
  /** 0: it holds none. */
  readonly seq: number;
  /** That message's id; not looked at for seq 0. A pair that is not stored is answered with `reset`. */
  readonly id: string;
  /** `rev` of the conversation as the client last saw it: recalls after it come along. Absent: all of them. */
  readonly rev?: number;
}

/** All that was missed. `chatd.v1` clients only. */
export interface SyncFrame {
  readonly type: 'sync';
  /** By conversation id. */
  readonly since: Readonly<Record<string, SyncPosition>>;
  /** Messages of each conversation that is not named. */
  readonly limit: number;
  /** Answers nothing but the named conversations. */
  readonly only: boolean;
}

/** Whose presence this connection wants to be told: replaces what it asked for before. `chatd.v1` clients only. */
export interface PresenceFrame {
  readonly type: 'presence';
  readonly userIds: readonly string[];
}

export type ClientFrame =
  | ChatFrame
  | PingFrame
  | ReadFrame
  | TypingFrame
  | RecallFrame
  | SyncFrame
  | PresenceFrame;

/** The types of frames that are no message and no ping. */
export type SignalType = Exclude<ClientFrame['type'], 'chat' | 'ping'>;

/** Of `sync`: messages of a conversation that is not named, unless the client says, and at most. */
export const SYNC_LIMIT = { usual: 100, most: 300 } as const;
/** The most users a `presence` frame may name. */
export const MAX_WATCHED = 200;
/** The most bytes of a `sync` answer's frame. */
export const MAX_SYNC_FRAME = 256 * 1024;

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
  /** It was taken back: its content is empty. Only in `sync`, never live. */
  readonly recalled?: true;
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
  /** What it is about, if that is no message. */
  readonly about?: {
    readonly type: SignalType;
    readonly conversationId?: string;
    readonly seq?: number;
  };
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

// Server to client, to those that speak `chatd.v1` alone: the seed's take what they do not know for a message.

/**
 * Somebody has read up to `seq`. Of a private conversation to the other user, and always to the reader's own other
 * connections. In a group to the authors of what was read, at most once a second each: a hint to ask for the counts.
 */
export interface ReadNotice {
  readonly type: 'read';
  readonly conversationId: string;
  readonly userId: string;
  readonly seq: number;
}

/** Somebody is typing: to be forgotten after some seconds, or with his next message. */
export interface TypingNotice {
  readonly type: 'typing';
  readonly conversationId: string;
  readonly userId: string;
}

/** A message was taken back: its content is gone. `by`: who did it; `0` is an operator. */
export interface RecallNotice {
  readonly type: 'recall';
  readonly conversationId: string;
  readonly seq: number;
  readonly by: string;
  /** How many recalls the conversation has had, this one included. */
  readonly rev: number;
}

/** Whether somebody this connection watches is online. */
export interface PresenceNotice {
  readonly type: 'presence';
  readonly userId: string;
  readonly online: boolean;
  /** When he was last seen, ms since 1970; 0 if that is not known. Of somebody online: now. */
  readonly lastSeen: number;
}

/** A part of the answer to `sync`. */
export interface SyncNotice {
  readonly type: 'sync';
  readonly conversations: readonly SyncedConversation[];
  /** It was the last part. A named conversation that did not come is not the user's, or not any more. */
  readonly done: boolean;
}

/** A page of a conversation: its messages follow each other without a gap, and end where the next page begins. */
export interface SyncedConversation {
  readonly conversationId: string;
  readonly chatType: ChatType;
  /**
   * The first seq the user may read of the stretch these messages belong to: a membership's first. A jump to it is no
   * gap: between two memberships there is nothing for him.
   */
  readonly fromSeq: number;
  readonly lastSeq: number;
  readonly readSeq: number;
  /** How far the other has read; private conversations only. */
  readonly peerReadSeq?: number;
  /** How many recalls the conversation has had. */
  readonly rev: number;
  /** Messages the client holds (not after its position) that were taken back. */
  readonly recalled: readonly number[];
  /** Oldest first. */
  readonly messages: readonly MessageFrame[];
  /** Another page of it follows in this answer. */
  readonly more: boolean;
  /** The client's position is not stored here: what it holds of the conversation is to be dropped. */
  readonly reset?: true;
}

export type ServerFrame =
  | MessageFrame
  | AckFrame
  | ErrorFrame
  | PongFrame
  | SystemFrame
  | ReadNotice
  | TypingNotice
  | RecallNotice
  | PresenceNotice
  | SyncNotice;

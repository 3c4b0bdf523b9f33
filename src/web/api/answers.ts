import type { ChatType, ContentType } from '../../protocol/frames.ts';

/** What the HTTP API answers, as far as the page reads it. */

export interface About {
  readonly name: string;
  readonly wsUrl: string;
  readonly registration: 'open' | 'closed';
}

export interface SignedIn {
  readonly id: string;
  readonly name: string;
  readonly token: string;
}

export interface PublicUser {
  readonly id: string;
  readonly name: string;
  /** 1 enabled, 0 disabled. */
  readonly status: number;
}

export interface ListedChat {
  readonly id: string;
  readonly type: ChatType;
  readonly name: string;
  readonly lastMessage: string;
  /** Unix seconds; 0 without a message. */
  readonly lastMessageTime: number;
  readonly lastSendId?: string;
  readonly lastMessageType?: number;
  /** ms. */
  readonly lastSentAt?: number;
  /** The last message was taken back. */
  readonly lastMessageRecalled?: boolean;
  readonly unreadCount: number;
  readonly memberIds: readonly string[];
  readonly lastSeq: number;
  readonly readSeq: number;
  /** Private conversations only. */
  readonly peerReadSeq?: number | null;
  /** Of the one who asks, in a group. */
  readonly role?: string;
}

export interface HistoryMessage {
  readonly id: number;
  readonly sendId: string;
  readonly sendName: string;
  readonly content: string;
  readonly contentType: ContentType;
  readonly seq: number;
  /** ms. */
  readonly sentAt: number;
  readonly recalled?: boolean;
}

export interface Readers {
  readonly count: number;
  readonly readers: readonly { readonly id: string; readonly name: string }[];
}

export interface Uploaded {
  readonly host: string;
  readonly file: string;
}

import type { NamedUser } from './admin-users.ts';

/** Messages, events and the audit, as operators see them. */

/** To exactly one user or one group. */
export interface OperatorMessage {
  /** In whose name; the first administrator's if absent. */
  readonly as?: string | undefined;
  readonly to?: string | undefined;
  readonly group?: string | undefined;
  readonly content: string;
  /** 1 text if absent. */
  readonly contentType?: 1 | 2 | 3 | 4 | undefined;
  /** `delivered`: answers when every connection it was written to has answered a ping behind it, or after `waitMs`. `stored` if absent. */
  readonly wait?: 'stored' | 'delivered' | undefined;
  /** At most 30,000; 5,000 if absent. */
  readonly waitMs?: number | undefined;
}

/** A stored message, and how many of those it is for were online. */
export interface SentMessage {
  readonly id: string;
  readonly conversationId: string;
  readonly seq: number;
  readonly sentAt: number;
  readonly from: NamedUser;
  /** The recipient; absent for a group. */
  readonly to?: NamedUser | undefined;
  readonly group?: string | undefined;
  /** ms from the call until it was stored. */
  readonly storedAfterMs: number;
  /** Absent if they could not be counted. */
  readonly audience?: { readonly online: number; readonly offline: number } | undefined;
  /** With `wait: delivered`. */
  readonly delivery?: DeliveryReport | undefined;
}

/** Who has it for sure: a ping written behind the message was answered. */
export interface DeliveryReport {
  /** Connections that answered, and those that did not in time or went. */
  readonly delivered: number;
  readonly missed: number;
  /** At most 100, those that missed it first. Without the author's own. */
  readonly connections: readonly DeliveredTo[];
}

export interface DeliveredTo {
  readonly connection: string;
  readonly user: NamedUser;
  readonly client: 'seed' | 'v1';
  /** ms from the write to the pong; absent if there was none. */
  readonly afterMs?: number | undefined;
}

export interface MessageQuery {
  /** All conversations this user is in; with `group` absent. */
  readonly user?: string | undefined;
  readonly group?: string | undefined;
  /** The id of a message: only older ones. */
  readonly before?: string | undefined;
  /** At most 200; 50 if absent. */
  readonly limit?: number | undefined;
  /** With the text, which is audited. */
  readonly content?: boolean | undefined;
}

export interface MessageItem {
  readonly id: string;
  readonly conversationId: string;
  readonly seq: number;
  readonly from: NamedUser;
  /** Of a private message. */
  readonly to?: NamedUser | undefined;
  /** Of a group message. */
  readonly group?: string | undefined;
  readonly contentType: 1 | 2 | 3 | 4;
  /** Of the content, in UTF-8. */
  readonly bytes: number;
  readonly sentAt: number;
  /** It was taken back: its content is gone. */
  readonly recalled?: true | undefined;
  readonly content?: string | undefined;
}

export interface MessageRecall {
  /** A group's id, or a private conversation's. */
  readonly conversation: string;
  readonly seq: number;
}

export interface MessageRecalled {
  readonly conversationId: string;
  readonly seq: number;
  /** Which of the conversation's recalls it was, from 1 on. */
  readonly rev: number;
  /** It had been taken back before. */
  readonly again: boolean;
}

export interface MessagePage {
  /** The latest first. */
  readonly items: readonly MessageItem[];
  /** `before` of the next page. */
  readonly next?: string | undefined;
}

export type MessageWatch = Pick<MessageQuery, 'user' | 'group' | 'content'>;

/** What was stored since the last tick, oldest first; of many only the latest. */
export interface MessageTick {
  readonly messages: readonly MessageItem[];
  readonly skipped: number;
}

export type EventLevel = 'debug' | 'info' | 'warn' | 'error';

/** What the server said of itself: a line of its log. */
export interface ServerEvent {
  /** Counts up from the server's start. */
  readonly id: number;
  readonly at: number;
  readonly level: EventLevel;
  /** `connection_opened`, `operator`, `connection_refused` … */
  readonly event: string;
  readonly fields: Readonly<Record<string, string | number | boolean>>;
}

export interface EventQuery {
  /** Words that must all occur in level, event or fields; `!` inverts. */
  readonly filter?: string | undefined;
  /** The id of an event: only older ones. */
  readonly before?: number | undefined;
  /** At most 200; 50 if absent. */
  readonly limit?: number | undefined;
}

export interface EventPage {
  /** The latest first, of the last 2000 there were. */
  readonly items: readonly ServerEvent[];
  readonly next?: number | undefined;
}

export interface EventTick {
  /** Oldest first; of many only the latest. */
  readonly events: readonly ServerEvent[];
  readonly skipped: number;
}

export interface AuditQuery {
  /** Equal to it, each. `action` also matches its beginning up to a dot: `user` is all of `user.…`. */
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  /** A part of it. */
  readonly target?: string | undefined;
  readonly before?: number | undefined;
  /** At most 200; 50 if absent. */
  readonly limit?: number | undefined;
}

export interface AuditItem {
  readonly id: number;
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly address: string;
  /** `ok`, or an error code. */
  readonly result: string;
}

export interface AuditPage {
  /** The latest first. */
  readonly items: readonly AuditItem[];
  readonly next?: number | undefined;
}

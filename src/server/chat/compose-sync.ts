import { Buffer } from 'node:buffer';
import type { MessageFrame, SyncedConversation } from '../../protocol/frames.ts';
import type { ConversationId } from '../../protocol/ids.ts';
import type { StoredMessage } from './store-ports.ts';
import type { SyncPage, SyncStretch, SyncWanted } from './sync-ports.ts';

export type ToFrame = (message: StoredMessage) => MessageFrame;

/** A conversation that has to be told, from its start on. */
export interface SyncItem extends SyncWanted {
  /** How many rows it has, if that is known. */
  readonly left?: number;
  /** What was told of it last. */
  readonly last?: SyncedConversation;
}

/** A frame of the answer. */
export interface SyncPart {
  /** Each as if more of it followed. */
  readonly entries: readonly SyncedConversation[];
  readonly bytes: number;
  readonly messages: number;
  /** There was more than fits. */
  readonly isFull: boolean;
  /** Told to their end. */
  readonly ended: readonly EndedItem[];
  /** Nothing of them was told. */
  readonly unread: readonly SyncItem[];
  /** They go on. */
  readonly begun: readonly SyncItem[];
}

export interface EndedItem {
  readonly conversationId: ConversationId;
  readonly upTo: number;
  readonly rev: number;
  readonly lastAt: number;
  /** The last of its entries; undefined for what turned out not to be the user's. */
  readonly last: SyncedConversation | undefined;
}

export interface ComposeOptions {
  readonly maxBytes: number;
  readonly toFrame: ToFrame;
}

/** As much of what was read for `batch` as fits one frame; at least one message. */
export function composeSync(
  batch: readonly SyncItem[],
  pages: readonly SyncPage[],
  options: ComposeOptions,
): SyncPart {
  const composer = new Composer(options);
  const byId = new Map(pages.map((page) => [page.conversationId, page]));
  for (const item of batch) composer.add(item, byId.get(item.conversationId));
  return composer;
}

/** What is around the entries, and a WebSocket frame's head. */
const FRAME_BYTES = 64;

class Composer implements SyncPart {
  readonly entries: SyncedConversation[] = [];
  readonly ended: EndedItem[] = [];
  readonly unread: SyncItem[] = [];
  readonly begun: SyncItem[] = [];
  bytes = FRAME_BYTES;
  messages = 0;
  isFull = false;
  readonly #options: ComposeOptions;

  constructor(options: ComposeOptions) {
    this.#options = options;
  }

  add(item: SyncItem, page: SyncPage | undefined): void {
    if (this.isFull) this.unread.push(item);
    else if (page === undefined) this.#end(item);
    else if (page.stretches.length === 0) this.unread.push({ ...item, left: page.left });
    else this.#addPage(item, page);
  }

  /** It is not the user's any more: what was told of it is all there is. */
  #end({ conversationId, last: before }: SyncItem): void {
    const last = before === undefined ? undefined : { ...before, recalled: [], messages: [] };
    if (last !== undefined) this.#push(last, bytesOf(last));
    this.ended.push({ conversationId, upTo: Number.MAX_SAFE_INTEGER, rev: 0, lastAt: 0, last });
  }

  #addPage(item: SyncItem, page: SyncPage): void {
    const { conversationId, rev, lastAt, left } = page;
    let last: SyncedConversation | undefined;
    for (const stretch of page.stretches) {
      last = this.#addStretch(toHead(page, stretch, last === undefined), stretch) ?? last;
      if (this.isFull) break;
    }
    if (last === undefined) return void this.unread.push(item);
    const upTo = this.isFull ? (last.messages.at(-1)?.seq ?? page.after) : page.after;
    if (this.isFull || left > 0) {
      this.begun.push({ conversationId, start: { after: upTo, rev }, left: Math.max(1, left), last });
    } else {
      this.ended.push({ conversationId, upTo, rev, lastAt, last });
    }
  }

  /** An entry with its first message at least, if there is one; undefined if that does not fit. */
  #addStretch(head: SyncedConversation, stretch: SyncStretch): SyncedConversation | undefined {
    const messages: MessageFrame[] = [];
    let bytes = bytesOf(head);
    for (const message of stretch.messages) {
      const frame = this.#options.toFrame(message);
      const more = bytesOf(frame);
      const isFirst = messages.length === 0;
      if (!this.#fits(bytes + more) && !(isFirst && this.entries.length === 0)) {
        this.isFull = true;
        if (isFirst) return undefined;
        break;
      }
      bytes += more;
      messages.push(frame);
    }
    if (messages.length === 0 && !this.#fits(bytes) && this.entries.length > 0) {
      this.isFull = true;
      return undefined;
    }
    this.messages += messages.length;
    const entry = { ...head, messages };
    this.#push(entry, bytes);
    return entry;
  }

  #fits(bytes: number): boolean {
    return this.bytes + bytes <= this.#options.maxBytes;
  }

  #push(entry: SyncedConversation, bytes: number): void {
    this.entries.push(entry);
    this.bytes += bytes;
  }
}

/** With the comma behind it. */
function bytesOf(value: MessageFrame | SyncedConversation): number {
  return Buffer.byteLength(JSON.stringify(value)) + 1;
}

function toHead(page: SyncPage, { fromSeq }: SyncStretch, isFirst: boolean): SyncedConversation {
  const { conversationId, chatType, lastSeq, readSeq, peerReadSeq, rev, recalled } = page;
  return {
    conversationId,
    chatType,
    fromSeq,
    lastSeq,
    readSeq,
    ...(peerReadSeq === undefined ? {} : { peerReadSeq }),
    rev,
    recalled: isFirst ? recalled : [],
    messages: [],
    more: true,
    ...(page.isReset && isFirst ? { reset: true } : {}),
  };
}

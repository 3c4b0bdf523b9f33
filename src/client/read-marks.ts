import type { ReadFrame } from '../protocol/frames.ts';

/** How far the user has read: the highest counts, said now and then, and again until the server is known to have it. */
export interface ReadMarks {
  add(conversationId: string, seq: number): void;
  /** The server says how far it knows the user to have read. */
  known(conversationId: string, seq: number): void;
  /** The server did not take it. */
  refused(conversationId: string, isForNow: boolean): void;
  /** Says what has not been said. */
  say(): void;
  /** The connection is gone: what it was told may be lost. */
  lost(): void;
}

interface Mark {
  seq: number;
  /** What the server was told on this connection. */
  saidSeq: number;
}

/** ms between two marks of a conversation, and until one is said again. */
const EVERY = 300;
const AGAIN_AFTER = 1000;

/** `send` gives whether it went out. */
export function createReadMarks(send: (text: string) => boolean): ReadMarks {
  const marks = new Map<string, Mark>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function endWait(): void {
    clearTimeout(timer);
    timer = undefined;
  }

  function say(): void {
    endWait();
    for (const [conversationId, mark] of marks) {
      if (mark.saidSeq >= mark.seq) continue;
      const frame: ReadFrame = { type: 'read', conversationId, seq: mark.seq };
      if (!send(JSON.stringify(frame))) return;
      mark.saidSeq = mark.seq;
      timer ??= setTimeout(say, EVERY);
    }
  }

  return {
    add(conversationId, seq) {
      const mark = marks.get(conversationId) ?? { seq: 0, saidSeq: 0 };
      if (seq <= mark.seq) return;
      mark.seq = seq;
      marks.set(conversationId, mark);
      if (timer === undefined) say();
    },

    known(conversationId, seq) {
      const mark = marks.get(conversationId);
      if (mark !== undefined && seq >= mark.seq) marks.delete(conversationId);
    },

    refused(conversationId, isForNow) {
      const mark = marks.get(conversationId);
      if (mark === undefined) return;
      if (!isForNow) marks.delete(conversationId);
      mark.saidSeq = 0;
      timer ??= setTimeout(say, AGAIN_AFTER);
    },

    say,

    lost() {
      endWait();
      for (const mark of marks.values()) mark.saidSeq = 0;
    },
  };
}

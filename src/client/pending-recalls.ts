import type { ErrorFrame, RecallFrame } from '../protocol/frames.ts';
import { ClientError } from './chat-client.ts';
import { createOutcome, type Outcome } from './outcome.ts';

/** Recalls whose outcome is not known. */
export interface PendingRecalls {
  add(conversationId: string, seq: number): Promise<void>;
  /** A pong arrived: nothing is wrong with what went before its ping. */
  ponged(id: string | number): void;
  /** Gives whether the error is about one of them. */
  refused(error: ErrorFrame): boolean;
  /** The connection is gone. */
  lost(): void;
}

interface PendingRecall extends Outcome<void> {
  readonly conversationId: string;
  readonly seq: number;
}

/**
 * Nothing answers a recall that succeeds for certain (the message may have been recalled before), so a ping goes behind
 * each: what was wrong with it is told before its pong. `send` gives whether it went out.
 */
export function createPendingRecalls(send: (text: string) => boolean): PendingRecalls {
  const byPing = new Map<string | number, PendingRecall>();
  let count = 0;

  function lost(): void {
    const all = [...byPing.values()];
    byPing.clear();
    for (const { reject } of all) reject(new ClientError('not_connected', 'not connected'));
  }

  return {
    add(conversationId, seq) {
      const outcome = createOutcome<void>();
      const frame: RecallFrame = { type: 'recall', conversationId, seq };
      count += 1;
      byPing.set(count, { ...outcome, conversationId, seq });
      const isOut = send(JSON.stringify(frame)) && send(JSON.stringify({ type: 'ping', id: count }));
      if (!isOut) lost();
      return outcome.promise;
    },

    ponged(id) {
      byPing.get(id)?.resolve();
      byPing.delete(id);
    },

    refused({ code, error, about }) {
      for (const [id, { conversationId, seq, reject }] of byPing) {
        if (conversationId !== about?.conversationId || seq !== about.seq) continue;
        byPing.delete(id);
        reject(new ClientError(code, error));
        return true;
      }
      return false;
    },

    lost,
  };
}

import type { ErrorFrame, PongFrame, RecallFrame } from '../protocol/frames.ts';
import { ClientError } from './chat-client.ts';
import { createOutcome, type Outcome } from './outcome.ts';

interface PendingRecall extends Outcome<void> {
  readonly conversationId: string;
  readonly seq: number;
}

/**
 * Recalls whose outcome is not known. Nothing answers one that succeeds for certain (the message may have been recalled
 * before), so a ping goes behind each: what was wrong with it is told before its pong.
 */
export class PendingRecalls {
  readonly #send: (text: string) => boolean;
  readonly #byPing = new Map<string, PendingRecall>();
  #count = 0;

  constructor(send: (text: string) => boolean) {
    this.#send = send;
  }

  add(conversationId: string, seq: number): Promise<void> {
    const outcome = createOutcome<void>();
    const frame: RecallFrame = { type: 'recall', conversationId, seq };
    this.#count += 1;
    const id = `recall-${this.#count}`;
    this.#byPing.set(id, { ...outcome, conversationId, seq });
    const isOut = this.#send(JSON.stringify(frame)) && this.#send(JSON.stringify({ type: 'ping', id }));
    if (!isOut) this.lost();
    return outcome.promise;
  }

  ponged({ id }: PongFrame): void {
    this.#byPing.get(String(id))?.resolve();
    this.#byPing.delete(String(id));
  }

  /** Gives whether the error is about one of them. */
  refused({ code, error, about }: ErrorFrame): boolean {
    for (const [id, { conversationId, seq, reject }] of this.#byPing) {
      if (conversationId !== about?.conversationId || seq !== about.seq) continue;
      this.#byPing.delete(id);
      reject(new ClientError(code, error));
      return true;
    }
    return false;
  }

  /** The connection is gone. */
  lost(): void {
    const all = [...this.#byPing.values()];
    this.#byPing.clear();
    for (const { reject } of all) reject(new ClientError('not_connected', 'not connected'));
  }
}

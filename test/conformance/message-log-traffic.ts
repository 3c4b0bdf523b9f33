import { expect } from 'vitest';
import { ChatError } from '../../src/protocol/error-codes.ts';
import type { Appended, Draft, MessageLog, StoredMessage } from '../../src/server/chat/store-ports.ts';
import { between, toUser, type World } from './message-log-world.ts';

/** Users who write to each other without pause, some of it twice, and what became of each message. */
export interface Traffic {
  /** Resolves when so many have been acked from now on. */
  acked(count: number): Promise<void>;
  /** Resolves at the next refusal. */
  refused(): Promise<void>;
  /** Sends no more, and resolves when every outcome is known. */
  end(): Promise<void>;
  /** Checks all of it against what is stored. */
  check(world: World): Promise<{ readonly acked: number; readonly resent: number; readonly refused: number }>;
}

interface Sent {
  readonly draft: Draft;
  outcome?: StoredMessage | ChatError;
  /** What became of the same once more, if it was sent once more. */
  again?: Appended | ChatError;
}

const IN_FLIGHT = 120;
const CONVERSATIONS = 15;

export function startTraffic(log: MessageLog, first: number): Traffic {
  const sent: Sent[] = [];
  const listeners = new Set<(one: Sent) => void>();
  const over = new AbortController();

  async function write(): Promise<void> {
    while (!over.signal.aborted) {
      const n = sent.length;
      const other = first + 1 + (n % CONVERSATIONS);
      const [from, to] = n % 2 ? [first, other] : [other, first];
      const one: Sent = { draft: toUser(from, to, `${first}-${n}`, n % 3 ? `key-${n}` : undefined) };
      sent.push(one);
      one.outcome = await log.append(one.draft).then(
        ({ message }) => message,
        (error: ChatError) => error,
      );
      for (const listener of listeners) listener(one);
      if (n % 5 === 0 && one.draft.clientMsgId !== undefined && !(one.outcome instanceof ChatError)) {
        one.again = await log.append(one.draft).catch((error: ChatError) => error);
      }
      // A refused writer comes back with the next turn of the event loop, not in a busy loop of its own.
      if (one.outcome instanceof ChatError) await new Promise(setImmediate);
    }
  }

  function until(isEnough: (one: Sent) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const listener = (one: Sent) => {
        if (!isEnough(one)) return;
        listeners.delete(listener);
        resolve();
      };
      listeners.add(listener);
    });
  }

  const writers = Array.from({ length: IN_FLIGHT }, write);
  return {
    acked(count) {
      let left = count;
      return until(({ outcome }) => !(outcome instanceof ChatError) && --left === 0);
    },
    refused: () => until(({ outcome }) => outcome instanceof ChatError),
    async end() {
      over.abort();
      await Promise.all(writers);
    },
    check: (world) => checkStored(world, first, sent),
  };
}

async function checkStored(world: World, first: number, sent: readonly Sent[]) {
  const rows = await world.sql(
    `SELECT m.id, m.seq, m.content, c.id AS conversation FROM messages m
     JOIN conversations c ON c.no = m.conversation_no WHERE c.user_lo = ${first} ORDER BY c.no, m.seq`,
  );
  const stored = new Map(rows.map((row) => [String(row['content']), row]));
  expect(stored.size, 'nothing is stored twice').toBe(rows.length);

  const acked = sent.filter(({ outcome }) => !(outcome instanceof ChatError));
  for (const { draft, outcome } of acked) {
    const message = outcome as StoredMessage;
    expect(stored.get(draft.content), 'what is acked is stored').toMatchObject({
      id: message.id,
      seq: message.seq,
    });
  }
  const resent = sent.filter(({ again }) => again !== undefined && !(again instanceof ChatError));
  for (const { outcome, again } of resent) {
    const { id, seq } = outcome as StoredMessage;
    expect(again, 'a resend gets the first answer').toMatchObject({ duplicate: true, message: { id, seq } });
  }
  for (const { draft, outcome } of sent) {
    if (!(outcome instanceof ChatError)) continue;
    expect(outcome.code).toBe('storage_unavailable');
    expect(stored.has(draft.content), 'what is refused is never stored').toBe(false);
  }
  for (let other = 1; other <= CONVERSATIONS; other++) {
    const id = between(first, first + other);
    const mine = rows.filter((row) => String(row['conversation']) === id);
    expect(mine.map((row) => Number(row['seq']))).toEqual(mine.map((_, index) => index + 1));
    const order = mine.map((row) => Number(String(row['content']).split('-')[1]));
    expect(order, 'seqs follow the order of the calls').toEqual(order.toSorted((a, b) => a - b));
  }
  return { acked: acked.length, resent: resent.length, refused: sent.length - acked.length };
}

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Ack, MessageFrame } from '../../src/client/index.ts';
import { Listeners } from '../../src/client/listeners.ts';
import { Talk } from '../../src/client/talk.ts';
import { isReadable, PaperServer, type PaperConversation } from '../support/paper-server.ts';

/**
 * What a client makes of any sequence of sends, messages, cuts, memberships and recalls, however what travels is mixed:
 * every readable message once and in order, every send one outcome, and no recall unheard.
 */
type Step =
  | { readonly kind: 'say' | 'send' | 'leave' | 'join'; readonly to: string }
  | { readonly kind: 'recall'; readonly to: string; readonly seq: number }
  | { readonly kind: 'cut' | 'connect' }
  | { readonly kind: 'read' | 'page' | 'arrive'; readonly count: number };

const place = fc.constantFrom('private', 'group', 'late');
const group = fc.constantFrom('group', 'late');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('say' as const, 'send' as const), to: place }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('leave' as const, 'join' as const), to: group }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('recall' as const), to: place, seq: fc.nat(12) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('cut' as const, 'connect' as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('read' as const, 'page' as const, 'arrive' as const),
      count: fc.integer({ min: 1, max: 6 }),
    }),
  },
);

describe('a talk', () => {
  test('over whatever network: each message once, in order; each send one outcome; each recall told', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 80 }), async (steps) => {
        using scene = new Scene();
        for (const each of steps) scene.act(each);
        scene.settle();
        scene.checkMessages();
        // A recall made while one was out of a group for a moment is told at the next connection.
        scene.act({ kind: 'cut' });
        scene.settle();
        scene.checkMessages();
        scene.checkRecalls();
        await scene.checkSends();
      }),
      { numRuns: 800 },
    );
  });
});

class Scene {
  readonly #server = new PaperServer([
    conversation('private', 2, true),
    conversation('group', 1, true),
    conversation('late', 1, false),
  ]);
  readonly #heard: MessageFrame[] = [];
  readonly #recalled = new Set<string>();
  readonly #sent: { readonly to: string; readonly content: string; readonly outcome: Promise<Ack> }[] = [];
  readonly #talk: Talk;
  #isCaughtUp = false;

  constructor() {
    const listeners = new Listeners();
    listeners.add('message', (message) => this.#heard.push(message));
    listeners.add('recall', ({ conversationId, seq }) => this.#recalled.add(`${conversationId} ${seq}`));
    this.#talk = new Talk({
      options: {},
      listeners,
      send: (text) => {
        if (this.#server.isConnected) this.#server.up.push(text);
        return this.#server.isConnected;
      },
      onCaughtUp: () => {
        this.#isCaughtUp = true;
      },
      onLost: () => expect.unreachable('nothing is wrong with the connection'),
    });
    // Before the client came there was something already.
    for (const id of ['private', 'group', 'group']) this.#server.say(id);
    this.settle();
  }

  /** Else its heartbeat misses the server long after, in another test. */
  [Symbol.dispose](): void {
    this.#talk.stop();
  }

  act(step: Step): void {
    const server = this.#server;
    switch (step.kind) {
      case 'say':
      case 'leave':
      case 'join':
        return server[step.kind](step.to);
      case 'send':
        return this.#send(step.to);
      case 'recall':
        return server.recall(step.to, step.seq);
      case 'cut':
        server.cut();
        return this.#talk.stop();
      case 'connect':
        return this.#connect();
      case 'read':
        return repeat(step.count, () => server.readOne());
      case 'page':
        return repeat(step.count, () => server.writePage());
      case 'arrive':
        return repeat(step.count, () => this.#arrive());
    }
  }

  /** All that is under way arrives. */
  settle(): void {
    this.#isCaughtUp = this.#server.isConnected && this.#isCaughtUp;
    this.#connect();
    for (const id of this.#sent.length > 0 ? ['group', 'late'] : []) this.#server.join(id);
    for (let rounds = 0; !this.#server.isQuiet; rounds += 1) {
      expect(rounds).toBeLessThan(1000);
      this.#server.readOne();
      this.#server.writePage();
      this.#arrive();
    }
    expect(this.#isCaughtUp).toBe(true);
  }

  checkMessages(): void {
    for (const { id, messages } of this.#server.conversations.values()) {
      const mine = this.#heard.filter(({ conversationId }) => conversationId === id);
      const conversation = this.#server.conversations.get(id) as PaperConversation;
      const before = { private: 1, group: 2 }[id] ?? 0;
      const due = messages
        .map(({ frame }) => frame)
        .filter(
          ({ seq, sendId }) =>
            seq > before && isReadable(conversation, seq) && (id !== 'private' || sendId === '2'),
        );
      const isNow = this.#server.conversations.get(id)?.stretches.some(({ to }) => to === undefined);
      // What was missed of a group that one has left for good is not told.
      if (isNow === true) expect(mine.map(({ seq }) => seq)).toEqual(due.map(({ seq }) => seq));
    }
    expect(this.#talk.conversations.gaps()).toEqual({});
  }

  checkRecalls(): void {
    for (const { id, stretches, recalls } of this.#server.conversations.values()) {
      const mine = this.#heard.filter(({ conversationId }) => conversationId === id);
      const isNow = stretches.some(({ to }) => to === undefined);
      for (const { seq } of isNow ? recalls : []) {
        const heard = mine.find((message) => message.seq === seq);
        if (heard !== undefined && heard.recalled !== true) expect(this.#recalled).toContain(`${id} ${seq}`);
      }
    }
  }

  async checkSends(): Promise<void> {
    // What is settled is so now; nothing comes any more.
    const late = new Promise<undefined>((resolve) => setImmediate(resolve, undefined));
    const seqs = new Map<string, number>();
    for (const { to, content, outcome } of this.#sent) {
      const known = await Promise.race([outcome.catch(() => 'refused' as const), late]);
      expect(known).toBeDefined();
      // A refused one has lost its place, also if the refusal never arrived.
      if (known === undefined || known === 'refused' || this.#server.refused.has(content)) continue;
      expect(known.seq).toBeGreaterThan(seqs.get(to) ?? 0);
      seqs.set(to, known.seq);
    }
  }

  #connect(): void {
    if (this.#server.isConnected) return;
    this.#isCaughtUp = false;
    this.#server.connect();
    this.#talk.start();
  }

  #arrive(): void {
    const text = this.#server.down.shift();
    if (text !== undefined) this.#talk.take(text);
  }

  #send(to: string): void {
    const target =
      to === 'private' ? { chatType: 2 as const, recvId: '2' } : { chatType: 1 as const, conversationId: to };
    const content = `mine ${this.#sent.length}`;
    const outcome = this.#talk.sends.add({ ...target, content });
    this.#sent.push({ to, content, outcome });
  }
}

function conversation(id: string, chatType: 1 | 2, isIn: boolean): PaperConversation {
  return { id, chatType, messages: [], stretches: isIn ? [{ from: 1, to: undefined }] : [], recalls: [] };
}

function repeat(count: number, act: () => void): void {
  for (let done = 0; done < count; done += 1) act();
}

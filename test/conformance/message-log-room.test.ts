import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MessageLog, WaitingSender } from '../../src/server/chat/store-ports.ts';
import type { AppendDriver } from '../../src/server/store/append-driver.ts';
import { between, kinds, openLog, storedIn, toUser, type World } from './message-log-world.ts';

/** Senders who ask for room, as the gateway does, before a database that stops for a while. */
describe.each(kinds())('the room of the message log over $name', ({ open }) => {
  let world: World;
  let next = 2000;

  beforeAll(async () => {
    world = await open();
  });
  afterAll(() => world.close());

  /** A database that can be stopped and goes on. */
  function stoppable() {
    let { promise: goingOn, resolve: goOn } = Promise.withResolvers<void>();
    goOn();
    const driver: AppendDriver = {
      ...world.driver,
      append: async (batch) => {
        await goingOn;
        return world.driver.append(batch);
      },
    };
    return {
      world: { ...world, driver },
      stop: () => void ({ promise: goingOn, resolve: goOn } = Promise.withResolvers<void>()),
      goOn: () => goOn(),
    };
  }

  /** Sends `texts` to a conversation of his own as fast as he may; resolves with what became of each. */
  function sendAll(log: MessageLog, texts: readonly string[]) {
    next += 2;
    const [from, to] = [next, next + 1];
    const left = [...texts];
    const outcomes: Promise<string>[] = [];
    const { promise: done, resolve } = Promise.withResolvers<readonly string[]>();
    const sender: WaitingSender = {
      onTurn() {
        for (let [text] = left; text !== undefined; [text] = left) {
          const answer = log.room.ask(sender);
          if (answer === 'wait') return;
          left.shift();
          outcomes.push(answer === 'refuse' ? Promise.resolve('refused') : outcomeOf(log, from, to, text));
        }
        resolve(Promise.all(outcomes));
      },
    };
    sender.onTurn();
    return {
      done,
      stored: async () => (await storedIn(world, between(from, to))).map(({ content }) => content),
    };
  }

  function outcomeOf(log: MessageLog, from: number, to: number, text: string): Promise<string> {
    return log.append(toUser(from, to, text)).then(
      () => 'stored',
      (error: { readonly code: string }) => error.code,
    );
  }

  const texts = (count: number, size = 0): readonly string[] =>
    Array.from({ length: count }, (_, at) => `${at} ${'x'.repeat(size)}`);

  test('a database that comes back stores all of what waited, in order, and never held more than it may', async () => {
    const { world: stopped, stop, goOn } = stoppable();
    const log = openLog(stopped, { maxPending: 40 });
    stop();
    const senders = Array.from({ length: 5 }, () => sendAll(log, texts(60)));
    expect([log.pending, log.room.waiting]).toEqual([30, 5]);
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, log.pending)));
    goOn();
    for (const { done, stored } of senders) {
      expect(new Set(await done)).toEqual(new Set(['stored']));
      expect(await stored()).toEqual(texts(60));
    }
    clearInterval(watch);
    expect(most).toBeLessThanOrEqual(30);
    expect([log.pending, log.pendingBytes, log.room.waiting]).toEqual([0, 0, 0]);
  });

  test('is bounded in bytes as well', async () => {
    const { world: stopped, stop, goOn } = stoppable();
    const log = openLog(stopped, { maxPendingBytes: 100_000 });
    stop();
    const { done, stored } = sendAll(log, texts(30, 10_000));
    expect([log.pending, log.room.waiting]).toEqual([8, 1]);
    expect(log.pendingBytes).toBeLessThan(100_000);
    goOn();
    await done;
    expect(await stored()).toHaveLength(30);
  });

  test('leaves some to those who do not ask: HTTP, operators, membership changes', async () => {
    const { world: stopped, stop, goOn } = stoppable();
    const log = openLog(stopped, { maxPending: 40 });
    stop();
    const { done } = sendAll(log, texts(50));
    const others = Array.from({ length: 11 }, (_, at) => outcomeOf(log, 1990, 1991, `${at}`));
    expect(await others.at(-1)).toBe('storage_unavailable');
    expect(log.pending).toBe(40);
    goOn();
    expect(await Promise.all(others.slice(0, 10))).toEqual(Array(10).fill('stored'));
    expect(new Set(await done)).toEqual(new Set(['stored']));
  });

  test('one that stays away: refused is never stored, stored is never refused', async () => {
    const { world: stopped, stop, goOn } = stoppable();
    const log = openLog(stopped, { maxPending: 40, maxWaitMs: 50, lanes: 1 });
    stop();
    const handedOver = sendAll(log, texts(1));
    await new Promise((resolve) => setImmediate(resolve));
    const senders = Array.from({ length: 3 }, () => sendAll(log, texts(100)));
    const [refused] = await Promise.all(senders.map(({ done }) => done));
    expect(new Set(refused).has('stored')).toBe(false);
    expect(log.pending).toBe(1);
    goOn();
    expect(await handedOver.done).toEqual(['stored']);
    const late = sendAll(log, texts(50));
    expect(new Set(await late.done)).toEqual(new Set(['stored']));
    for (const { stored } of senders) expect(await stored()).toEqual([]);
    expect([log.pending, log.room.waiting]).toEqual([0, 0]);
  });
});

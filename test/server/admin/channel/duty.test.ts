import { expect, test } from 'vitest';
import { connectionCommands } from '../../../../src/server/admin/connection-commands.ts';
import { eventCommands } from '../../../../src/server/admin/event-commands.ts';
import { statsCommands } from '../../../../src/server/admin/stats-commands.ts';
import { createDuty } from '../../../../src/server/admin/channel/duty.ts';

/** The share of the event loop for reading that goes through all there is, on a clock of the test's. */

class Time {
  now = 0;
  readonly #timers: { at: number; ring: () => void }[] = [];

  readonly after = (ms: number, ring: () => void): void => {
    this.#timers.push({ at: this.now + ms, ring });
  };

  /** Lets time go by, as busy as `work` makes it. */
  pass(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const next = this.#timers.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > end) break;
      this.#timers.splice(this.#timers.indexOf(next), 1);
      this.now = Math.max(this.now, next.at);
      next.ring();
    }
    this.now = Math.max(this.now, end);
  }
}

function dutyOn(time: Time, maxWaiting = 64) {
  return createDuty({ share: 0.1, burst: 50, maxWaiting, now: () => time.now, after: time.after });
}

test('what is little is done at once', async () => {
  const time = new Time();
  const duty = dutyOn(time);
  const done = Array.from({ length: 5 }, (_, index) =>
    duty.run(() => {
      time.now += 5;
      return index;
    }),
  );
  expect(time.now).toBe(25);
  expect(await Promise.all(done)).toEqual([0, 1, 2, 3, 4]);
});

test('what is much gets a tenth of the time, in order', () => {
  const time = new Time();
  const duty = dutyOn(time, 1000);
  const order: number[] = [];
  for (let index = 0; index < 500; index += 1) {
    void duty.run(() => {
      time.now += 10;
      order.push(index);
    });
  }
  time.pass(10_000 - time.now);
  // 50 ms at once, one that goes over it, and a tenth of ten seconds.
  expect(order.length * 10).toBeGreaterThanOrEqual(1000);
  expect(order.length * 10).toBeLessThanOrEqual(1070);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

test('too many that wait are refused, the others are done', async () => {
  const time = new Time();
  const duty = dutyOn(time, 2);
  const spend = (): string => {
    time.now += 60;
    return 'done';
  };
  const all = [duty.run(spend), duty.run(spend), duty.run(spend), duty.run(spend)];
  await expect(all[3]).rejects.toMatchObject({ code: 'rate_limited' });
  time.pass(5000);
  expect(await Promise.all(all.slice(0, 3))).toEqual(['done', 'done', 'done']);
});

test('what fails fails alone', async () => {
  const duty = dutyOn(new Time());
  await expect(
    duty.run(() => {
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  await expect(duty.run(() => Promise.reject(new Error('later')))).rejects.toThrow('later');
  expect(await duty.run(() => 'yes')).toBe('yes');
});

test('whatever goes through all connections or events is held to it', () => {
  const parts = {} as never;
  const commands = [...connectionCommands(parts), ...eventCommands(parts), ...statsCommands(parts)];
  const held = commands.filter(({ isHeavy }) => isHeavy === true).map(({ name }) => name);
  expect(held.toSorted()).toEqual(['connection.list', 'event.list', 'stats.get']);
});

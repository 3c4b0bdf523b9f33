import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect } from 'vitest';

/**
 * Test files share a process (`isolate: false` in vitest.config.ts): a timer, server, connection, thread or process that one
 * leaves behind goes off in the middle of another, which is then blamed for it. So a file that leaves any fails itself.
 * Timers taken from `node:timers` are not seen, nor are processes that were let go (`unref`).
 */

const HANDLES = /^(TCP|Pipe|UDP|Process)|^MessagePort$/;
// The process's own pipes are opened when they are first looked at.
void [process.stdin, process.stdout, process.stderr];
const before = handles();
const timers = track();

afterAll(async () => {
  // What was closed a moment ago is gone only when the other end has heard of it.
  for (let waits = 0; waits < 500 && left().length > 0; waits += 1) await delay(10);
  expect(left(), 'left behind by this file').toEqual([]);
});

function left(): string[] {
  const more = handles();
  for (const one of before) {
    const at = more.indexOf(one);
    if (at >= 0) more.splice(at, 1);
  }
  return [...more, ...timers()];
}

/** Open handles by their kind. */
function handles(): string[] {
  return process.getActiveResourcesInfo().filter((kind) => HANDLES.test(kind));
}

/** Where the timers that run were started, each place once. */
function track(): () => string[] {
  const started = new Map<NodeJS.Timeout, Error>();
  const real = { setTimeout, setInterval };
  const wrapped = (name: 'setTimeout' | 'setInterval') =>
    Object.assign((...args: Parameters<typeof real.setTimeout>) => {
      const timer = real[name](...args);
      started.set(timer, new Error(name));
      return timer;
    }, real[name]);
  Object.assign(globalThis, { setTimeout: wrapped('setTimeout'), setInterval: wrapped('setInterval') });
  afterAll(() => void Object.assign(globalThis, real));
  return () => {
    const running = [...started].filter(([timer]) => isRunning(timer));
    return [...new Set(running.map(([, { stack = '' }]) => stack))];
  };
}

interface NodeTimer {
  readonly _destroyed: boolean;
  readonly _repeat: number | null;
}

function isRunning(timer: NodeJS.Timeout): boolean {
  // Node says nowhere else whether it was cleared, and whether it is an interval.
  const { _destroyed: isOver, _repeat: every } = timer as unknown as NodeTimer;
  // One that rings once and holds nothing up only forgets something: a counter of a rate limit.
  return !isOver && (every !== null || timer.hasRef());
}

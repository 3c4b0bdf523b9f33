import process from 'node:process';

const BEHIND_MS = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/** µs of the machine's monotonic clock: the same for all processes. */
export function nowUs(): number {
  return Math.floor((performance.now() + BEHIND_MS) * 1000);
}

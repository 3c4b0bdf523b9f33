/**
 * Loaded into a chatd under test with `--import`: measures how long its event loop is ever held. On SIGUSR2 it writes
 * `{"maxHeldMs":…,"ticks":…}` into the file CHATD_TEST_LOOP_FILE and begins anew. Time the thread was ready to run and
 * the machine gave it no processor does not count (Linux, /proc/self/schedstat): that is the machine's doing.
 */
import { openSync, readSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const EVERY_MS = 5;

if (isMainThread) watchLoop(process.env.CHATD_TEST_LOOP_FILE);

function watchLoop(file) {
  const stat = openSync('/proc/thread-self/schedstat', 'r');
  const bytes = Buffer.alloc(128);
  let maxHeldMs = 0;
  let ticks = 0;
  let last = performance.now();
  let lastWaited = waitedMs();
  const timer = setInterval(() => {
    const now = performance.now();
    const waited = waitedMs();
    const held = now - last - EVERY_MS - (waited - lastWaited);
    if (held > maxHeldMs) maxHeldMs = held;
    ticks += 1;
    last = now;
    lastWaited = waited;
  }, EVERY_MS);
  timer.unref();
  process.on('SIGUSR2', () => {
    writeFileSync(file, JSON.stringify({ maxHeldMs, ticks }));
    maxHeldMs = 0;
    ticks = 0;
  });

  /** How long this thread has waited for a processor so far, ms. */
  function waitedMs() {
    const length = readSync(stat, bytes, 0, bytes.length, 0);
    return Number(bytes.toString('latin1', 0, length).split(' ')[1]) / 1e6;
  }
}

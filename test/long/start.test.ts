import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Chatd, runCli, startChatd } from '../support/chatd.ts';
import { register } from '../support/api.ts';
import { cpuMs } from '../support/process-usage.ts';
import { tell } from './table.ts';

/** Promises about time, kept where nothing else has the processors: the long suite has one worker. */

let chatd: Chatd;
beforeAll(async () => {
  chatd = await startChatd({ env: PLAIN });
});
afterAll(() => chatd.dispose());

/** As a user's Node: the suite's keeps what it has compiled. */
const PLAIN = { NODE_COMPILE_CACHE: undefined };

test('chatd serve is ready in under two seconds on the embedded database', async () => {
  const text = await chatd.output.until((said) => /Ready in \d+ ms/.test(said));
  expect(Number(/Ready in (\d+) ms/.exec(text)?.[1])).toBeLessThan(2_000);
});

test('what starts and commands take of a processor, beside one that loads next to nothing', async () => {
  const first = cpuMs(chatd.pid);
  await register(chatd, 'ann');
  const nothing = await median(() => cpuOf('--version'));
  const sending = await median(() => cpuOf('send', '--to', '@ann', 'hello'));
  await chatd.stop();
  const listing = await median(() => cpuOf('user', 'list'));
  const later = await median(async () => {
    chatd = await chatd.restart();
    const taken = cpuMs(chatd.pid);
    await chatd.stop();
    return taken;
  });
  const rows = {
    'chatd --version': nothing,
    'chatd send': sending,
    'chatd user list, no server': listing,
    'chatd serve, the first time': first,
    'chatd serve, again': later,
  };
  for (const [name, taken] of Object.entries(rows))
    tell(name, { 'CPU ms': Math.round(taken), 'times --version': Math.round((taken / nothing) * 10) / 10 });
  // A script may call it in a loop: it must not load what a server needs.
  expect(sending).toBeLessThan(later / 2);
});

/** Says at its end what the process took, all threads of it, ms. */
const REPORT = `data:text/javascript,import { isMainThread } from 'node:worker_threads';
if (isMainThread) process.on('exit', () => { const { user, system } = process.cpuUsage(); process.stderr.write('CPU ' + (user + system) / 1000); });`;

/** CPU ms of `chatd …args`, which must succeed. */
async function cpuOf(...args: readonly string[]): Promise<number> {
  const env = { ...PLAIN, NODE_OPTIONS: `--import "${REPORT.replaceAll('\n', ' ')}"` };
  const { code, stderr } = await runCli([...args, '-f', chatd.configFile], chatd.directory, { env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/CPU [\d.]+$/) });
  return Number(/CPU ([\d.]+)$/.exec(stderr)?.[1]);
}

async function median(measure: () => Promise<number>): Promise<number> {
  const all: number[] = [];
  for (let count = 0; count < 7; count += 1) all.push(await measure());
  return all.toSorted((a, b) => a - b)[3] as number;
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { toPlan } from '../../src/cli/bench/bench-options.ts';
import { type BenchResult, isSound } from '../../src/cli/bench/bench-result.ts';
import { Ledger } from '../../src/cli/bench/ledger.ts';
import { type LoadOrder, openLoad } from '../../src/cli/bench/load.ts';
import { BIN, type Chatd, cleanEnvironment, runCli, startChatd } from '../support/chatd.ts';
import { runSql } from '../support/databases.ts';
import { childrenOf } from '../support/process-usage.ts';
import { Transcript } from '../support/transcript.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatd-bench-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SHORT = ['--warmup', '100ms', '--duration', '400ms', '--json'];

const GROUPS = ['--pattern', 'group', '--groups', '2', '--clients', '6', '--senders', '1'];

/** `chatd bench` with a temporary folder that can be looked into, and a server that logs in Chinese. */
const bench = (...args: string[]) =>
  runCli(['bench', ...SHORT, ...args], folder, { env: { TMPDIR: folder, LANG: 'zh_CN.UTF-8' } });

const resultOf = (stdout: string) => JSON.parse(stdout) as BenchResult;

describe('chatd bench on a server of its own', () => {
  test('on SQLite: everything acked is delivered once and in order; nothing is left of it', async () => {
    const { code, stdout, stderr } = await bench('--db', 'sqlite', '--clients', '8');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { messages, database, cpu, memory, ack, delivery, connections, ...result } = resultOf(stdout);
    expect(result).toMatchObject({ pattern: 'private', clients: 8, window: 4, size: 100, ownServer: true });
    expect(connections).toMatchObject({ open: 8, failed: 0 });
    expect(messages?.sent).toBeGreaterThan(0);
    expect(messages).toMatchObject({ acked: messages?.sent, delivered: messages?.sent, refused: 0 });
    expect(messages).toMatchObject({ unanswered: 0, lost: 0, duplicated: 0, outOfOrder: 0 });
    expect(database).toMatch(/^SQLite /);
    expect(cpu).toMatchObject({ from: 'process', usPerMessage: expect.any(Number) as number });
    expect(memory.server).toBeGreaterThan(10_000_000);
    expect(ack?.p50).toBeGreaterThan(0);
    expect(delivery?.max).toBeGreaterThanOrEqual(delivery?.p50 ?? 0);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('on MariaDB: the database it makes is gone at the end, whatever ends it', async () => {
    const dsn = inject('mysqlServer');
    if (dsn === '') return;
    const args = [
      'bench',
      '--db',
      'mysql',
      '--dsn',
      dsn,
      '--pattern',
      'group',
      '--clients',
      '6',
      '--rate',
      '50',
    ];
    const child = spawn(process.execPath, [BIN, ...args, '--warmup', '0', '--duration', '60s', '--json'], {
      env: cleanEnvironment({ TMPDIR: folder }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const stderr = new Transcript([child.stderr]);
    const databases = () => runSql<object[]>(dsn, "SHOW DATABASES LIKE 'chatd\\_bench\\_%'");
    await expect.poll(databases, { timeout: 10_000 }).toHaveLength(1);
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([130, null]);
    expect(JSON.parse(stderr.text)).toMatchObject({ code: 'interrupted' });
    expect(await databases()).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a server that ends in the middle ends it with 1, says how, and leaves nothing', async () => {
    const args = ['bench', '--db', 'sqlite', '--clients', '6', '--rate', '50', '--duration', '60s'];
    const child = spawn(process.execPath, [BIN, ...args], {
      env: cleanEnvironment({ TMPDIR: folder }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr] = [new Transcript([child.stdout]), new Transcript([child.stderr])];
    const find = (part: string) =>
      childrenOf(child.pid ?? 0).find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(part));
    await expect.poll(() => find('load-process'), { timeout: 15_000 }).toBeDefined();
    const ended = once(child, 'close');
    process.kill(find('serve') ?? child.pid ?? 0, 'SIGKILL');
    expect(await ended).toEqual([1, null]);
    expect([stderr.lines.at(-1), stdout.text]).toEqual(['the server has ended (SIGKILL)', '']);
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    [{ db: 'sqlite', clients: '1' }, '--clients: at least 2'],
    [{ db: 'sqlite', size: '3' }, '--size: at least 28'],
    [{ db: 'sqlite', rate: 'fast' }, '--rate: expected something like 1000, got fast'],
    [{ db: 'sqlite', pattern: 'group', groups: '3', clients: '4' }, '--clients: at least 6'],
    [{ dsn: 'root@/x' }, '--dsn goes with --db mysql'],
  ])('%j is refused: %s', (options, text) => {
    expect(() => toPlan(options)).toThrow(text);
  });

  test('what is asked for is what is measured', () => {
    const plan = toPlan({
      db: 'sqlite',
      pattern: 'group',
      clients: '50',
      senders: '90',
      size: '1KiB',
      rate: '2k',
    });
    expect(plan).toMatchObject({ groups: 1, senders: 50, size: 1024, rate: 2000, window: 1 });
    expect(toPlan({ clients: '7', duration: '1m' })).toMatchObject({ clients: 6, durationMs: 60_000 });
  });
});

describe('chatd bench on the running server', () => {
  let chatd: Chatd;
  beforeAll(async () => {
    chatd = await startChatd({ config: { Log: { Level: 'warn' } } });
  });
  afterAll(() => chatd.dispose());

  test('measures it, and leaves its users disabled and its groups empty', async () => {
    const { code, stdout, stderr } = await chatd.cli('bench', ...SHORT, ...GROUPS);
    expect(code).toBe(0);
    expect(stderr).toMatch(/disabled users bench-\w{6}-1 to bench-\w{6}-6; groups without members: 2\n$/);
    const { messages, cpu, ownServer } = resultOf(stdout);
    expect(ownServer).toBe(false);
    expect(messages?.delivered).toBe((messages?.acked ?? 0) * 3);
    expect(cpu.from).toBe('process');
    const users = await chatd.cli('user', 'list', '--json');
    const made = users.stdout.split('\n').filter((line) => line.includes('"bench-'));
    expect(made.map((line) => (JSON.parse(line) as { enabled: boolean }).enabled)).toEqual(
      Array.from({ length: 6 }, () => false),
    );
    const groups = await chatd.cli('group', 'list', '--json');
    expect(groups.stdout.match(/"memberCount":0/g)).toHaveLength(2);
  });
});

describe('the load', () => {
  let relay: WebSocketServer | undefined;
  afterEach(() => void relay?.close());

  /** Two who write to each other through a relay that does `hand(deliver, number)` with each message. */
  async function through(
    hand: (deliver: () => void, place: { from: string; number: number }) => void,
    pace: Pick<LoadOrder, 'window' | 'rate' | 'isDrawn'> = { window: 0, rate: 100 },
  ) {
    const users = new Map<string, WebSocket>();
    relay = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    relay.on('connection', (socket, request) => {
      const from = new URL(request.url ?? '', 'ws://x').searchParams.get('user') ?? '';
      users.set(from, socket);
      let number = 0;
      socket.on('message', (bytes) => {
        const { recvId, content, clientMsgId } = JSON.parse(String(bytes)) as Record<string, string>;
        socket.send(JSON.stringify({ type: 'ack', clientMsgId }));
        hand(() => users.get(recvId ?? '')?.send(JSON.stringify({ content })), { from, number });
        number += 1;
      });
    });
    await once(relay, 'listening');
    const load = await openLoad({
      dialect: 'relay',
      url: `ws://127.0.0.1:${(relay.address() as AddressInfo).port}`,
      clients: [
        { user: '1', token: '' },
        { user: '2', token: '' },
      ],
      conversations: [{ members: [0, 1], senders: [0, 1] }],
      size: 200,
      ...pace,
      processes: 2,
    });
    try {
      await load.connect();
      return await load.run({ warmupMs: 0, durationMs: 200 });
    } finally {
      await load.close();
    }
  }

  test('at a rate: as many as asked for, and all is well', async () => {
    const report = await through((deliver) => deliver());
    expect(report).toMatchObject({
      sent: 20,
      acked: 20,
      delivered: 20,
      lost: 0,
      duplicated: 0,
      outOfOrder: 0,
    });
  });

  test('whose turn it is can be drawn, and nothing goes missing', async () => {
    const report = await through((deliver) => deliver(), { window: 3, rate: 0, isDrawn: true });
    expect(report.sent).toBeGreaterThan(6);
    expect(report).toMatchObject({ acked: report.sent, delivered: report.sent, lost: 0, outOfOrder: 0 });
  });

  test('whose turn it is can be drawn at a rate, too', async () => {
    const report = await through((deliver) => deliver(), { window: 0, rate: 100, isDrawn: true });
    expect(report).toMatchObject({ sent: 20, acked: 20, delivered: 20, lost: 0, outOfOrder: 0 });
  });

  test('sees what comes twice and what is overtaken', async () => {
    const late = new Map<string, () => void>();
    const report = await through((deliver, { from, number }) => {
      if (number === 4) late.set(from, deliver);
      else deliver();
      if (number === 5) late.get(from)?.();
      if (number === 7) deliver();
    });
    expect(report).toMatchObject({ sent: 20, delivered: 20, lost: 0, duplicated: 2, outOfOrder: 2 });
  });

  test('a ledger knows what came late from what came again', () => {
    const ledger = new Ledger(2);
    expect([0, 2, 1, 1, 3, 0].map((number) => ledger.take(1, number))).toEqual(
      'next next late again next again'.split(' '),
    );
    expect(ledger).toMatchObject({ delivered: 4, duplicated: 2, outOfOrder: 1 });
  });

  test('what is lost, doubled, out of order or unanswered is a failure; what was refused is none', () => {
    const messages = { sent: 9, acked: 8, refused: 1, delivered: 8, perSecond: 1, deliveriesPerSecond: 1 };
    const sound = { ...messages, unanswered: 0, lost: 0, duplicated: 0, outOfOrder: 0 };
    const result = (wrong: object) => ({ messages: { ...sound, ...wrong }, errors: {} }) as BenchResult;
    expect(isSound(result({}))).toBe(true);
    for (const wrong of ['lost', 'duplicated', 'outOfOrder', 'unanswered']) {
      expect(isSound(result({ [wrong]: 1 })), wrong).toBe(false);
    }
  });
});

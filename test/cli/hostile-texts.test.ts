import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLog } from '../../src/server/observe/log.ts';
import { type Actor, register } from '../support/api.ts';
import { type Chatd, runCli, startChatd } from '../support/chatd.ts';
import { HOSTILE_JOINED, HOSTILE_TEXTS, obeyedIn } from '../support/hostile-texts.ts';

/** Hostile names and messages on their way to a terminal. Nothing of them is obeyed, and no line or column is forged. */

let chatd: Chatd;
let alice: Actor;

// The rules for names let none of this in; a database that came from elsewhere was not asked.
beforeAll(async () => {
  chatd = await startChatd();
  alice = await register(chatd, 'alice');
  for (const [, content] of HOSTILE_TEXTS) {
    const { code } = await alice.request('POST /v1/chat/messages', { recvId: '1', chatType: 2, content });
    expect(code).toBe(200);
  }
  await chatd.stop();
  const database = new Database(join(chatd.directory, 'data/chatd.db'));
  database.prepare('UPDATE users SET name = ? WHERE id = 2').run(HOSTILE_JOINED);
  database.close();
  chatd = await chatd.restart();
});
afterAll(() => chatd.dispose());

const LISTS: readonly (readonly [columns: number, command: readonly string[]])[] = [
  [6, ['user', 'list']],
  [10, ['connection', 'list']],
  [7, ['message', 'list', '--user', '2', '--content', '--limit', '100']],
  [7, ['audit', 'list']],
];

describe('the command line', () => {
  test.each(LISTS)('%i columns a line, whatever is in them: %j', async (columns, command) => {
    const client = await alice.connect({ headers: { 'user-agent': 'x\u009b31m\u0085y' } });
    const [plain, json] = await Promise.all([chatd.cli(...command), chatd.cli(...command, '--json')]);
    await client.close();
    const lines = plain.stdout.trimEnd().split('\n');
    expect(lines[0]).not.toBe('');
    expect(lines.filter((line) => line.split('\t').length !== columns)).toEqual([]);
    expect([...obeyedIn(plain.stdout), ...obeyedIn(json.stdout)]).toEqual([]);
    expect(
      json.stdout
        .trimEnd()
        .split('\n')
        .map((line) => typeof JSON.parse(line)),
    ).toEqual(lines.map(() => 'object'));
  });

  test('all texts are there in full, readable for programs', async () => {
    const { stdout } = await chatd.cli('message', 'list', '--user', '2', '--content', '--json');
    const contents = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { content: string }).content);
    expect(contents.toReversed()).toEqual(HOSTILE_TEXTS.map(([, text]) => text));
  });

  test('what is typed comes back harmless, in results, remarks and errors', async () => {
    const reason = HOSTILE_JOINED.replaceAll('\0', '').slice(0, 150);
    const results = await Promise.all([
      chatd.cli('kick', '2', '--for', '1s', '--reason', reason),
      chatd.cli('user', 'get', '2', `@${reason}`),
      chatd.cli('connection', 'list', reason),
      runCli(['send', '--to', '2', '--url', reason, 'x'], chatd.directory),
    ]);
    for (const { stdout, stderr } of results) {
      expect(stdout + stderr).not.toBe('');
      expect([...obeyedIn(stdout), ...obeyedIn(stderr)]).toEqual([]);
    }
  });
});

describe('the log', () => {
  test.each(HOSTILE_TEXTS)('pretty: %s', (_what, text) => {
    const written: string[] = [];
    const log = createLog({
      level: 'info',
      format: 'pretty',
      name: 'chatd',
      write: (line) => written.push(line),
    });
    log.info('connection_opened', { name: text, [text.slice(0, 40)]: 1, msg: text });
    expect(written.join('').split('\n')).toHaveLength(2);
    expect(obeyedIn(written.join(''))).toEqual([]);
  });
});

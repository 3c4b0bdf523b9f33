import { afterAll, beforeAll, expect, test } from 'vitest';
import { register, signInRoot, type Actor } from '../support/api.ts';
import { startChatd, type Chatd } from '../support/chatd.ts';
import type { Client } from '../support/client.ts';
import { HOSTILE_JOINED, HOSTILE_TEXTS, obeyedIn } from '../support/hostile-texts.ts';
import { describeWithTool } from '../support/needs.ts';
import { BEFORE, closeConsoles, openConsole } from '../support/tmux.ts';

afterAll(closeConsoles);

/** What users write reaches every screen of the console, and the terminal obeys nothing of it. */

describeWithTool('tmux', 'tmux', { title: 'hostile texts in the console', tests: hostileTests });

function hostileTests() {
  let chatd: Chatd;
  let root: Actor;
  let mallory: Actor;
  let session: Client;
  beforeAll(async () => {
    chatd = await startChatd();
    [root, mallory] = [await signInRoot(chatd), await register(chatd, 'mallory')];
    for (const [, content] of HOSTILE_TEXTS) {
      const kicked = await mallory.connect({ v1: true });
      const kick = { users: [mallory.id], reason: content.slice(0, 100), for: 0 };
      expect((await root.request('POST /v1/admin/kick', kick)).code).toBe(200);
      await kicked.closed;
      const sent = await root.request('POST /v1/admin/messages', { to: mallory.id, content });
      expect(sent.code).toBe(200);
    }
    const joined = { to: mallory.id, content: HOSTILE_JOINED };
    expect((await root.request('POST /v1/admin/messages', joined)).code).toBe(200);
    session = await mallory.connect({
      v1: true,
      headers: { 'user-agent': 'agent \u009b31mred \u00ad \u0085 end' },
    });
  });
  afterAll(async () => {
    await session.close();
    await chatd.dispose();
  });

  test('messages, events, the audit, a history, a user agent, and what is pasted into a field', async () => {
    const console = await openConsole(chatd, { columns: 120, rows: 60 });
    await console.until('mallory');
    expect(await console.until('agent')).toContain('‹009B›31mred');
    await console.keys('h');
    await console.until('kicked by');
    await console.keys('Escape', '2', 'v');
    const messages = await console.until(/text shown[^]*␛\[2J/);
    expect(messages).toContain('‹202E›');
    await console.keys('j', 'Enter');
    await console.until((screen) => !screen.includes('─ Messages'));
    await console.keys('G', 'Escape');
    await console.until('─ Messages');
    await console.keys('5');
    await console.until('user.kick');
    await console.keys('a');
    await console.until(/audit/i);
    await console.keys('1', '/');
    await console.type(`\u001B[200~${PASTED}\u001B[201~`);
    await console.until(/ \/ .*‹202E›gpj/);
    await console.keys('Enter');
    await console.keys('C-c');
    await console.ended();
    expectOwnSequencesOnly(console.raw.text.split(BEFORE)[1] ?? '');
    await console.dispose();
  });
}

/** What a clipboard may hold; tmux cannot type a NUL. The end of a paste itself cannot be in a paste. */
const PASTED = HOSTILE_JOINED.replaceAll('\0', '');

/** Colours of the dark theme; moves, erasures and modes that Ink writes. No text of a user is let through as one. */
const OWN = new RegExp(
  [
    '\\u001B\\[(?:0|1|7|22|27|32|33|36|39|90|91)m',
    '\\u001B\\[\\d*[ABCDEFGHJK]',
    '\\u001B\\[\\d+;\\d+H',
    '\\u001B\\[\\?(?:25|2004|2026|1049)[hl]',
  ].join('|'),
  'g',
);

function expectOwnSequencesOnly(raw: string): void {
  const rest = raw.replaceAll('\r', '').replaceAll(OWN, '');
  const first = rest.search(/\u001B/);
  expect(JSON.stringify(first === -1 ? '' : rest.slice(first, first + 60))).toBe('""');
  expect([...new Set(obeyedIn(rest))]).toEqual([]);
  // One that looks like our own is still not taken from a user; modes are counted.
  for (const [what, text] of HOSTILE_TEXTS) {
    const pieces = text.match(/(?!\u001B\[\?)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}].{6}/gsu) ?? [];
    expect
      .soft(
        pieces.filter((piece) => raw.includes(piece)),
        what,
      )
      .toEqual([]);
  }
  expect(raw.match(/\u001B\[\?1049h/g)).toHaveLength(1);
}

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { register, type Actor } from '../support/api.ts';
import { startChatd, type Chatd } from '../support/chatd.ts';
import { UpgradeRefused, type Client } from '../support/client.ts';
import { createSeedFrontEnd } from '../support/seed-front-end.ts';
import { closeConsoles, openConsole, type TmuxConsole } from '../support/tmux.ts';

afterAll(closeConsoles);

/** An operator at the console finds people and sends them away: keys on a real terminal, real connections. */

let chatd: Chatd;
let screen: TmuxConsole;
const people = new Map<string, Actor>();
const crowd: Client[] = [];

/** Connections of the crowd, every second of them a chatd.v1 client: finding one among them means something. */
const EACH = 60;

beforeAll(async () => {
  chatd = await startChatd({ config: { WS: { SingleSignOn: false } } });
  for (const name of ['crowd', '王芳 🚀', 'mallory', 'alice', 'bob', '王小明']) {
    people.set(name, await register(chatd, name));
  }
  for (let at = 0; at < EACH; at += 1) crowd.push(await actor('crowd').connect({ v1: at % 2 === 0 }));
  screen = await openConsole(chatd);
});

afterAll(async () => {
  await screen?.dispose();
  await Promise.all(crowd.map((client) => client.close()));
  await chatd?.dispose();
});

function actor(name: string): Actor {
  const found = people.get(name);
  if (found === undefined) throw new Error(`nobody is called ${name}`);
  return found;
}

/** Types a filter and waits for the one row it leaves. */
async function find(filter: string, row: string | RegExp): Promise<void> {
  await screen.keys('/', 'C-u');
  await screen.type(filter);
  await screen.keys('Enter');
  await screen.until((shown) => shown.includes(`/${filter} `) && includes(shown, row));
}

function includes(shown: string, row: string | RegExp): boolean {
  return typeof row === 'string' ? shown.includes(row) : row.test(shown);
}

/** Shows everybody again. */
async function showAll(): Promise<void> {
  await screen.keys('/', 'C-u', 'Enter');
  await screen.until(/Connections \d+ · sort/);
}

describe('disconnect', () => {
  test('finds one user among many, and sends him away with a reason; u lets him in again', async () => {
    const mallory = await actor('mallory').connect({ v1: true });
    await find('mallory', / > \d+ +mallory /);
    await screen.keys('C-d');
    await screen.until(`─ Disconnect ${actor('mallory').id} mallory ─`);
    await screen.type('维护');
    await screen.until('will show: 维护');
    await screen.keys('Enter', 'Right');
    await screen.until('[ Disconnect ]');
    expect(mallory.socket.readyState).toBe(mallory.socket.OPEN);
    await screen.keys('Enter');
    await screen.until(`disconnected ${actor('mallory').id} mallory (60 s): "维护" · u undo`);
    const { code, reason } = await mallory.closed;
    expect(code).toBe(4503);
    expect(reason).toMatch(/^kicked retry=\d+;维护$/);
    await expect(actor('mallory').connect()).rejects.toMatchObject({ status: 403 });
    expect(crowd.every(({ socket }) => socket.readyState === socket.OPEN)).toBe(true);

    await screen.keys('u');
    await screen.until(`let in again: ${actor('mallory').id} mallory`);
    const again = await actor('mallory').connect();
    await again.close();
  });

  test("the seed's page is refused while it is kept out, and is back once that is lifted", async () => {
    const page = createSeedFrontEnd(chatd, 20);
    await page.signIn('王小明', actor('王小明').password);
    await page.openPage();
    await find('name:王小明', / > \d+ +王小明 .* seed/);
    await screen.keys('C-d');
    await screen.until('cannot show a reason');
    await screen.until(`A seed page gives up after 45 s: ${actor('王小明').id} must reload it to come back.`);
    await screen.keys('Enter', 'Right', 'Enter');
    await page.until(({ open, attempts }) => open === 0 && attempts > 1, 60);
    await screen.keys('u');
    await screen.until('let in again');
    await page.until(({ open }) => open === 1, 60);
    await page.shutDown();
  });

  test('cancel and escape disconnect nobody', async () => {
    const alice = await actor('alice').connect();
    await find('alice', / > \d+ +alice /);
    for (const keys of [['Escape'], ['Enter', 'Enter'], ['Tab', 'Tab', 'Right', 'Escape']]) {
      await screen.keys('C-d');
      await screen.until('Disconnect');
      await screen.keys(...keys);
      await screen.until((shown) => !shown.includes('Keep out'));
    }
    await alice.fence();
    expect(alice.socket.readyState).toBe(alice.socket.OPEN);
    await alice.close();
  });
});

describe('a table that sorts anew', () => {
  test('between what is seen and the key: the dialog is for the one that was seen', async () => {
    const [alice, bob] = [
      await actor('alice').connect({ v1: true }),
      await actor('bob').connect({ v1: true }),
    ];
    await showAll();
    await sortByIn();
    await say(alice, 'bob', 3);
    await screen.keys('g');
    await screen.until(firstRow('alice'));
    await screen.keys('g');
    await screen.until(/CLIENT\n > \d+ +alice /);
    // The console stands still while bob overtakes alice and the key is pressed: it hears of both at once.
    process.kill(screen.pid, 'SIGSTOP');
    await say(bob, 'alice', 9);
    await screen.keys('C-d');
    process.kill(screen.pid, 'SIGCONT');
    await screen.until(`─ Disconnect ${actor('alice').id} alice ─`);
    await screen.keys('Escape');
    // Now that bob stands where alice stood, the cursor is still hers.
    await screen.until((shown) => firstRow('bob').test(shown) && / > \d+ +alice /.test(shown));
    await screen.keys('C-d');
    await screen.until(`─ Disconnect ${actor('alice').id} alice ─`);
    await screen.keys('Enter', 'Right', 'Enter');
    await screen.until(`disconnected ${actor('alice').id} alice`);
    expect((await alice.closed).code).toBe(4503);
    await bob.fence();
    await screen.keys('u');
    await screen.until('let in again');
    await bob.close();
  });

  test('a dialog says so if the one it names has gone, and then hits nobody', async () => {
    const bob = await actor('bob').connect({ v1: true });
    await find('bob', / > \d+ +bob /);
    await screen.keys('C-d');
    await screen.until('Keep out');
    const other = await actor('bob').connect({ v1: true });
    await bob.close();
    await screen.until('has gone');
    await screen.keys('Enter', 'Right', 'Enter');
    await screen.until(/c-\w+: has gone/);
    await other.fence();
    await other.close();
  });
});

/** Until the column of received messages sorts, the largest first. */
async function sortByIn(): Promise<void> {
  for (let presses = 0; presses < 9; presses += 1) {
    const shown = await screen.until(/sort \w+ [↑↓]/);
    const [, sort] = /sort (\w+ [↑↓])/.exec(shown) ?? [];
    if (sort === 'in ↓') return;
    await screen.keys('s');
    await screen.until((now) => !now.includes(`sort ${sort}`));
  }
}

function firstRow(name: string): RegExp {
  return new RegExp(`CLIENT\\n (>|\\*| ) \\d+ +${name} `);
}

/** Sends messages and waits until they are stored. */
async function say(from: Client, to: string, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    const clientMsgId = `m${at}-${Math.random()}`;
    const answer = await from.ask({
      recvId: actor(to).id,
      chatType: 2,
      content: 'hi',
      contentType: 1,
      clientMsgId,
    });
    expect(answer.type).toBe('ack');
  }
}

describe('many at once', () => {
  test('ctrl-a marks all that match, more than 20 want the count, and each of them is ended', async () => {
    await screen.keys('/', 'C-u');
    await screen.type('crowd client:v1');
    await screen.keys('Enter');
    await screen.until(`Connections ${EACH / 2} of `);
    await screen.keys('C-a');
    await screen.until(`${EACH / 2} marked`);
    await screen.keys('C-d');
    await screen.until('Type 1');
    await screen.keys('Enter', 'Right', 'Enter');
    await screen.until('type the count first: 1');
    expect(crowd.every(({ socket }) => socket.readyState === socket.OPEN)).toBe(true);
    await screen.type('1');
    await screen.keys('Enter', 'Enter');
    await screen.until(`disconnected ${actor('crowd').id} crowd (60 s)`);
    // A keep-out is for the user: his other connections end too.
    const ends = await Promise.all(crowd.map(({ closed }) => closed));
    expect(ends.every(({ code }) => code === 4503)).toBe(true);
  });
});

describe('details', () => {
  test('tell of the connection, of what was, and of a ban', async () => {
    const fang = await actor('王芳 🚀').connect({ v1: true, headers: { 'user-agent': 'e2e/1' } });
    await find('王芳', / > \d+ +王芳 🚀 /);
    await screen.keys('Enter');
    await screen.until(/User \d+ 王芳 🚀 ─+ ● online/);
    await screen.until('e2e/1');
    await screen.keys('b');
    await screen.until('─ Ban ');
    await screen.type('双开');
    await screen.keys('Tab');
    await screen.type('1');
    await screen.keys('Enter', 'Right', 'Enter');
    await screen.until(/banned \d+ 王芳 🚀: "双开" · u undo/);
    expect((await fang.closed).code).toBe(4503);
    await screen.until(/banned +since .*"双开"/);
    await screen.until(/4503 (kicked|banned) by .*双开/);
    const refused = await actor('王芳 🚀')
      .connect()
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UpgradeRefused);
    await screen.keys('B');
    await screen.until('again ─');
    await screen.keys('Right', 'Enter');
    await screen.until(/let in again: \d+ 王芳 🚀/);
    await screen.keys('h');
    await screen.until(/Connections of \d+ 王芳 🚀/);
    await screen.until(/4503 (kicked|banned) by/);
    await screen.keys('Escape', 'Escape');
    await screen.until('Connections');
    const back = await actor('王芳 🚀').signIn();
    const again = await back.connect();
    await again.close();
  });
});

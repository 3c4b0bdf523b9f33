import { describe, expect, onTestFinished, test } from 'vitest';
import { createWebSocket } from '../../src/client/index.ts';
import { register, type Actor } from '../support/api.ts';
import { startChatd } from '../support/chatd.ts';
import { openCutScene } from '../support/cut-scene.ts';
import { openCuttingProxy } from '../support/cutting-proxy.ts';
import { engines } from '../support/databases.ts';
import { mostWithin, openHerd } from '../support/herd.ts';
import { registerAll } from '../support/people.ts';
import { seededRandom } from '../support/random.ts';
import { tell } from './table.ts';

/** `chatd/client` over a bad network, for longer than the suite has. */

describe.each(engines())('over a network that cuts, on $name', (engine) => {
  test('1,000 cuts between four people', async () => {
    const database = await engine.createDatabase();
    onTestFinished(() => database.drop());
    const chatd = await startChatd({ dsn: database.dsn });
    onTestFinished(() => chatd.dispose());
    const people = await registerAll(chatd, ['ann', 'ben', 'cat', 'dan']);
    const seed = Date.now() % 1e6;
    const scene = await openCutScene(chatd, people, { random: seededRandom(seed) });
    const began = performance.now();
    const report = await scene.run(1000).finally(() => scene.close());
    const { cuts, stored, refused, recalled, faults } = report;
    const seconds = Math.round((performance.now() - began) / 1000);
    tell(`${engine.name}: client, ${cuts} cuts`, {
      stored,
      refused,
      recalled,
      faults: faults.length,
      seconds,
      seed,
    });
    expect(faults, `seed ${seed}`).toEqual([]);
  });
});

describe('a connection that is dead and says nothing', () => {
  test('is found out, and nothing is lost', async () => {
    const chatd = await startChatd();
    onTestFinished(() => chatd.dispose());
    const [ann, ben] = (await registerAll(chatd, ['ann', 'ben'])) as [Actor, Actor];
    const proxy = await openCuttingProxy(chatd);
    onTestFinished(() => proxy.close());
    const client = createWebSocket(ben.token, { url: proxy.ws });
    onTestFinished(() => client.close());
    const heard: string[] = [];
    const hasHeardBoth = new Promise<void>((resolve) => {
      client.on('message', ({ content }) => {
        if (heard.push(content) === 2) resolve();
      });
    });
    await client.connect();
    proxy.decide = () => 'lost';
    const began = performance.now();
    const direct = await ann.connect();
    const send = client.send({ chatType: 1, conversationId: 'all', content: 'into the void' });
    await direct.ask({
      chatType: 2,
      recvId: ben.id,
      content: 'missed',
      contentType: 1,
      clientMsgId: 'missed',
    });
    await proxy.until(() => proxy.counts.has('lost'));
    proxy.decide = () => 'pass';
    const { duplicate } = await send;
    await hasHeardBoth;
    tell('client on a dead connection', { 'found out after ms': Math.round(performance.now() - began) });
    expect(duplicate).toBeUndefined();
    expect(heard.toSorted()).toEqual(['into the void', 'missed']);
    await direct.close();
  });
});

describe('200 clients', () => {
  test.each([
    { how: 'told to come back', signal: 'SIGTERM', awayMs: 0 },
    { how: 'killed', signal: 'SIGKILL', awayMs: 0 },
    { how: 'killed and away for 10 s', signal: 'SIGKILL', awayMs: 10_000 },
  ] as const)('of a server that is $how come back spread', async ({ how, signal, awayMs }) => {
    let chatd = await startChatd({ config: { WS: { SingleSignOn: false } } });
    onTestFinished(() => chatd.dispose());
    const herd = await openHerd(chatd, await register(chatd, 'ann'), { count: 200 });
    onTestFinished(() => herd.close());
    const ended = performance.now();
    await chatd.stop(signal);
    // The time a server is away is what is tested.
    await new Promise((resolve) => setTimeout(resolve, awayMs));
    chatd = await chatd.restart();
    const back = performance.now();
    await herd.allOpen(60_000);
    const [tries, returns] = [herd.arrivalsSince(ended), herd.arrivalsSince(back)];
    tell(`200 clients, ${how}`, {
      tries: tries.length,
      'most planned in 100 ms': mostWithin(100, herd.plans()),
      'most tries in 100 ms': mostWithin(100, tries),
      'most when back': mostWithin(100, returns),
      'last back after ms': Math.round(returns.at(-1) ?? 0),
    });
    expect(mostWithin(100, herd.plans())).toBeLessThan(80);
    expect(mostWithin(100, tries)).toBeLessThan(150);
    expect(mostWithin(100, returns)).toBeLessThan(80);
  });
});

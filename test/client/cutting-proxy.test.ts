import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { register, type Actor } from '../support/api.ts';
import { startChatd, type Chatd } from '../support/chatd.ts';
import { connect, type AnyFrame, type Client } from '../support/client.ts';
import { openCuttingProxy, type CuttingProxy, type Fate, type Passing } from '../support/cutting-proxy.ts';

/** The proxy does the harm it says: a client's proof is worth what its proxy is. */
describe('the cutting proxy', () => {
  let chatd: Chatd;
  let ann: Actor;

  beforeAll(async () => {
    chatd = await startChatd({ config: { WS: { SingleSignOn: false } } });
    ann = await register(chatd, 'ann');
  });

  afterAll(() => chatd?.dispose());

  test.each<[Fate, 'client' | 'server', stored: boolean, acked: boolean]>([
    ['cut before', 'client', false, false],
    ['cut within', 'client', false, false],
    ['cut after', 'client', true, false],
    ['cut before', 'server', true, false],
    ['cut within', 'server', true, false],
    ['cut after', 'server', true, true],
  ])('%s, of what comes from the %s', async (fate, from, stored, acked) => {
    const clientMsgId = `${from} ${String(fate)}`;
    const { client } = await through(when(isAbout(from, clientMsgId), fate));
    client.send(messageTo(ann, clientMsgId));
    expect((await client.closed).code).toBe(1006);
    expect(client.received.filter(({ type }) => type === 'ack')).toHaveLength(acked ? 1 : 0);
    const direct = await ann.connect();
    const again = await direct.ask(messageTo(ann, clientMsgId));
    expect(again['duplicate'] === true).toBe(stored);
    await direct.close();
  });

  test('twice: a send is stored once and acked twice, an ack comes twice', async () => {
    const { client } = await through(when(isAbout('client', 'twice'), 'twice'));
    const first = await client.ask(messageTo(ann, 'twice'));
    expect(await client.next(({ type }) => type === 'ack')).toEqual({ ...first, duplicate: true });
  });

  test('lost: nothing arrives any more, and nobody is told', async () => {
    const { client, proxy } = await through(when(isAbout('client', 'lost'), 'lost'));
    client.send(messageTo(ann, 'lost'));
    await proxy.until(() => proxy.counts.has('lost'));
    const direct = await ann.connect();
    await direct.fence();
    expect(client.socket.readyState).toBe(client.socket.OPEN);
    expect(client.received).toEqual([]);
    client.socket.terminate();
    await direct.close();
  });

  async function through(
    decide: (passing: Passing) => Fate,
  ): Promise<{ client: Client; proxy: CuttingProxy }> {
    const proxy = await openCuttingProxy(chatd, decide);
    onTestFinished(() => proxy.close());
    return { proxy, client: await connect(proxy, { token: ann.token }) };
  }
});

function when(matches: (passing: Passing) => boolean, fate: Fate): (passing: Passing) => Fate {
  return (passing) => (matches(passing) ? fate : 'pass');
}

function isAbout(from: Passing['from'], clientMsgId: string): (passing: Passing) => boolean {
  return (passing) => passing.from === from && passing.frame?.['clientMsgId'] === clientMsgId;
}

/** To oneself: nothing but the ack comes back. */
function messageTo(actor: Actor, clientMsgId: string): AnyFrame & { clientMsgId: string } {
  return { chatType: 2, recvId: actor.id, content: clientMsgId, contentType: 1, clientMsgId };
}

import process from 'node:process';
import { WebSocket } from 'ws';
import { toUserId } from '../../src/protocol/ids.ts';
import { signToken } from '../../src/server/auth/token.ts';
import { Latencies } from '../../src/server/observe/latencies.ts';
import type { SwarmOrder, SwarmReport } from './swarm.ts';

/** The other end of swarm.ts: thousands of clients in a process of their own, so that the test's stays idle. */

const sockets: (WebSocket | undefined)[] = [];
let place: Extract<SwarmOrder, { order: 'connect' }> | undefined;
let latencies = new Latencies();
let [sent, received] = [0, 0];
let work: NodeJS.Timeout | undefined;

process.on('message', (order: SwarmOrder) => void obey(order).catch(fail));
process.on('disconnect', () => process.exit(0));

async function obey(order: SwarmOrder): Promise<void> {
  if (order.order === 'connect') await connectAll(order);
  else if (order.order === 'work') workAt(order);
  else if (order.order === 'rest') clearInterval(work);
  const report: SwarmReport = {
    open: sockets.filter((socket) => socket?.readyState === WebSocket.OPEN).length,
    sent,
    received,
    p50: latencies.quantile(0.5),
    p99: latencies.quantile(0.99),
    max: latencies.max,
  };
  process.send?.(report);
  if (order.order === 'work') {
    latencies = new Latencies();
    [sent, received] = [0, 0];
  }
}

const AT_ONCE = 100;

async function connectAll(order: Extract<SwarmOrder, { order: 'connect' }>): Promise<void> {
  place = order;
  for (let first = 0; first < order.count; first += AT_ONCE) {
    const batch = Array.from({ length: Math.min(AT_ONCE, order.count - first) }, (_, at) => open(first + at));
    await Promise.all(batch);
  }
}

function open(at: number): Promise<void> {
  if (place === undefined) throw new Error('no server yet');
  const userId = toUserId(place.firstUser + at)!;
  const token = signToken(place.secret, { userId, issuedAt: Date.now(), expireSeconds: 3600 });
  const socket = new WebSocket(`${place.ws}/ws?token=${token}`, at % 2 === 0 ? ['chatd.v1'] : [], {
    perMessageDeflate: false,
    // Loopback has sixteen million addresses.
    localAddress: `127.${1 + (at % 100)}.${Math.floor(at / 250) % 250}.${1 + (at % 250)}`,
    headers: { 'user-agent': `Swarm/1.0 (client ${at}) Chrome/14${at % 10}` },
  });
  sockets[at] = socket;
  socket.on('message', (text) => countIn(String(text)));
  return new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
}

function countIn(text: string): void {
  const at = /"content":"at ([\d.]+) /.exec(text)?.[1];
  if (at === undefined) return;
  received += 1;
  latencies.add(performance.now() - Number(at));
}

const TICK = 10;

/** Neighbours write to each other; and some leave and come back, which is what events tell of. */
function workAt({ messagesPerSecond, comingsPerSecond }: Extract<SwarmOrder, { order: 'work' }>): void {
  clearInterval(work);
  const since = performance.now();
  let [messages, comings] = [0, 0];
  work = setInterval(() => {
    const seconds = (performance.now() - since) / 1000;
    for (; messages < seconds * messagesPerSecond; messages += 1) sendOne(messages);
    for (; comings < seconds * comingsPerSecond; comings += 1) comeBack(comings);
  }, TICK);
}

function sendOne(number: number): void {
  const at = (number * 7919) % sockets.length;
  const to = (place?.firstUser ?? 0) + (at % 2 === 0 ? at + 1 : at - 1);
  const socket = sockets[at];
  if (socket?.readyState !== WebSocket.OPEN) return;
  sent += 1;
  const content = `at ${performance.now()} 你好`;
  socket.send(JSON.stringify({ chatType: 2, recvId: String(to), content, contentType: 1 }));
}

function comeBack(number: number): void {
  const at = (number * 6007) % sockets.length;
  const socket = sockets[at];
  if (socket?.readyState !== WebSocket.OPEN) return;
  socket.once('close', () => void open(at).catch(fail));
  socket.close(1001);
}

function fail(error: unknown): void {
  console.error('swarm:', error);
  process.exit(1);
}

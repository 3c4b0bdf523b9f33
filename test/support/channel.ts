import { WebSocket } from 'ws';
import type {
  ChannelMethod,
  ChannelReady,
  RpcAnswer,
  RpcNotification,
} from '../../src/protocol/admin-channel.ts';
import type { AdminWatch } from '../../src/protocol/admin.ts';
import { ADMIN_ROUTES, type AdminMethod } from '../../src/protocol/admin.ts';
import { signOperatorToken } from '../../src/server/auth/operator-token.ts';
import type { Chatd } from './chatd.ts';
import { type Closing, UpgradeRefused } from './client.ts';

/** A raw client of the admin channel, which keeps everything from the first byte on. */
export interface Channel {
  readonly socket: WebSocket;
  readonly ready: ChannelReady;
  readonly closed: Promise<Closing>;
  /** Everything that came and is no answer to `ask`. */
  readonly received: readonly unknown[];
  ask(method: string, params?: unknown): Promise<RpcAnswer>;
  /** Sends it as it is. */
  send(text: unknown): void;
  /** The next message that is no answer to `ask`, now or when it comes. */
  next<T = unknown>(matches?: (message: T) => boolean): Promise<T>;
  /** The next tick of a watch. */
  tick<T = Record<string, unknown>>(watch: AdminWatch): Promise<T>;
  close(): Promise<Closing>;
}

export interface ChannelOptions {
  readonly token?: string;
  readonly protocols?: readonly string[];
  readonly headers?: Record<string, string>;
  readonly query?: string;
  readonly origin?: string;
  readonly localAddress?: string;
}

/** Opens a channel as an operator, unless told otherwise. Rejects with UpgradeRefused, or with ClosedAtOnce. */
export async function openChannel(server: Chatd, options: ChannelOptions = {}): Promise<Channel> {
  const token = options.token ?? operator(server);
  const {
    protocols = ['chatd.admin.v1', `bearer.${token}`],
    headers = {},
    query = '',
    origin,
    localAddress,
  } = options;
  const socket = new WebSocket(`${server.ws}/admin${query}`, [...protocols], {
    headers,
    ...(origin === undefined ? {} : { origin }),
    ...(localAddress === undefined ? {} : { localAddress }),
  });
  const heard = listen(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
    socket.once('unexpected-response', (request, response) => {
      reject(new UpgradeRefused(response.statusCode ?? 0, response.headers));
      request.destroy();
    });
  });
  const first = await Promise.race([heard.next<RpcNotification>(), heard.closed]);
  if ('code' in first) throw new ClosedAtOnce(first);
  return { ...heard, socket, ready: first.params as ChannelReady };
}

/** The upgrade succeeded, and the server closed before it said anything. */
export class ClosedAtOnce extends Error {
  readonly code: number;
  readonly reason: string;

  constructor({ code, reason }: Closing) {
    super(`closed with ${code} ${reason}`);
    this.code = code;
    this.reason = reason;
  }
}

export function operator(server: Chatd, at = Date.now(), subject = 'deploy@srv'): string {
  return signOperatorToken(server.secret, subject, at);
}

/** Everything a channel may be asked, with parameters that are right. */
export const EVERY_METHOD: readonly (readonly [ChannelMethod, object])[] = [
  ...(Object.keys(ADMIN_ROUTES) as AdminMethod[]).map(
    (method) => [method, RIGHT_PARAMS()[method] ?? {}] as const,
  ),
  ['stats.watch', {}],
  ['event.watch', {}],
  ['message.watch', {}],
  ['connection.watch', {}],
  ['watch.stop', { watch: 'stats.watch' }],
];

function RIGHT_PARAMS(): { readonly [M in AdminMethod]?: object } {
  const user = { user: '2' };
  const group = { group: 'g' };
  return {
    'connection.get': { connection: 'c-1' },
    'connection.history': user,
    'user.kick': { users: ['2'] },
    'user.ban': { users: ['2'] },
    'user.unban': { users: ['2'] },
    'user.get': user,
    'user.add': { name: 'x', password: 'long enough' },
    'user.passwd': { ...user, password: 'long enough' },
    'user.enable': user,
    'user.disable': user,
    'user.promote': user,
    'user.demote': user,
    'group.get': group,
    'group.create': group,
    'group.add': { ...group, users: ['2'] },
    'group.remove': { ...group, users: ['2'] },
    'message.send': { to: '2', content: 'x' },
    'message.recall': { conversation: 'g', seq: 1 },
    'token.create': user,
    'token.check': { token: 'x' },
  };
}

function listen(socket: WebSocket): Omit<Channel, 'socket' | 'ready'> {
  const received: unknown[] = [];
  const waiting: { matches: (message: never) => boolean; resolve: (message: never) => void }[] = [];
  const answers = new Map<number, (answer: RpcAnswer) => void>();
  let lastId = 0;
  const closed = new Promise<Closing>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
  });
  // Told by close.
  socket.on('error', () => {});
  socket.on('message', (bytes) => {
    const message = JSON.parse(String(bytes)) as RpcAnswer;
    const answer = answers.get(Number(message.id));
    if (answer !== undefined) return answer(message);
    const at = waiting.findIndex(({ matches }) => matches(message as never));
    if (at === -1) received.push(message);
    else waiting.splice(at, 1)[0]?.resolve(message as never);
  });
  const next = <T>(matches: (message: T) => boolean = () => true): Promise<T> => {
    const at = received.findIndex((message) => matches(message as T));
    if (at !== -1) return Promise.resolve(received.splice(at, 1)[0] as T);
    return new Promise((resolve) => waiting.push({ matches, resolve }));
  };
  const send = (text: unknown): void => socket.send(typeof text === 'string' ? text : JSON.stringify(text));
  return {
    closed,
    received,
    next,
    send,
    ask(method, params) {
      lastId += 1;
      const id = lastId;
      send({ jsonrpc: '2.0', id, method, ...(params === undefined ? {} : { params }) });
      return new Promise((resolve, reject) => {
        answers.set(id, resolve);
        void closed.then(({ code }) =>
          reject(new Error(`closed with ${code} before ${method} was answered`)),
        );
      });
    },
    async tick<T>(watch: AdminWatch) {
      type Told = { readonly method: string; readonly params: { readonly watch: string; readonly data: T } };
      const told = await next<Told>(
        ({ method, params }) => method === 'watch.data' && params.watch === watch,
      );
      return told.params.data;
    },
    async close() {
      socket.close(1000);
      return closed;
    },
  };
}

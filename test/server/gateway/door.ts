import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { WebSocket } from 'ws';
import { ChatError } from '../../../src/protocol/error-codes.ts';
import type { UserId } from '../../../src/protocol/ids.ts';
import type { HandleFrame, Identify, Identity, Log, SendLimiter } from '../../../src/server/chat/ports.ts';
import type { SendRoom } from '../../../src/server/chat/store-ports.ts';
import { createMeters, type ReadableMeters } from '../../../src/server/observe/meters.ts';
import type { ConnectionClosed, ConnectionOpened } from '../../../src/server/chat/record-ports.ts';
import {
  createGateway,
  type Gateway,
  type GatewayParts,
  type GatewaySettings,
} from '../../../src/server/gateway/create-gateway.ts';
import { createListener } from '../../../src/server/gateway/create-listener.ts';
import { createSessions, type LiveSessions } from '../../../src/server/gateway/sessions.ts';

/** The WebSocket door as it really is, on a free port; only what lies behind it (identity, chat) is made here. */
export interface Door {
  readonly port: number;
  readonly gateway: Gateway;
  readonly sessions: LiveSessions;
  readonly server: Server;
  readonly log: { readonly event: string; readonly fields: Record<string, unknown> }[];
  readonly opened: ConnectionOpened[];
  readonly closed: ConnectionClosed[];
  readonly meters: ReadableMeters;
  close(): Promise<void>;
}

export interface DoorOptions {
  readonly ws?: Partial<GatewaySettings['ws']>;
  readonly settings?: Partial<Omit<GatewaySettings, 'ws'>>;
  readonly handleFrame?: HandleFrame;
  readonly identify?: Identify;
  readonly limiter?: SendLimiter;
  readonly room?: SendRoom;
  readonly clock?: { now(): number };
  readonly singleSignOn?: boolean;
}

export async function openDoor(options: DoorOptions = {}): Promise<Door> {
  const { clock = { now: Date.now } } = options;
  const log: Door['log'] = [];
  const opened: ConnectionOpened[] = [];
  const closed: ConnectionClosed[] = [];
  const sessions = createSessions({ singleSignOn: options.singleSignOn ?? true, clock });
  const logger = recordingLog(log);
  const meters = createMeters();
  const gateway = createGateway({
    settings: {
      publicUrl: '',
      allowedOrigins: ['http://localhost:*'],
      trustedProxies: [],
      ...options.settings,
      ws: { ...DEFAULTS, ...options.ws },
    },
    sessions,
    identify: options.identify ?? identify,
    findCredential: credentialOf,
    handleFrame: options.handleFrame ?? echo,
    limiter: options.limiter ?? { take: () => 0 },
    room: options.room ?? { ask: () => 'go', leave() {}, waiting: 0 },
    connections: {
      opened: (row) => opened.push(row),
      closed: (row) => closed.push(row),
      flush: async () => {},
      lastSeen: async () => new Map(),
      history: async () => ({ items: [], next: undefined }),
    },
    clock,
    meters,
    log: logger,
    refusalLog: logger,
  });
  const server = createListener(gateway).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    gateway.close();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { port, gateway, sessions, server, log, opened, closed, meters, close };
}

const DEFAULTS: GatewaySettings['ws'] = {
  publicUrl: '',
  maxConnections: 1000,
  maxConnectionsPerIp: 0,
  maxFrame: 65_536,
  maxQueue: 1024 * 1024,
  stallTimeout: 10_000,
  pingInterval: 25_000,
  pongTimeout: 8000,
};

/** A frame to its own sender, as if stored at once. */
const echo: HandleFrame = (frame, by) => {
  if (frame.type === 'chat') by.reply(ackOf(frame.clientMsgId ?? frame.content));
  else if (frame.type === 'ping' && frame.id !== undefined) by.reply({ type: 'pong', id: frame.id });
  return {};
};

export function ackOf(clientMsgId: string): Parameters<typeof toAck>[0] {
  return toAck({ type: 'ack', clientMsgId, id: '1', conversationId: 'all', seq: 1, sentAt: 1 });
}

type Ack = {
  type: 'ack';
  clientMsgId: string;
  id: string;
  conversationId: string;
  seq: number;
  sentAt: number;
};
const toAck = (ack: Ack): Ack => ack;

/** A token is `user.issuedAt` or `user.issuedAt.key`; `disabled`, `expired` and `down` as key do what they say. */
export const identify: Identify = (token): Identity => {
  const [user, issuedAt, key = ''] = token.split('.');
  if (key === 'expired') throw new ChatError('token_expired');
  if (key === 'down') throw new ChatError('storage_unavailable');
  if (!/^\d+$/.test(user ?? '')) throw new ChatError('unauthorized');
  return {
    userId: Number(user) as UserId,
    name: `user${user}`,
    role: 'user',
    disabled: key === 'disabled',
    keepOut: undefined,
    tokenKey: token,
    issuedAt: Number(issuedAt ?? 0),
    expiresAt: Number.MAX_SAFE_INTEGER,
  };
};

export const user = (id: number): UserId => id as UserId;

/** A send to everybody. */
export const chat = (clientMsgId: string): Record<string, unknown> => ({
  chatType: 1,
  conversationId: 'all',
  recvId: '',
  content: 'hello',
  contentType: 1,
  clientMsgId,
});

const credentialOf: GatewayParts['findCredential'] = ({ url = '', headers }) => {
  const bearer = /bearer\.([^,\s]+)/.exec(headers['sec-websocket-protocol'] ?? '')?.[1];
  if (bearer !== undefined) return { token: bearer, tokenIn: 'subprotocol' };
  const token = /[?&]token=([^&]+)/.exec(url)?.[1];
  return token === undefined ? undefined : { token, tokenIn: 'query' };
};

function recordingLog(lines: Door['log']): Log {
  const write = (event: string, fields = {}): void => void lines.push({ event, fields });
  return { debug: write, info: write, warn: write, error: write };
}

// Clients.

/** A WebSocket client that keeps what it gets from the first byte on. */
export interface Client {
  readonly socket: WebSocket;
  readonly frames: Record<string, unknown>[];
  /** Resolves with how it ended. */
  readonly closed: Promise<{ code: number; reason: string }>;
  send(frame: unknown): void;
  /** Resolves when there are `count` frames. */
  received(count: number): Promise<Record<string, unknown>[]>;
}

export interface ClientOptions {
  readonly v1?: boolean;
  readonly origin?: string;
  readonly headers?: Record<string, string>;
  readonly autoPong?: boolean;
}

/** Rejects with the status and body of a refusal. */
export async function join(door: Door, token: string, options: ClientOptions = {}): Promise<Client> {
  const protocols = options.v1 ? ['chatd.v1', `bearer.${token}`] : [];
  const url = `ws://127.0.0.1:${door.port}/ws${options.v1 ? '' : `?token=${token}`}`;
  const socket = new WebSocket(url, protocols, {
    autoPong: options.autoPong ?? true,
    ...(options.headers ? { headers: options.headers } : {}),
    ...(options.origin ? { origin: options.origin } : {}),
  });
  const client = toClient(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
    socket.once('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (chunk) => (body += chunk));
      response.on('end', () => reject(new Refused(response.statusCode ?? 0, body, response.headers)));
    });
  });
  return client;
}

export class Refused extends Error {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: IncomingMessage['headers'];
  constructor(status: number, body: string, headers: IncomingMessage['headers']) {
    super(`refused with ${status}: ${body}`);
    this.status = status;
    this.body = JSON.parse(body);
    this.headers = headers;
  }
}

/** How a request for a session was refused. */
export async function refused(door: Door, token: string, options?: ClientOptions): Promise<Refused> {
  const outcome = await join(door, token, options).catch((error: unknown) => error);
  if (!(outcome instanceof Refused)) throw new Error('it was not refused', { cause: outcome });
  return outcome;
}

function toClient(socket: WebSocket): Client {
  const frames: Record<string, unknown>[] = [];
  socket.on('message', (text) => frames.push(JSON.parse(text.toString())));
  socket.on('error', () => {});
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  return {
    socket,
    frames,
    closed,
    send: (frame) => socket.send(JSON.stringify(frame)),
    received: (count) => until(socket, () => (frames.length >= count ? frames : undefined)),
  };
}

/** Resolves with what `look` gives once it gives something; asked after each frame and at the end. */
function until<T>(socket: WebSocket, look: () => T | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => void socket.off('message', ask).off('close', onClose);
    const ask = (): void => {
      const found = look();
      if (found === undefined) return;
      stop();
      resolve(found);
    };
    const onClose = (code: number): void => {
      stop();
      reject(new Error(`closed with ${code} while waiting`));
    };
    socket.on('message', ask).on('close', onClose);
    ask();
  });
}

/** A bare TCP connection. */
export interface Wire {
  readonly socket: Socket;
  /** What came so far. */
  text(): string;
  /** Resolves once the other side has ended. */
  readonly ended: Promise<string>;
  /** The frames that came whole, behind the answer to the upgrade. */
  frames(): { readonly opcode: number; readonly payload: Buffer }[];
  /** Resolves with the close frame; then hangs up without answering it. */
  closed(): Promise<{ readonly code: number; readonly reason: string }>;
}

export async function dial(door: Door): Promise<Wire> {
  const socket = connect(door.port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => {});
  const text = (): string => Buffer.concat(chunks).toString('latin1');
  const ended = new Promise<string>((resolve) => {
    socket.once('close', () => resolve(text()));
  });
  await once(socket, 'connect');
  const frames = (): { opcode: number; payload: Buffer }[] => {
    const bytes = Buffer.concat(chunks);
    return serverFrames(bytes.subarray(bytes.indexOf('\r\n\r\n') + 4));
  };
  const closed = async (): Promise<{ code: number; reason: string }> => {
    const isClose = ({ opcode }: { opcode: number }): boolean => opcode === 8;
    await eventually(() => frames().some(isClose) || socket.destroyed);
    socket.destroy();
    const payload = frames().find(isClose)?.payload ?? Buffer.from([0, 0]);
    return { code: payload.readUInt16BE(), reason: payload.subarray(2).toString() };
  };
  return { socket, text, ended, frames, closed };
}

function serverFrames(bytes: Buffer): { opcode: number; payload: Buffer }[] {
  const frames = [];
  let at = 0;
  while (bytes.length - at >= 2) {
    const short = (bytes[at + 1] ?? 0) & 0x7f;
    const head = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length - at < head) break;
    const length =
      short < 126
        ? short
        : short === 126
          ? bytes.readUInt16BE(at + 2)
          : Number(bytes.readBigUInt64BE(at + 2));
    if (bytes.length - at < head + length) break;
    frames.push({ opcode: (bytes[at] ?? 0) & 15, payload: bytes.subarray(at + head, at + head + length) });
    at += head + length;
  }
  return frames;
}

/** The request of an upgrade, for a bare connection. */
export function upgradeRequest(target: string, headers: Record<string, string> = {}): string {
  const all = {
    Host: '127.0.0.1',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return [`GET ${target} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}

/** A client's frame: final, masked with zeros. */
export function clientFrame(opcode: number, payload: Buffer | string, firstByte = 0x80): Buffer {
  const body = Buffer.from(payload);
  const head =
    body.length < 126
      ? Buffer.from([firstByte | opcode, 0x80 | body.length])
      : body.length < 65_536
        ? Buffer.from([firstByte | opcode, 0x80 | 126, body.length >> 8, body.length & 255])
        : Buffer.concat([Buffer.from([firstByte | opcode, 0x80 | 127, 0, 0, 0, 0]), uint32(body.length)]);
  return Buffer.concat([head, Buffer.alloc(4), body]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Resolves once `holds` does; looked at every few ms. For what no event tells. */
export async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

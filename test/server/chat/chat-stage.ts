import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeFrame } from '../../../src/protocol/codec.ts';
import { ChatError } from '../../../src/protocol/error-codes.ts';
import type { ChatFrame, ClientFrame } from '../../../src/protocol/frames.ts';
import type { UserId } from '../../../src/protocol/ids.ts';
import { type Chat, createChat } from '../../../src/server/chat/create-chat.ts';
import { createMembersCache } from '../../../src/server/chat/members-cache.ts';
import type { FrameSender, Handling, Log, MembersCache, UserCache } from '../../../src/server/chat/ports.ts';
import { createSendLimiter } from '../../../src/server/chat/send-limiter.ts';
import type { Store } from '../../../src/server/chat/database-ports.ts';
import type { MessageLog, User } from '../../../src/server/chat/store-ports.ts';
import type { SyncStore } from '../../../src/server/chat/sync-ports.ts';
import { createUserCache } from '../../../src/server/chat/user-cache.ts';
import { createDelivery } from '../../../src/server/fanout/delivery.ts';
import { toMessageFrame } from '../../../src/server/fanout/message-frame.ts';
import { createSyncGate } from '../../../src/server/gateway/sync-gate.ts';
import { createMeters } from '../../../src/server/observe/meters.ts';
import { openStore } from '../../../src/server/store/open-store.ts';
import type { TestDatabase } from '../../support/databases.ts';

/** Chat as the server puts it together, on a database of its own; connections keep what they are sent. */
export interface Stage {
  readonly chat: Chat;
  readonly store: Store;
  readonly users: UserCache;
  readonly members: MembersCache;
  readonly clock: { ms: number };
  readonly logged: readonly string[];
  addUser(name: string): Promise<User>;
  connect(user: Pick<User, 'id'>): Connection;
  close(): Promise<void>;
}

/** A frame that was sent to a connection, whatever its kind. */
export type Received = Readonly<Record<string, unknown>>;

export interface Connection extends FrameSender {
  /** Everything sent to it, in order. */
  readonly received: readonly Received[];
  /** Hands in a frame; gives what was said about it at once. */
  handle(frame: Partial<ChatFrame>): Handling;
  /** As handle(), of a frame that is no message. */
  signal(frame: ClientFrame): Handling;
  /** Hands in a frame, and waits until its outcome is known. */
  say(frame: Partial<ChatFrame>): Promise<void>;
  /** The contents of the messages it got, in order. */
  heard(): readonly unknown[];
  /** Forgets what it got. */
  clear(): void;
}

export interface StageOptions {
  readonly maxMembers?: number;
  readonly messagesPerSecond?: number;
  readonly messageBurst?: number;
  /** Where the database is; an SQLite of its own without it. */
  readonly database?: TestDatabase;
  /** Stands in for the store's. */
  readonly log?: Pick<MessageLog, 'append'>;
  /** Makes of the store's what stands in for it. */
  readonly sync?: (real: SyncStore) => SyncStore;
  /** Bytes that may be unsent to a connection. */
  readonly maxQueue?: number;
}

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'chatd-chat-'));
  const logged: string[] = [];
  const logger = recordingLog(logged);
  const clock = { ms: Date.now(), now: () => clock.ms };
  const wallClock = { now: () => Date.now() };
  const store = await openStore({
    mysqlDsn: options.database?.dsn ?? '',
    dataDir,
    log: logger,
    clock: wallClock,
    keepConnectionsMs: 60_000,
  });

  const connections: Connection[] = [];
  const sessions = {
    of: (userId: UserId) => connections.filter((connection) => connection.userId === userId),
    all: () => connections,
    count: 0,
    end: () => 0,
  };
  const users = createUserCache(store.users);
  const members = createMembersCache(store.groups);
  const toWire = (frame: Parameters<typeof encodeFrame>[0]) => Buffer.from(encodeFrame(frame));
  const chat = createChat({
    log: options.log === undefined ? store.log : { ...store.log, ...options.log },
    users,
    members,
    userStore: store.users,
    groupStore: store.groups,
    conversations: store.conversations,
    syncStore: options.sync?.(store.sync) ?? store.sync,
    toFrame: toMessageFrame,
    connectionLog: store.connections,
    delivery: createDelivery({ sessions, members, users, toWire, log: logger }),
    sessions,
    limiter: createSendLimiter({
      messagesPerSecond: options.messagesPerSecond ?? 0,
      messageBurst: options.messageBurst ?? 0,
      clock,
    }),
    logger,
    meters: createMeters(),
    clock,
    limits: { maxContent: 64, maxMembers: options.maxMembers ?? 250, recallWindow: 120_000 },
  });

  return {
    chat,
    store,
    users,
    members,
    clock,
    logged,
    async addUser(name) {
      const user = await store.users.create({ name, passwordHash: 'none', role: 'user' });
      users.put(user);
      return user;
    },
    connect({ id }) {
      const connection = createConnection({ id: `c-${connections.length}`, userId: id, chat, ...options });
      connections.push(connection);
      return connection;
    },
    async close() {
      await store.close();
      await options.database?.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A frame to somebody, with everything that can be left out filled in. */
export function to(user: Pick<User, 'id'>, content: string, clientMsgId?: string): Partial<ChatFrame> {
  const frame: Partial<ChatFrame> = { chatType: 2, recvId: String(user.id), content };
  return clientMsgId === undefined ? frame : { ...frame, clientMsgId };
}

/** A frame to a group. */
export function toGroup(conversationId: string, content: string, clientMsgId?: string): Partial<ChatFrame> {
  const frame: Partial<ChatFrame> = { chatType: 1, conversationId, content };
  return clientMsgId === undefined ? frame : { ...frame, clientMsgId };
}

/** `ok`, or the code `act` was refused with. */
export async function codeOf(act: Promise<unknown>): Promise<string> {
  try {
    await act;
    return 'ok';
  } catch (error) {
    if (error instanceof ChatError) return error.code;
    throw error;
  }
}

interface ConnectionParts extends Pick<StageOptions, 'maxQueue'> {
  readonly id: string;
  readonly userId: UserId;
  readonly chat: Chat;
}

function createConnection({ id, userId, chat, maxQueue = 1024 * 1024 }: ConnectionParts): Connection {
  const received: Received[] = [];
  const keep = (text: string): void => void received.push(JSON.parse(text) as Received);
  const gate = createSyncGate({
    outbox: { hasRoom: () => true, room: async () => true },
    maxQueue,
    writeLive: (wire) => keep(wire.toString()),
    writePage: (page) => keep(encodeFrame(page)),
    onTooMuch: () => void received.push({ type: 'close', why: 'resync' }),
  });
  const connection: Connection = {
    id,
    userId,
    client: 'v1',
    received,
    write: (wire, place) => {
      if (place === undefined || !gate.stops({ wire, place })) keep(wire.toString());
    },
    reply: (frame) => keep(encodeFrame(frame)),
    openSyncLane: (only) => gate.open(only),
    handle: (frame) => chat.handleFrame({ ...BLANK, ...frame }, connection),
    signal: (frame) => chat.handleFrame(frame, connection),
    say: async (frame) => {
      await connection.handle(frame).done;
    },
    heard: () =>
      received.filter((frame) => 'seq' in frame && 'sendId' in frame).map((frame) => frame['content']),
    clear: () => void received.splice(0),
  };
  return connection;
}

const BLANK: ChatFrame = {
  type: 'chat',
  chatType: 1,
  conversationId: '',
  recvId: '',
  content: '',
  contentType: 1,
};

function recordingLog(logged: string[]): Log {
  const keep = (event: string): void => void logged.push(event);
  return { debug: () => {}, info: () => {}, warn: keep, error: keep };
}

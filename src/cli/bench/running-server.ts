import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { type AdminCall, askServer, createAdminClient, isServerThere } from '../admin-client.ts';
import type { CommandContext } from '../command.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { findServer, findToken, type ServerPlace } from '../find-server.ts';
import { noServer } from '../no-server.ts';
import type { BenchPlan } from './bench-options.ts';
import type { LoadClient } from './load-order.ts';
import { programOf } from './process-usage.ts';
import { membersOf, type Stage } from './stage.ts';

export interface RunningServer extends Stage {
  /** Users are disabled, groups lose their members. Gives what stays, and what could not be undone. */
  close(): Promise<LeftBehind>;
}

export interface LeftBehind {
  readonly users: number;
  readonly groups: readonly string[];
  /** Users who could not be disabled. */
  readonly enabled: number;
  /** What the names of the users begin with. */
  readonly prefix: string;
}

/**
 * The running server, with users and groups made for this run. `signal`: no more of them is made.
 */
export async function openRunningServer(
  context: CommandContext,
  plan: BenchPlan,
  signal: AbortSignal,
): Promise<RunningServer> {
  const place = await findServer(context);
  const { access } = place;
  if (!(await isServerThere(access))) {
    throw place.kind === 'local' ? noServer(access.url, place.loaded) : unreachable(access.url);
  }
  const call = createAdminClient(access, await findToken(context, place));
  const url = await webSocketOf(place);
  const cast = new Cast(call, `bench-${randomBytes(3).toString('hex')}`);
  try {
    await cast.makeUsers(plan.clients, { signal, onMade: tellMade(context, plan.clients) });
    await cast.makeGroups(plan.groups);
    tellLimit(context, place, plan);
    const { node } = await call('stats.get', {});
    return {
      url,
      clients: cast.clients,
      groups: cast.groups,
      serverPid: pidOf(node),
      databasePid: await databasePidOf(place),
      call,
      collect: async () => false,
      close: () => cast.dismiss(),
    };
  } catch (error) {
    await cast.dismiss();
    throw error;
  }
}

/** As many password hashes as a server makes at a time. */
const AT_ONCE = 4;

/** The users and groups of a run. */
class Cast {
  readonly clients: LoadClient[] = [];
  readonly groups: string[] = [];
  readonly #call: AdminCall;
  readonly #prefix: string;
  readonly #users: string[] = [];

  constructor(call: AdminCall, prefix: string) {
    this.#call = call;
    this.#prefix = prefix;
  }

  async makeUsers(
    count: number,
    { signal, onMade }: { readonly signal: AbortSignal; readonly onMade: (made: number) => void },
  ): Promise<void> {
    const numbers = Array.from({ length: count }, (_, at) => at);
    await inTurns(numbers, async (at) => {
      signal.throwIfAborted();
      const password = randomBytes(24).toString('base64url');
      const { id } = await this.#call('user.add', { name: `${this.#prefix}-${at + 1}`, password });
      this.#users.push(id);
      const { token } = await this.#call('token.create', { user: id });
      this.clients.push({ user: id, token });
      onMade(this.clients.length);
    });
  }

  async makeGroups(count: number): Promise<void> {
    for (let at = 0; at < count; at += 1) {
      const group = `${this.#prefix}-${at + 1}`;
      const users = membersOf(at, count, this.clients.length).map((index) => this.clients[index]?.user ?? '');
      const [owner = ''] = users;
      await this.#call('group.create', { group, owner, users });
      this.groups.push(group);
    }
  }

  async dismiss(): Promise<LeftBehind> {
    let enabled = 0;
    await inTurns(this.groups, async (group) => {
      await this.#call('group.remove', { group, users: this.#users }).catch(() => undefined);
    });
    await inTurns(this.#users, async (user) => {
      await this.#call('user.disable', { user }).catch(() => {
        enabled += 1;
      });
    });
    return { users: this.#users.length, groups: this.groups, enabled, prefix: this.#prefix };
  }
}

async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const workNext = async () => {
    for (const item of waiting) await work(item);
  };
  const turns = await Promise.allSettled(Array.from({ length: AT_ONCE }, workNext));
  const failed = turns.find((turn) => turn.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

const TELL_EVERY = 50;

function tellMade({ print }: CommandContext, all: number): (made: number) => void {
  return (made) => {
    if (made % TELL_EVERY !== 0 || made === all) return;
    print.note({ en: `made ${made} of ${all} users`, zh: `已创建 ${made}/${all} 个用户` });
  };
}

// What is measured then is the limit: it is said before somebody wonders.
function tellLimit({ print }: CommandContext, place: ServerPlace, { senders }: BenchPlan): void {
  if (place.kind === 'remote' || senders === 0) return;
  const each = place.loaded.config.ws.messagesPerSecond;
  if (each === 0) return;
  print.note({
    en: `WS.MessagesPerSecond holds: each sender may send ${each} messages a second (0 turns it off)`,
    zh: `WS.MessagesPerSecond 生效: 每个发送者每秒最多 ${each} 条消息(0 为不限)`,
  });
}

async function webSocketOf({ access }: ServerPlace): Promise<string> {
  const about = (await askServer(access, { method: 'GET', path: '/v1/info' })) as { wsUrl?: unknown };
  const url = URL.parse(String(about.wsUrl));
  if (url?.protocol === 'ws:') return `ws://${url.host}`;
  throw new CommandError(EXIT.refused, 'not_measurable', {
    en: `${access.url} names ${url?.href ?? 'no WebSocket server'}: the load speaks ws:// alone; measure on the server's own machine`,
    zh: `${access.url} 给出的地址为 ${url?.href ?? '空'}: 压测只支持 ws://, 请在服务器本机上进行`,
  });
}

// `host/pid`. Its program is looked at, too: two machines may have one name.
function pidOf(node: string): number | undefined {
  const [host, pid] = node.split('/');
  const isHere = host === hostname() && /^(node|MainThread|chatd)/.test(programOf(Number(pid)) ?? '');
  return isHere ? Number(pid) : undefined;
}

async function databasePidOf(place: ServerPlace): Promise<number | undefined> {
  if (place.kind === 'remote' || place.loaded.config.mysql.dsn === '') return undefined;
  const { databaseProcess } = await import('../../server/store/mysql/database-process.ts');
  return databaseProcess(place.loaded.config.mysql.dsn);
}

function unreachable(url: string): CommandError {
  return new CommandError(EXIT.noServer, 'no_server', {
    en: `no chatd answers at ${url}`,
    zh: `${url} 没有 chatd 应答`,
  });
}

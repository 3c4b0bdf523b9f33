import type { ConnectionDetail, ConnectionItem, ConnectionRecord } from '../../protocol/admin-connections.ts';
import { parseConnectionFilter } from '../../protocol/connection-filter.ts';
import { parseConnectionOrder } from '../../server/admin/connection-order.ts';
import { bytesInWords, duration, milliseconds } from '../../tui/figures.ts';
import type { Command } from '../command.ts';
import { eachUser } from '../each-user.ts';
import { firstItems } from '../first-items.ts';
import { countOption, textOption } from '../option-values.ts';
import type { Column, Field } from '../print.ts';
import { expandDash } from '../stdin.ts';
import { orUsage, usageError } from '../usage-error.ts';
import { withAdmin } from '../with-admin.ts';

/** Filtered and sorted by the server. */
export const list: Command = async (context, words, options) => {
  const filter = words.length === 0 ? undefined : words.join(' ');
  const sort = textOption(options, 'sort');
  orUsage(() => [parseConnectionFilter(filter ?? ''), parseConnectionOrder(sort)]);
  const wanted = { limit: countOption(options, 'limit', Number.POSITIVE_INFINITY), atOnce: 1000 };
  const items = await withAdmin(context, 'server', (call) =>
    firstItems(wanted, (limit, cursor?: string) => call('connection.list', { filter, sort, limit, cursor })),
  );
  context.print.rows(LIST, items);
};

export const get: Command = async (context, args) => {
  const connections = await expandDash(context, args);
  for (const connection of connections) {
    if (connection.startsWith('c-')) continue;
    throw usageError({
      en: `a connection is written c-8f2, not "${connection}": chatd connection list`,
      zh: `连接的写法为 c-8f2, 而不是 "${connection}": chatd connection list`,
    });
  }
  await withAdmin(context, 'server', (call) =>
    eachUser(context, connections, async (connection) => {
      context.print.details(DETAILS, await call('connection.get', { connection }));
    }),
  );
};

export const history: Command = async (context, [user = ''], options) => {
  const wanted = { limit: countOption(options, 'limit', 50), atOnce: 200 };
  const items = await withAdmin(context, 'database', (call) =>
    firstItems(wanted, (limit, before?: string) => call('connection.history', { user, limit, before })),
  );
  context.print.rows(HISTORY, items);
};

const LIST: readonly Column<ConnectionItem>[] = [
  { title: { en: 'CONNECTION', zh: '连接' }, value: ({ id }) => id },
  { title: { en: 'USER', zh: '用户' }, value: ({ userId }) => userId, align: 'right' },
  { title: { en: 'NAME', zh: '名字' }, value: ({ name }) => name },
  { title: { en: 'ADDRESS', zh: '地址' }, value: ({ address }) => address },
  { title: { en: 'UP', zh: '时长' }, value: ({ since }) => duration(Date.now() - since) },
  { title: { en: 'IDLE', zh: '空闲' }, value: ({ idleMs }) => duration(idleMs) },
  { title: { en: 'IN', zh: '收' }, value: (item) => item.in, align: 'right' },
  { title: { en: 'OUT', zh: '发' }, value: ({ out }) => out, align: 'right' },
  { title: { en: 'QUEUE', zh: '队列' }, value: ({ queued }) => queued, align: 'right' },
  { title: { en: 'CLIENT', zh: '客户端' }, value: ({ client }) => client },
];

const DETAILS: readonly Field<ConnectionDetail>[] = [
  { title: { en: 'CONNECTION', zh: '连接' }, value: ({ id }) => id },
  { title: { en: 'USER', zh: '用户' }, value: ({ userId, name }) => `${userId} ${name}` },
  { title: { en: 'ADDRESS', zh: '地址' }, value: ({ address, port }) => `${address} ${port}` },
  {
    title: { en: 'SINCE', zh: '自' },
    value: ({ since }) => `${toIso(since)} (${duration(Date.now() - since)})`,
  },
  {
    title: { en: 'CLIENT', zh: '客户端' },
    value: ({ client, userAgent }) => `${client} ${userAgent}`.trim(),
  },
  {
    title: { en: 'TOKEN', zh: '令牌' },
    value: ({ tokenIn, tokenExpiresAt }) => `${tokenIn}, until ${toIso(tokenExpiresAt)}`,
  },
  { title: { en: 'IN', zh: '收' }, value: (item) => `${item.in} messages, ${bytesInWords(item.bytesIn)}` },
  {
    title: { en: 'OUT', zh: '发' },
    value: ({ out, bytesOut }) => `${out} messages, ${bytesInWords(bytesOut)}`,
  },
  {
    title: { en: 'RATE', zh: '速率' },
    value: ({ ratePerSecond, rateLimit }) =>
      `${ratePerSecond.toFixed(1)}/s${rateLimit === 0 ? '' : ` of ${rateLimit}`}`,
  },
  { title: { en: 'QUEUE', zh: '队列' }, value: ({ queued }) => bytesInWords(queued) },
  { title: { en: 'IDLE', zh: '空闲' }, value: ({ idleMs }) => duration(idleMs) },
  {
    title: { en: 'PONG', zh: '心跳' },
    value: ({ pongAgoMs, rttMs }) =>
      pongAgoMs === undefined
        ? undefined
        : `${duration(pongAgoMs)} ago${rttMs === undefined ? '' : `, ${milliseconds(rttMs)}`}`,
  },
  { title: { en: 'NODE', zh: '节点' }, value: ({ node }) => node },
];

const HISTORY: readonly Column<ConnectionRecord>[] = [
  { title: { en: 'CONNECTION', zh: '连接' }, value: ({ id }) => id },
  { title: { en: 'OPENED', zh: '建立' }, value: ({ openedAt }) => toIso(openedAt) },
  {
    title: { en: 'ENDED', zh: '断开' },
    value: ({ closedAt }) => (closedAt === undefined ? 'open' : toIso(closedAt)),
  },
  {
    title: { en: 'LASTED', zh: '时长' },
    value: ({ openedAt, closedAt }) => duration((closedAt ?? Date.now()) - openedAt),
  },
  { title: { en: 'ADDRESS', zh: '地址' }, value: ({ address }) => address },
  { title: { en: 'CLIENT', zh: '客户端' }, value: ({ client }) => client },
  { title: { en: 'CAUSE', zh: '原因' }, value: causeOf },
];

function causeOf({ closeCode, cause }: ConnectionRecord): string {
  const words = [closeCode === undefined ? undefined : String(closeCode), cause];
  return words.filter((word) => word !== undefined).join(' ');
}

function toIso(at: number): string {
  return new Date(at).toISOString();
}

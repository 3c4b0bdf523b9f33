import type { ConnectionDetail } from '../../protocol/admin-connections.ts';
import type { AdminKeepOut } from '../../protocol/admin-users.ts';
import { bytesInWords, count, duration, milliseconds } from '../figures.ts';
import { cell, type Line, type Tone } from '../lines.ts';
import { dateAndTime, when } from '../times.ts';
import { say, type Shared } from '../view.ts';
import type { UserState } from './user-state.ts';

/** The lines of a user's page above his earlier connections: a word, and what there is to say of it. */
export function accountLine({ user }: UserState, shared: Shared, width: number): readonly Line[] {
  if (user === undefined) return [];
  const parts = [
    user.enabled
      ? say(shared, { zh: '已启用', en: 'enabled' })
      : say(shared, { zh: '已停用', en: 'disabled' }),
    ...(user.role === 'admin' ? [say(shared, { zh: '管理员', en: 'administrator' })] : []),
    say(shared, { zh: `${user.groupCount} 个群组`, en: `member of ${user.groupCount} groups` }),
    say(shared, { zh: `未读 ${unread(user.unread)}`, en: `unread ${unread(user.unread)}` }),
  ];
  const text = joined(parts, shared);
  return [
    labelled({ zh: '账号', en: 'account' }, text, { shared, width, tone: user.enabled ? 'plain' : 'bad' }),
  ];
}

/** Counted no further. */
function unread(messages: number): string {
  return messages >= 999 ? '999+' : String(messages);
}

export function keepOutLine({ user }: UserState, shared: Shared, width: number): readonly Line[] {
  if (user?.keepOut === undefined) return [];
  const { keepOut } = user;
  const why = keepOut.reason === '' ? '' : `: "${keepOut.reason}"`;
  const text = `${untilText(keepOut, shared)}, ${keepOut.by}${why}`;
  const label = keepOut.until === undefined ? { zh: '封禁', en: 'banned' } : { zh: '禁入', en: 'kept out' };
  return [labelled(label, text, { shared, width, tone: 'bad' })];
}

function untilText({ until, since }: AdminKeepOut, shared: Shared): string {
  const { now, language } = shared;
  if (until === undefined) {
    const begun = when(since, now, language);
    return say(shared, { zh: `${begun} 起`, en: `since ${begun}` });
  }
  const end = when(until, now, language);
  const left = duration(until - now);
  return say(shared, { zh: `到 ${end} (还有 ${left})`, en: `until ${end} (${left} left)` });
}

/** The connection that is shown, as it is or was. */
export function connectionLines(state: UserState, shared: Shared, width: number): readonly Line[] {
  const { detail, hasEnded } = state;
  if (detail === undefined) return [noConnection(state, shared, width)];
  const style = { shared, width, tone: hasEnded ? 'dim' : 'plain' } as const;
  return [
    labelled({ zh: '连接', en: 'connection' }, whereText(detail, state, shared), style),
    labelled({ zh: '', en: '' }, detail.userAgent, style),
    labelled({ zh: '流量', en: 'traffic' }, trafficText(detail, shared), style),
    labelled({ zh: '心跳', en: 'heartbeat' }, heartbeatText(detail, shared), style),
  ];
}

function noConnection({ connection, hasEnded }: UserState, shared: Shared, width: number): Line {
  const text =
    connection === undefined
      ? say(shared, { zh: '没有连接', en: 'none' })
      : hasEnded
        ? say(shared, { zh: `${connection} 已断开`, en: `${connection} has ended` })
        : say(shared, { zh: `${connection} 读取中`, en: `${connection} is asked for` });
  return labelled({ zh: '连接', en: 'connection' }, text, { shared, width, tone: 'dim' });
}

function whereText(detail: ConnectionDetail, { hasEnded }: UserState, shared: Shared): string {
  const since = when(detail.since, shared.now, shared.language);
  const lasted = duration(shared.now - detail.since);
  const token = TOKEN_IN[detail.tokenIn];
  const ended = say(shared, { zh: '已断开', en: 'has ended' });
  const parts = [
    detail.id,
    addressOf(detail),
    hasEnded ? ended : say(shared, { zh: `${since} 起 (${lasted})`, en: `since ${since} (${lasted})` }),
    `${detail.client}, ${token}`,
  ];
  return parts.join('  ');
}

function addressOf({ address, port }: ConnectionDetail): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

const TOKEN_IN = { header: 'header', query: '?token=', subprotocol: 'bearer.…' } as const;

function trafficText(detail: ConnectionDetail, shared: Shared): string {
  const { ratePerSecond, rateLimit } = detail;
  const rate = `${Math.round(ratePerSecond * 10) / 10}/s`;
  const unit = say(shared, { zh: '条', en: 'msg' });
  const sent = `${count(detail.in)} ${unit} ${bytesInWords(detail.bytesIn)}`;
  const given = `${count(detail.out)} ${unit} ${bytesInWords(detail.bytesOut)}`;
  const queue = detail.queued === 0 ? '0' : bytesInWords(detail.queued);
  const limited = rateLimit === 0 ? rate : `${rate} ${say(shared, { zh: '/ 上限', en: 'of' })} ${rateLimit}`;
  const parts = [
    say(shared, { zh: `收 ${sent}`, en: `in ${sent}` }),
    say(shared, { zh: `发 ${given}`, en: `out ${given}` }),
    say(shared, { zh: `积压 ${queue}`, en: `queue ${queue}` }),
    say(shared, { zh: `速率 ${limited}`, en: `rate ${limited}` }),
  ];
  return joined(parts, shared);
}

function heartbeatText(detail: ConnectionDetail, shared: Shared): string {
  const { pongAgoMs, rttMs, tokenExpiresAt } = detail;
  const until = dateAndTime(tokenExpiresAt);
  const left = duration(tokenExpiresAt - shared.now);
  return joined(
    [
      pongText(pongAgoMs, rttMs, shared),
      say(shared, { zh: `令牌到 ${until} (${left})`, en: `token until ${until} (${left})` }),
    ],
    shared,
  );
}

function pongText(agoMs: number | undefined, rttMs: number | undefined, shared: Shared): string {
  if (agoMs === undefined) return say(shared, { zh: '还没有 pong', en: 'no pong yet' });
  const ago = duration(agoMs);
  const took = rttMs === undefined ? '' : `, ${milliseconds(rttMs)}`;
  return say(shared, { zh: `${ago} 前 pong${took}`, en: `pong ${ago} ago${took}` });
}

function joined(parts: readonly string[], { glyphs }: Shared): string {
  return parts.join(` ${glyphs.middot} `);
}

interface LineStyle {
  readonly shared: Shared;
  readonly width: number;
  readonly tone: Tone;
}

/** `  traffic    in 118 msg …` */
function labelled(
  label: Readonly<Record<'zh' | 'en', string>>,
  text: string,
  { shared, width, tone }: LineStyle,
): Line {
  const { more } = shared.glyphs;
  return [
    cell(`  ${say(shared, label)}`, Math.min(LABEL, width), more, { tone: 'dim' }),
    cell(text, Math.max(0, width - LABEL), more, { tone }),
  ];
}

const LABEL = 13;

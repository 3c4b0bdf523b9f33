import type { DeliveredTo, SentMessage } from '../../protocol/admin-records.ts';
import { visibleText } from '../../protocol/visible-text.ts';
import { count, milliseconds } from '../figures.ts';
import { widthOf, type Line, type Span } from '../lines.ts';
import { clockTimeWithMs } from '../times.ts';
import { say, type Notice, type Shared } from '../view.ts';
import { recipientOf } from '../messages/message-columns.ts';
import { wrapLines } from '../wrap-lines.ts';
import type { SendState } from './send-state.ts';

/** What came of the last message, line by line. */
export function resultLines({ sending, result }: SendState, shared: Shared, width: number): readonly Line[] {
  if (sending !== undefined) {
    const text = say(shared, { zh: '发送中', en: 'sending' });
    return [line({ text: shared.glyphs.more, tone: 'dim' }, text, clockTimeWithMs(sending.at))];
  }
  if (result === undefined) return [];
  if (result.is === 'sent') return [storedLine(result.sent, shared), ...deliveryLines(result.sent, shared)];
  const cross: Span = { text: shared.glyphs.cross, tone: 'bad' };
  const unsent =
    result.error.code === 'timed_out'
      ? say(shared, { zh: '未知', en: 'unknown' })
      : say(shared, { zh: '未发送', en: 'not sent' });
  const [first = '', ...rest] = wrapLines(
    [`${clockTimeWithMs(result.at)}  ${result.error.text}`],
    width - LEFT,
  );
  return [line(cross, unsent, first), ...rest.map((text) => [{ text: ' '.repeat(LEFT) + text }])];
}

/** Said above the footer, wherever one is by then. */
export function sentNotice(sent: SentMessage, shared: Shared): Notice {
  const text = `${recipientOf(sent)}: id ${sent.id}`;
  return { tone: 'good', text: say(shared, { zh: `已发送给 ${text}`, en: `sent to ${text}` }) };
}

function storedLine({ id, seq, sentAt, storedAfterMs }: SentMessage, shared: Shared): Line {
  const { check, middot } = shared.glyphs;
  const facts = [`id ${id}`, `seq ${seq}`, milliseconds(storedAfterMs)].join(` ${middot} `);
  return line(
    { text: check, tone: 'good' },
    say(shared, { zh: '已存储', en: 'stored' }),
    `${clockTimeWithMs(sentAt)}  ${facts}`,
  );
}

function deliveryLines(sent: SentMessage, shared: Shared): readonly Line[] {
  const { delivery } = sent;
  if (delivery === undefined) return audienceLines(sent, shared);
  const { delivered, missed, connections } = delivery;
  if (delivered + missed === 0) return audienceLines(sent, shared);
  const told = connections.map((one) => connectionLine(one, sent.sentAt, shared));
  if (delivered + missed === 1) return told;
  const text = say(shared, {
    zh: `${count(delivered)} 个连接已应答, ${count(missed)} 个未应答`,
    en: `${count(delivered)} answered, ${count(missed)} did not`,
  });
  return [line(markOf(missed === 0, shared), say(shared, DELIVERED), text), ...told];
}

function connectionLine(one: DeliveredTo, sentAt: number, shared: Shared): Line {
  const { connection, user, afterMs } = one;
  const where =
    visibleText(`${user.id} ${user.name}`) +
    say(shared, { zh: ` 于 ${connection}`, en: ` on ${connection}` });
  if (afterMs === undefined) {
    const late = say(shared, { zh: '未及时应答', en: 'no answer in time' });
    return line(markOf(false, shared), say(shared, { zh: '未送达', en: 'missed' }), `${where} (${late})`);
  }
  const pong = say(shared, {
    zh: `${milliseconds(afterMs)} 后应答`,
    en: `pong after ${milliseconds(afterMs)}`,
  });
  const at = clockTimeWithMs(sentAt + afterMs);
  return line(markOf(true, shared), say(shared, DELIVERED), `${at}  ${where} (${pong})`);
}

function audienceLines({ audience }: SentMessage, shared: Shared): readonly Line[] {
  if (audience === undefined) return [];
  const { online, offline } = audience;
  const late =
    offline === 0 ? '' : say(shared, { zh: ' (下次同步时收到)', en: ' (get it at the next sync)' });
  const text = say(shared, {
    zh: `${count(online)} 人在线, ${count(offline)} 人离线${late}`,
    en: `${count(online)} online, ${count(offline)} offline${late}`,
  });
  return [line({ text: shared.glyphs.middot, tone: 'dim' }, say(shared, { zh: '接收者', en: 'for' }), text)];
}

function markOf(isGood: boolean, { glyphs }: Shared): Span {
  return isGood ? { text: glyphs.check, tone: 'good' } : { text: glyphs.cross, tone: 'bad' };
}

function line(mark: Span, word: string, text: string): Line {
  return [{ text: '  ' }, mark, { text: ` ${padded(word)}` }, { text }];
}

/** Where the text begins, behind the mark and its word. */
const LEFT = 15;

/** The words stand in a column of eleven. */
function padded(word: string): string {
  return word + ' '.repeat(Math.max(1, 11 - widthOf(word)));
}

const DELIVERED = { zh: '已送达', en: 'delivered' } as const;

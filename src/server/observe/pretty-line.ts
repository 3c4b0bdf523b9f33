import { styleText } from 'node:util';
import { fieldWord } from '../../protocol/field-words.ts';
import { visibleText } from '../../protocol/visible-text.ts';

type Style = Parameters<typeof styleText>[0];

const STYLES: Readonly<Record<string, Style>> = {
  debug: 'gray',
  info: 'green',
  warn: 'yellow',
  error: 'red',
};

/** A log line in JSON as one for people: `16:38:23.127 WARN  upgrade refused  reason=origin address=10.0.0.7`. */
export function toPrettyLine(json: string, colour: boolean): string {
  const {
    level,
    time,
    server: _server,
    event: _event,
    msg,
    ...fields
  } = JSON.parse(json) as Record<string, unknown>;
  const style = (name: Style, text: string) =>
    colour ? styleText(name, text, { validateStream: false }) : text;
  const label = style(STYLES[String(level)] ?? 'reset', String(level).toUpperCase().padEnd(5));
  const words = Object.entries(fields).map(
    ([key, value]) => `${style('gray', `${visibleText(key)}=`)}${fieldWord(value)}`,
  );
  return `${localTime(String(time))} ${label} ${[visibleText(String(msg)), words.join(' ')].filter(Boolean).join('  ')}\n`;
}

function localTime(iso: string): string {
  const date = new Date(iso);
  const two = (count: number) => String(count).padStart(2, '0');
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${clock}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

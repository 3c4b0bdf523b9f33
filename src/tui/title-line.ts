import stringWidth from 'string-width';
import { fit, type Line, type Span } from './lines.ts';
import type { Glyphs } from './view.ts';

/**
 * The first line of every view: `─ Connections 4 of 9,874 ───────── live ─`, exactly `width` columns. Both texts are
 * already harmless (visibleText). The left one is cut before the right one goes.
 */
export function titleLine(left: string, right: string, width: number, glyphs: Glyphs): Line {
  const end = right === '' ? '' : ` ${fit(right, Math.max(0, width - 4), glyphs.more)} ${glyphs.line}`;
  const room = width - stringWidth(end) - 4;
  const start = room < 1 ? '' : fit(left, room, glyphs.more);
  const head: Span = start === '' ? { text: '' } : { text: ` ${start} `, bold: true };
  const rest = Math.max(0, width - 1 - stringWidth(head.text) - stringWidth(end));
  return [
    { text: glyphs.line.repeat(Math.min(1, width)), tone: 'dim' },
    head,
    { text: glyphs.line.repeat(rest), tone: 'dim' },
    { text: end, tone: 'dim' },
  ];
}

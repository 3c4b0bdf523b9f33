import stringWidth from 'string-width';
import { fit, type Line } from '../lines.ts';
import type { Glyphs } from '../view.ts';

/** Lines of exactly `width - 4` columns in a box of `width`, its title in the upper edge. */
export function dialogBox(
  title: string,
  lines: readonly Line[],
  width: number,
  glyphs: Glyphs,
): readonly Line[] {
  const { box, line } = glyphs;
  const head = fit(title, Math.max(0, width - 6), glyphs.more);
  const rest = Math.max(0, width - 5 - stringWidth(head));
  return [
    [
      { text: `${box.topLeft}${line} `, tone: 'dim' },
      { text: head, bold: true },
      { text: ` ${line.repeat(rest)}${box.topRight}`, tone: 'dim' },
    ],
    ...lines.map(
      (content): Line => [
        { text: `${box.side} `, tone: 'dim' },
        ...content,
        { text: ` ${box.side}`, tone: 'dim' },
      ],
    ),
    [{ text: box.bottomLeft + line.repeat(Math.max(0, width - 2)) + box.bottomRight, tone: 'dim' }],
  ];
}

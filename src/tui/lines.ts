import stringWidth from 'string-width';
import { visibleText } from '../protocol/visible-text.ts';

/**
 * What a view draws: lines of spans, no more than fit. Widths are columns of the terminal: a Chinese character and an
 * emoji take two, a combining mark none. Nothing here knows Ink; the renderer makes one <Text> of each line.
 */

export interface Span {
  readonly text: string;
  readonly tone?: Tone;
  readonly bold?: true;
  readonly inverse?: true;
}

/** What it means, not which colour: theme.ts says that. */
export type Tone = 'plain' | 'dim' | 'accent' | 'good' | 'warn' | 'bad';

export type Line = readonly Span[];

export interface Picture {
  readonly lines: readonly Line[];
  /** Where typed text goes: from the picture's top left corner, in columns and rows. Shown by the real cursor. */
  readonly cursor?: { readonly row: number; readonly column: number } | undefined;
}

/** Columns of `text` as it is shown. */
export function widthOf(text: string): number {
  return stringWidth(visibleText(text));
}

export interface CellStyle {
  readonly align?: 'left' | 'right';
  readonly tone?: Tone;
  readonly bold?: true;
  readonly inverse?: true;
}

/** `text`, made harmless, cut and padded to exactly `width` columns. `more` marks what was cut: `…`, or `~` in ASCII. */
export function cell(text: string, width: number, more: string, style: CellStyle = {}): Span {
  const { align = 'left', ...rest } = style;
  const shown = fit(visibleText(text), width, more);
  const space = ' '.repeat(Math.max(0, width - stringWidth(shown)));
  return { text: align === 'right' ? space + shown : shown + space, ...rest };
}

/** `text` itself, or as much of its beginning as leaves room for `more` within `width` columns. Never half a character. */
export function fit(text: string, width: number, more: string): string {
  if (stringWidth(text) <= width) return text;
  const room = width - stringWidth(more);
  if (room < 0) return '';
  let kept = '';
  let used = 0;
  for (const { segment } of SEGMENTER.segment(text)) {
    used += stringWidth(segment);
    if (used > room) break;
    kept += segment;
  }
  return kept + more;
}

/** The graphemes of `text`: what a user calls its characters. */
export function graphemesOf(text: string): readonly string[] {
  return [...SEGMENTER.segment(text)].map(({ segment }) => segment);
}

const SEGMENTER = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

import stringWidth from 'string-width';
import { visibleText } from '../protocol/visible-text.ts';
import { graphemesOf } from './lines.ts';

/** `texts`, made harmless, in lines of at most `width` columns. An empty text is an empty line. */
export function wrapLines(texts: readonly string[], width: number): readonly string[] {
  return texts.flatMap((text) => wrapped(visibleText(text.replaceAll('\t', '  ')), Math.max(2, width)));
}

function wrapped(text: string, width: number): readonly string[] {
  const lines = [''];
  // Each grapheme is measured once: a message may have 16,000 of them, and is drawn every second.
  const known = new Map<string, number>();
  let used = 0;
  for (const grapheme of graphemesOf(text)) {
    const columns = known.get(grapheme) ?? stringWidth(grapheme);
    known.set(grapheme, columns);
    if (used + columns > width) {
      lines.push('');
      used = 0;
    }
    lines[lines.length - 1] += grapheme;
    used += columns;
  }
  return lines;
}

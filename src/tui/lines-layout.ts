import stringWidth from 'string-width';
import { fit, type Line, type Span } from './lines.ts';

/** At most `width` columns of a line. */
export function clipLine(line: Line, width: number): Line {
  const clipped: Span[] = [];
  let left = width;
  for (const span of line) {
    const columns = stringWidth(span.text);
    if (columns > left) {
      clipped.push({ ...span, text: fit(span.text, left, '') });
      return clipped;
    }
    clipped.push(span);
    left -= columns;
  }
  return clipped;
}

export function lineWidth(line: Line): number {
  return line.reduce((sum, { text }) => sum + stringWidth(text), 0);
}

/** `left` and `right` at the two ends of a line of `width` columns; what does not fit of the left goes first. */
export function spread(left: Line, right: Line, width: number): Line {
  const end = clipLine(right, width);
  const start = clipLine(left, Math.max(0, width - lineWidth(end)));
  const gap = width - lineWidth(start) - lineWidth(end);
  return [...start, { text: ' '.repeat(Math.max(0, gap)) }, ...end];
}

/** As many of `parts` as fit, in their order, `gap` between them. Later ones go first. */
export function partsThatFit(parts: readonly Line[], gap: string, width: number): Line {
  const line: Span[] = [];
  for (const part of parts) {
    const wanted = line.length === 0 ? part : [{ text: gap }, ...part];
    if (lineWidth(line) + lineWidth(wanted) > width) break;
    line.push(...wanted);
  }
  return line;
}

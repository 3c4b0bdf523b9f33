import type { Glyphs } from './view.ts';

/** What the console draws with. */
export function glyphsOf(isAscii: boolean): Glyphs {
  return isAscii ? ASCII : UNICODE;
}

const UNICODE: Glyphs = {
  more: '…',
  dot: '●',
  line: '─',
  check: '✓',
  cross: '✗',
  middot: '·',
  up: '↑',
  down: '↓',
  arrow: '>',
  chosen: '(•)',
  notChosen: '( )',
  bars: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  box: { topLeft: '┌', topRight: '┐', bottomLeft: '└', bottomRight: '┘', side: '│' },
};

/** Every one of them is one column wide on every terminal. */
const ASCII: Glyphs = {
  more: '~',
  dot: '*',
  line: '-',
  check: '+',
  cross: 'x',
  middot: '|',
  up: '^',
  down: 'v',
  arrow: '>',
  chosen: '(*)',
  notChosen: '( )',
  bars: ['_', '_', '.', '.', '-', '-', '=', '#'],
  box: { topLeft: '+', topRight: '+', bottomLeft: '+', bottomRight: '+', side: '|' },
};

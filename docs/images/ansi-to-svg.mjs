// A picture of a real terminal: tmux capture-pane -e -p | node docs/images/ansi-to-svg.mjs > docs/images/console.svg
import { readFileSync } from 'node:fs';
import stringWidth from 'string-width';

const COLUMN = 8.4;
const ROW = 18;
const COLOURS = {
  31: '#e06c75',
  32: '#98c379',
  33: '#e5c07b',
  34: '#61afef',
  36: '#56b6c2',
  90: '#7f848e',
  91: '#e06c75',
};
const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

const lines = readFileSync(0, 'utf8').replace(/\n$/, '').split('\n');
const columns = Math.max(80, ...lines.map((line) => stringWidth(line)));
const [width, height] = [columns * COLUMN + 24, lines.length * ROW + 24];
process.stdout.write(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<rect width="100%" height="100%" rx="8" fill="#1e2127"/>
<g font-family="ui-monospace, Menlo, Consolas, 'Noto Sans Mono CJK SC', monospace" font-size="14" fill="#d7dae0" xml:space="preserve">
${lines.flatMap(drawLine).join('\n')}
</g>
</svg>
`);

/** Each run of one width has its own place, so that no font moves what comes after it. */
function drawLine(line, row) {
  const texts = [];
  let column = 0;
  let style = {};
  let run = { text: '', at: 0, columns: 0 };
  const end = () => {
    if (run.text.trim() !== '') texts.push(toText(run, row, style));
    run = { text: '', at: column, columns: 0 };
  };
  for (const part of line.split(/(\x1b\[[\d;]*m)/)) {
    if (part.startsWith('\x1b')) {
      end();
      style = restyle(style, part.slice(2, -1));
      continue;
    }
    for (const { segment } of segmenter.segment(part)) {
      const size = stringWidth(segment);
      if (size === 2 || segment === ' ') end();
      run = { text: run.text + segment, at: run.at, columns: run.columns + size };
      column += size;
      if (size === 2 || segment === ' ') end();
    }
  }
  end();
  return texts;
}

function restyle(style, codes) {
  return codes.split(';').reduce((before, code) => {
    if (code === '' || code === '0') return {};
    if (code === '1') return { ...before, bold: true };
    if (code === '22') return { ...before, bold: false };
    if (code === '39') return { ...before, colour: undefined };
    return COLOURS[code] === undefined ? before : { ...before, colour: COLOURS[code] };
  }, style);
}

function toText({ text, at, columns }, row, { bold, colour }) {
  const shown = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const weight = bold ? ' font-weight="bold"' : '';
  const fill = colour === undefined ? '' : ` fill="${colour}"`;
  const length = ` textLength="${(columns * COLUMN).toFixed(1)}" lengthAdjust="spacingAndGlyphs"`;
  return `<text x="${(12 + at * COLUMN).toFixed(1)}" y="${26 + row * ROW}"${length}${weight}${fill}>${shown}</text>`;
}

import { toText } from './report.ts';
import type { FigureName } from './figures.ts';
import { figureAt, type Results } from './results.ts';
import type { ScenarioName } from './scenarios.ts';

interface Panel {
  readonly title: string;
  readonly note: string;
  readonly scenario: ScenarioName;
  readonly figure: FigureName;
}

const PANELS: readonly Panel[] = [
  {
    title: 'Private messages a second',
    note: 'more is better',
    scenario: 'private',
    figure: 'messagesPerSecond',
  },
  {
    title: 'CPU µs a private message',
    note: 'less is better; database included',
    scenario: 'private',
    figure: 'cpuUsPerMessage',
  },
  {
    title: 'Deliveries a second, group of 1000',
    note: 'more is better',
    scenario: 'group',
    figure: 'deliveriesPerSecond',
  },
  {
    title: 'CPU µs a delivery, group of 1000',
    note: 'less is better; database included',
    scenario: 'group',
    figure: 'cpuUsPerDelivery',
  },
  {
    title: 'p99 at 1,000 messages a second, ms',
    note: 'less is better',
    scenario: 'latency',
    figure: 'p99Ms',
  },
  {
    title: 'Memory of an idle connection, KiB',
    note: 'less is better',
    scenario: 'idle',
    figure: 'kibPerConnection',
  },
  {
    title: 'One message on an idle server, p50 ms',
    note: 'less is better',
    scenario: 'single',
    figure: 'p50Ms',
  },
  {
    title: 'Connections let in a second',
    note: 'more is better; chatd checks a token each',
    scenario: 'connect',
    figure: 'connectionsPerSecond',
  },
];

const WIDTH = 880;
const PANEL = { width: 424, head: 46, row: 26, gap: 20 };
const LABEL_WIDTH = 142;
const BAR_WIDTH = 200;

const STYLE = `
  text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2933 }
  .title { font-weight: 600; font-size: 14px } .note { font-size: 11px; fill: #66727f }
  .ground { fill: #ffffff } .stores { fill: #0b7a75 } .relays { fill: #b4bec8 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e4e9ee } .note { fill: #93a0ad } .ground { fill: #15191d } .stores { fill: #34b5ad } .relays { fill: #56626e }
  }`;

/** Bars, a panel for each figure that was measured; the colour says who stores what is sent. */
export function drawChart(results: Results): string {
  const panels = PANELS.map((panel) => toBars(results, panel)).filter(({ bars }) => bars.length > 0);
  const rows = Array.from({ length: Math.ceil(panels.length / 2) }, (_, row) =>
    panels.slice(2 * row, 2 * row + 2),
  );
  let y = 56;
  const drawn = rows.map((row) => {
    const top = y;
    y += Math.max(...row.map(({ bars }) => PANEL.head + bars.length * PANEL.row)) + PANEL.gap;
    return row.map((panel, column) => drawPanel(panel, 20 + column * PANEL.width, top)).join('\n');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" role="img">
<title>chatd beside other servers, measured in one run on one machine</title>
<style>${STYLE}
</style>
<rect class="ground" width="100%" height="100%" rx="8"/>
${legend()}
${drawn.join('\n')}
</svg>
`;
}

interface Bars extends Panel {
  readonly bars: readonly { readonly name: string; readonly value: number }[];
}

function toBars(results: Results, panel: Panel): Bars {
  const { scenario, figure } = panel;
  const bars = Object.keys(results.scenarios[scenario]?.contenders ?? {}).flatMap((name) => {
    const value = figureAt(results, { scenario, contender: name, figure });
    return value === undefined ? [] : [{ name, value }];
  });
  return { ...panel, bars };
}

function drawPanel({ title, note, bars }: Bars, x: number, y: number): string {
  const most = Math.max(...bars.map(({ value }) => value));
  const lines = bars.map(({ name, value }, at) => {
    const top = PANEL.head + at * PANEL.row;
    const length = Math.max(1, (value / most) * BAR_WIDTH).toFixed(1);
    return `<text y="${top + 13}">${name}</text>
<rect class="${isStoring(name) ? 'stores' : 'relays'}" x="${LABEL_WIDTH}" y="${top}" width="${length}" height="18" rx="3"/>
<text x="${LABEL_WIDTH + Number(length) + 6}" y="${top + 13}">${toText(value)}</text>`;
  });
  return `<g transform="translate(${x} ${y})">
<text class="title" y="14">${title}</text>
<text class="note" y="31">${note}</text>
${lines.join('\n')}
</g>`;
}

function legend(): string {
  return `<g transform="translate(20 18)">
<rect class="stores" width="14" height="14" rx="3"/><text x="20" y="12">stores every message before it is acknowledged</text>
<rect class="relays" x="370" width="14" height="14" rx="3"/><text x="390" y="12">stores nothing</text>
</g>`;
}

function isStoring(name: string): boolean {
  return /chatd|INSERT/.test(name);
}

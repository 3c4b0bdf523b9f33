import type { Glyphs } from './view.ts';

/** The last `width` of `values` as bars, the highest of them full. Fewer values make fewer bars. */
export function sparkline(values: readonly number[], width: number, { bars }: Pick<Glyphs, 'bars'>): string {
  const shown = width < 1 ? [] : values.slice(-width);
  const highest = Math.max(...shown, 0);
  return shown.map((value) => bars[levelOf(value, highest, bars.length)] ?? '').join('');
}

function levelOf(value: number, highest: number, levels: number): number {
  if (highest <= 0) return 0;
  return Math.min(levels - 1, Math.max(0, Math.round((value / highest) * (levels - 1))));
}

import { parseDuration } from './duration.ts';

/** How many, how large, how long. */
export type Quantity = 'count' | 'bytes' | 'duration';

/**
 * A quantity as people type it: `1500`, `1.5k` (a thousand, of bytes 1024), `100KB`, `2MiB`, `90s`, `1h30m`, `2d`; a
 * duration without a unit is in seconds. Gives a number, bytes, or ms; undefined for what is none.
 */
export function parseQuantity(text: string, quantity: Quantity): number | undefined {
  const lower = text.trim().toLowerCase();
  return quantity === 'duration' ? parseDuration(lower) : parseNumber(lower, quantity);
}

const POWER: Readonly<Record<string, number>> = { '': 0, k: 1, m: 2, g: 3 };

function parseNumber(text: string, quantity: 'count' | 'bytes'): number | undefined {
  const form =
    quantity === 'bytes' ? /^(\d{1,15}(?:\.\d+)?)([kmg]?)(?:i?b)?$/ : /^(\d{1,15}(?:\.\d+)?)([kmg]?)$/;
  const [, number, unit = ''] = form.exec(text) ?? [];
  const power = POWER[unit];
  if (number === undefined || power === undefined) return undefined;
  return Number(number) * (quantity === 'bytes' ? 1024 : 1000) ** power;
}

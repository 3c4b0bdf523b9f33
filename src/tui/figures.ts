/** Figures as the console writes them: short, and as wide for one size as for another. */

/** `9,874` */
export function count(value: number): string {
  return String(Math.round(value)).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** `812`, `6.1k`, `61k`, `1.2M`: four columns, of a size of rates and totals. */
export function shortCount(value: number): string {
  return short(value, 1000, ['', 'k', 'M', 'G']);
}

/** `0`, `812K`, `1.2M`: bytes in a narrow column. */
export function shortBytes(bytes: number): string {
  return short(bytes, 1024, ['', 'K', 'M', 'G', 'T']);
}

/** `512 B`, `9.1 KB`, `1.2 MB` */
export function bytesInWords(bytes: number): string {
  const shown = shortBytes(bytes);
  const unit = /[KMGT]$/.exec(shown)?.[0] ?? '';
  return `${unit === '' ? shown : shown.slice(0, -1)} ${unit}B`;
}

/** `4s`, `12m`, `2h11m`, `3d04h`, `41d` */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}h${twoDigits(minutes % 60)}m`;
  const days = Math.floor(hours / 24);
  return days < 10 ? `${days}d${twoDigits(hours % 24)}h` : `${days}d`;
}

/** `0.4 ms`, `38 ms`, `1.2 s` */
export function milliseconds(ms: number): string {
  if (ms < 9.95) return `${ms.toFixed(1).replace(/\.0$/, '')} ms`;
  return ms < 999.5 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function short(value: number, step: number, units: readonly string[]): string {
  let rest = Math.max(0, value);
  let at = 0;
  while (rest >= step - 0.5 && at < units.length - 1) {
    rest /= step;
    at += 1;
  }
  const digits = at > 0 && rest < 9.95 ? rest.toFixed(1).replace(/\.0$/, '') : String(Math.round(rest));
  return `${digits}${units[at]}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** Up, down, Home and End go from one row to the next, as in a list of the system. */
export function moveFocus(event: KeyboardEvent, list: HTMLElement | null, rows: string): void {
  if (list === null || event.altKey || event.ctrlKey || event.metaKey) return;
  const all = [...list.querySelectorAll<HTMLElement>(rows)];
  const here = all.findIndex((row) => row.contains(document.activeElement));
  const next = nextIndex(event.key, here, all.length);
  if (next === undefined) return;
  event.preventDefault();
  all[next]?.focus();
  all[next]?.scrollIntoView({ block: 'nearest' });
}

function nextIndex(key: string, here: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return Math.min(here + 1, count - 1);
    case 'ArrowUp':
      return here < 0 ? count - 1 : Math.max(here - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}

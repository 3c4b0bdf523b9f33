import { duration } from '../tui/figures.ts';
import type { Bilingual } from './exit-codes.ts';

/** Until when somebody is kept out; undefined is until the ban is lifted. `until`: ms since 1970. */
export function keptOutWords(until: number | undefined): Bilingual {
  if (until === undefined) return { en: 'banned', zh: '封禁' };
  const end = new Date(until).toISOString();
  // What is left of a minute that just began is a minute.
  const left = duration(Math.ceil((until - Date.now()) / 1000) * 1000);
  return { en: `kept out until ${end} (${left})`, zh: `禁入至 ${end} (${left})` };
}

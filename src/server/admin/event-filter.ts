import type { ServerEvent } from '../../protocol/admin-records.ts';

/** Whether a text (see `eventText`) has what is looked for. */
export type EventFilter = (text: string) => boolean;

/** Words that must all occur, without regard to case; those behind a `!` must not. */
export function toEventFilter(filter = ''): EventFilter {
  const words = filter.toLowerCase().split(/\s+/).filter(isWord);
  const wanted = words.filter((word) => !word.startsWith('!'));
  const unwanted = words.filter((word) => word.startsWith('!')).map((word) => word.slice(1));
  return (text) =>
    wanted.every((word) => text.includes(word)) && !unwanted.some((word) => text.includes(word));
}

/** What of an event is looked into: `warn connection_refused reason=bad_token address=10.0.0.1`. */
export function eventText({ level, event, fields }: ServerEvent): string {
  const shown = Object.entries(fields).map(([key, value]) => `${key}=${value}`);
  return [level, event, ...shown].join(' ').toLowerCase();
}

/** A `!` alone is the beginning of a word that is still being typed. */
function isWord(word: string): boolean {
  return word !== '' && word !== '!';
}

import { visibleText } from './visible-text.ts';

/** Fields of a log line or an event as one text: `reason=origin target="user:2: spam"`. Nothing in it can forge a field. */
export function fieldWords(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .map(([key, value]) => `${visibleText(key)}=${fieldWord(value)}`)
    .join(' ');
}

/** One value, quoted where a reader could not tell where it ends. */
export function fieldWord(value: unknown): string {
  if (typeof value !== 'string') return visibleText(JSON.stringify(value));
  const text = visibleText(value);
  return text === '' || /[\s"=]/.test(text) ? JSON.stringify(text) : text;
}

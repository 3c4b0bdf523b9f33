import type { Text } from '../text/zh.ts';
import { dayOf } from './to-blocks.ts';

/** 14:05 */
export function clockTime(at: number, text: Text): string {
  return format(text.locale, 'clock').format(at);
}

/** Of a day separator: today, yesterday, Monday, 3 March, 3 March 2024. */
export function dayText(at: number, text: Text, now = Date.now()): string {
  if (dayOf(at) === dayOf(now)) return text.today;
  if (dayOf(at) === dayOf(now - DAY)) return text.yesterday;
  if (isWithinWeek(at, now)) return format(text.locale, 'weekday').format(at);
  return format(text.locale, isSameYear(at, now) ? 'day' : 'dayOfYear').format(at);
}

/** Beside a chat: the time of today, else the day, as short as it can be. */
export function shortTime(at: number, text: Text, now = Date.now()): string {
  if (dayOf(at) === dayOf(now)) return clockTime(at, text);
  if (dayOf(at) === dayOf(now - DAY)) return text.yesterday;
  if (isWithinWeek(at, now)) return format(text.locale, 'shortWeekday').format(at);
  return format(text.locale, isSameYear(at, now) ? 'shortDay' : 'shortDayOfYear').format(at);
}

/** Of "last seen". */
export function agoText(at: number, text: Text, now = Date.now()): string {
  const minutes = Math.floor((now - at) / 60_000);
  if (minutes < 1) return text.justNow;
  if (minutes < 60) return text.minutesAgo(minutes);
  if (dayOf(at) === dayOf(now)) return clockTime(at, text);
  return `${shortTime(at, text, now)} ${clockTime(at, text)}`;
}

/** In full, for who points at a time. */
export function fullTime(at: number, text: Text): string {
  return format(text.locale, 'full').format(at);
}

const DAY = 24 * 3_600_000;
const isSameYear = (at: number, now: number) => new Date(at).getFullYear() === new Date(now).getFullYear();
const isWithinWeek = (at: number, now: number) => at < now && now - at < 6 * DAY;

const FORMATS = {
  clock: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  weekday: { weekday: 'long' },
  shortWeekday: { weekday: 'short' },
  day: { month: 'long', day: 'numeric' },
  dayOfYear: { year: 'numeric', month: 'long', day: 'numeric' },
  shortDay: { month: 'numeric', day: 'numeric' },
  shortDayOfYear: { year: 'numeric', month: 'numeric', day: 'numeric' },
  full: { dateStyle: 'full', timeStyle: 'medium' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

const made = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs far more than using it. */
function format(locale: string, kind: keyof typeof FORMATS): Intl.DateTimeFormat {
  const key = `${locale} ${kind}`;
  const known = made.get(key) ?? new Intl.DateTimeFormat(locale, FORMATS[kind]);
  made.set(key, known);
  return known;
}

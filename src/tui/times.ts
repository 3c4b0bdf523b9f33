import type { Language } from '../protocol/error-codes.ts';

/** Moments as the console writes them, by the clock of the terminal's own place. `at`: ms since 1970. */

/** `14:02:07` */
export function clockTime(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':');
}

/** `14:02:07.120` */
export function clockTimeWithMs(at: number): string {
  return `${clockTime(at)}.${String(new Date(at).getMilliseconds()).padStart(3, '0')}`;
}

/** `2026-11-22 14:02` */
export function dateAndTime(at: number): string {
  return `${new Date(at).getFullYear()}-${monthAndDay(at)} ${clockTime(at).slice(0, 5)}`;
}

/** `2026-11-22 14:02:07.120` */
export function dateAndTimeWithMs(at: number): string {
  return `${dateAndTime(at).slice(0, 10)} ${clockTimeWithMs(at)}`;
}

/** In eleven columns: `14:02:07` today, `11-20 18:20` this year, else `2025-11-20`. */
export function shortWhen(at: number, now: number): string {
  if (midnight(at) === midnight(now)) return clockTime(at);
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return isThisYear ? `${monthAndDay(at)} ${clockTime(at).slice(0, 5)}` : dateAndTime(at).slice(0, 10);
}

/** As short as it can be told: `14:02:07` today, `yesterday 18:20`, `11-20 18:20` this year, else the date. */
export function when(at: number, now: number, language: Language): string {
  const days = Math.round((midnight(now) - midnight(at)) / 86_400_000);
  if (days === 0) return clockTime(at);
  const time = clockTime(at).slice(0, 5);
  if (days === 1) return `${language === 'zh' ? '昨天' : 'yesterday'} ${time}`;
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return isThisYear ? `${monthAndDay(at)} ${time}` : `${new Date(at).getFullYear()}-${monthAndDay(at)}`;
}

function midnight(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

function monthAndDay(at: number): string {
  const date = new Date(at);
  return `${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

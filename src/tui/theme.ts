import type { Span, Tone } from './lines.ts';
import { visibleText } from '../protocol/visible-text.ts';

export type ThemeName = 'dark' | 'light' | 'none';

/** The theme that was asked for, or what the terminal's environment tells: NO_COLOR, TERM=dumb, COLORFGBG. */
export function themeOf(asked: ThemeName | undefined, env: NodeJS.ProcessEnv): ThemeName {
  if (asked !== undefined) return asked;
  if ((env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb') return 'none';
  const background = Number(env['COLORFGBG']?.split(';').at(-1) ?? Number.NaN);
  return background === 7 || background === 15 ? 'light' : 'dark';
}

/** A span as the terminal gets it: its text, whatever came to be in it made harmless, between our own sequences. */
export function paint({ text, tone = 'plain', bold, inverse }: Span, theme: ThemeName): string {
  const colour = COLOURS[theme][tone];
  const codes = [bold === true ? '1' : '', inverse === true ? '7' : '', colour].filter((code) => code !== '');
  const shown = visibleText(text);
  return codes.length === 0 || text === '' ? shown : `\u001B[${codes.join(';')}m${shown}\u001B[0m`;
}

/** SGR parameters. The sixteen colours only: what they look like is the terminal's owner's choice. */
const COLOURS: Readonly<Record<ThemeName, Readonly<Record<Tone, string>>>> = {
  dark: { plain: '', dim: '90', accent: '36', good: '32', warn: '33', bad: '91' },
  light: { plain: '', dim: '90', accent: '34', good: '32', warn: '35', bad: '31' },
  none: { plain: '', dim: '', accent: '', good: '', warn: '', bad: '' },
};

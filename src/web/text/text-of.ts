import type { Language } from '../../protocol/error-codes.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';
import type { Text } from './zh.ts';

export function textOf(language: Language): Text {
  return TEXTS[language];
}

export const TEXTS: Readonly<Record<Language, Text>> = { zh, en };

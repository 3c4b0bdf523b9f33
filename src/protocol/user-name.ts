import { ChatError } from './error-codes.ts';

/** The longest name, in characters (code points, after NFC). */
export const MAX_NAME_CHARACTERS = 64;
/** The longest key, in UTF-8 bytes: a few ligatures grow eighteen-fold under NFKC, and the key is indexed. */
export const MAX_NAME_KEY_BYTES = 512;

/**
 * `text` as a user's name: NFC, without white space around it, 1–64 characters, none of them a control, a line break,
 * a bidi control or half of a surrogate pair, at least one of them visible. Throws invalid_field.
 */
export function parseUserName(text: unknown, field = 'name'): string {
  if (typeof text !== 'string') throw invalid(field);
  const name = text.normalize('NFC').trim();
  const isName =
    [...name].length <= MAX_NAME_CHARACTERS &&
    VISIBLE.test(name) &&
    !FORBIDDEN.test(name) &&
    new TextEncoder().encode(userNameKey(name)).length <= MAX_NAME_KEY_BYTES;
  if (!isName) throw invalid(field);
  return name;
}

/** Two names are the same name when their keys are equal: NFKC and lower case, and stable under being applied again. */
export function userNameKey(name: string): string {
  const key = name.normalize('NFKC').toLowerCase().normalize('NFKC');
  return key === name ? key : userNameKey(key);
}

const VISIBLE = /[^\p{Default_Ignorable_Code_Point}\p{White_Space}\p{Control}]/u;
// Cc, Cs, line and paragraph separators; bidi marks, embeddings and isolates; zero-width space, word joiner and BOM,
// which only ever make two names look the same. The joiners of emoji and Persian stay.
const FORBIDDEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/u;

function invalid(field: string): ChatError {
  return new ChatError('invalid_field', {
    field,
    text: {
      zh: `用户名须为 1–${MAX_NAME_CHARACTERS} 个字符,不能含控制字符`,
      en: `a name is 1–${MAX_NAME_CHARACTERS} characters without control characters`,
    },
  });
}

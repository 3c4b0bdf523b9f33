import type { Language } from '../../protocol/error-codes.ts';
import { nearest } from './nearest.ts';
import { SETTINGS, type SettingKey } from './schema.ts';

/** Which keys there are, matched without regard to case (the seed uses viper). */

export const SETTING_KEYS = Object.keys(SETTINGS) as readonly SettingKey[];

/** Settings of the contract that later versions bring: accepted, and said to have no effect. By path or section, in lower case. */
const NOT_YET: ReadonlyMap<string, Readonly<Record<Language, string>>> = new Map([
  ['redis', { en: 'several nodes are not available yet: no effect', zh: '尚不支持多节点: 不起作用' }],
]);

const BY_LOWER_CASE = new Map(SETTING_KEYS.map((key) => [key.toLowerCase(), key]));
const SECTIONS = new Set(sectionsOf(SETTING_KEYS));
const SECTIONS_LOWER_CASE = new Set(
  sectionsOf([...SETTING_KEYS, ...NOT_YET.keys()]).map((section) => section.toLowerCase()),
);

export type KnownKey =
  | { readonly kind: 'setting'; readonly key: SettingKey }
  | { readonly kind: 'section' }
  | { readonly kind: 'not_yet'; readonly text: Readonly<Record<Language, string>> }
  | { readonly kind: 'unknown'; readonly nearest: string | undefined };

/** What the path of a key in the file (`WS.Port`) stands for. */
export function lookUpKey(path: string): KnownKey {
  const lower = path.toLowerCase();
  const key = BY_LOWER_CASE.get(lower);
  if (key) return { kind: 'setting', key };
  const text = NOT_YET.get(lower) ?? NOT_YET.get(lower.split('.')[0] ?? '');
  if (text) return { kind: 'not_yet', text };
  return SECTIONS_LOWER_CASE.has(lower)
    ? { kind: 'section' }
    : { kind: 'unknown', nearest: nearestKey(path) };
}

// A key that only stands in the wrong section is the nearest of all.
function nearestKey(path: string): string | undefined {
  const word = path.split('.').at(-1)?.toLowerCase();
  const misplaced = SETTING_KEYS.find((key) => key.toLowerCase().split('.').at(-1) === word);
  return misplaced ?? nearest(path, [...SETTING_KEYS, ...SECTIONS]);
}

function sectionsOf(keys: readonly string[]): readonly string[] {
  return keys.filter((key) => key.includes('.')).map((key) => key.split('.')[0] ?? '');
}

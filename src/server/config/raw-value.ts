import type { SettingKey } from './schema.ts';

/** A value as somebody wrote it, before it is checked. */
export interface RawValue {
  /** What it may stand for: `123` is the number and, for a setting that is a text, "123". The first that fits is taken. */
  readonly forms: readonly unknown[];
  readonly source: Source;
}

/** Where a value comes from. `where` is `file:line:column`, or the environment variable's name. */
export type Source =
  | { readonly origin: 'default' }
  | { readonly origin: 'file'; readonly where: string }
  | { readonly origin: 'environment'; readonly where: string };

export type RawValues = ReadonlyMap<SettingKey, RawValue>;

/** Both forms of a text that was not written as YAML (an environment variable) or was quoted in it. */
export function formsOf(text: string): readonly unknown[] {
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return [text, Number(text)];
  if (text === 'true' || text === 'false') return [text, text === 'true'];
  return [text];
}

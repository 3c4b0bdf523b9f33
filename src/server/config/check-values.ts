import { visibleText } from '../../protocol/visible-text.ts';
import type { ConfigProblem } from './config-error.ts';
import { SETTING_KEYS } from './known-keys.ts';
import { formsOf, type RawValue, type RawValues, type Source } from './raw-value.ts';
import { SETTINGS, type Setting, type SettingKey, type Values } from './schema.ts';

const DEFAULT: Source = { origin: 'default' };

/** Every setting's value, the default where none was written, and what is wrong with those that were. */
export function checkValues(raw: RawValues): { values: Values; problems: readonly ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const values = Object.fromEntries(
    SETTING_KEYS.map((key) => {
      const written = raw.get(key);
      const checked = check(key, written?.forms ?? formsOf(String(SETTINGS[key].default)));
      if (written && !checked.success) problems.push(wrongValue(key, written));
      return [key, checked.data];
    }),
  );
  // Complete where there is no problem: each value came out of its own setting's schema.
  return { values: values as Values, problems };
}

/** Where a value came from. */
export function sourceOf(raw: RawValues, key: SettingKey): Source {
  return raw.get(key)?.source ?? DEFAULT;
}

/** The place to name in a message about a value: `file:line:column` or the variable. */
export function placeOf(raw: RawValues, key: SettingKey): string {
  const source = sourceOf(raw, key);
  return source.origin === 'default' ? '' : source.where;
}

function check(key: SettingKey, forms: readonly unknown[]): { success: boolean; data?: unknown } {
  const { schema } = SETTINGS[key];
  const fitting = forms.map((form) => schema.safeParse(form)).find((result) => result.success);
  return fitting ?? { success: false };
}

function wrongValue(key: SettingKey, { forms, source }: RawValue): ConfigProblem {
  const { expected, secret }: Setting<unknown> = SETTINGS[key];
  const [en, zh] = secret ? ['something else', '其他内容'] : describe(forms[0]);
  return {
    where: source.origin === 'default' ? '' : source.where,
    key,
    text: { en: `expected ${expected.en}, got ${en}`, zh: `应为${expected.zh}, 现为 ${zh}` },
  };
}

function describe(form: unknown): readonly [en: string, zh: string] {
  if (Array.isArray(form)) {
    const items = form.map((item) => describe(item));
    return [
      `a list (${items.map(([en]) => en).join(', ')})`,
      `列表(${items.map(([, zh]) => zh).join(', ')})`,
    ];
  }
  if (typeof form === 'object' && form !== null) return ['a section', '一节配置'];
  const text = visibleText(typeof form === 'string' ? `"${form}"` : String(form));
  const short = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return [short, short];
}

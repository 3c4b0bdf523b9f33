import type { ConfigProblem } from './config-error.ts';
import { lookUpKey, SETTING_KEYS } from './known-keys.ts';
import { nearest } from './nearest.ts';
import { formsOf, type RawValue, type RawValues } from './raw-value.ts';
import type { SettingKey } from './schema.ts';

const PREFIX = 'CHATD_';
const RESERVED = /^CHATD_(?:URL|TOKEN|LANG|TEST_.*)$/;
const KEYS = new Map(SETTING_KEYS.map((key) => [toVariable(key), key]));

/** The settings the environment names, and a warning for every CHATD_… that names none. */
export function readEnvironment(env: NodeJS.ProcessEnv): {
  values: RawValues;
  warnings: readonly ConfigProblem[];
} {
  const values = new Map<SettingKey, RawValue>();
  const warnings: ConfigProblem[] = [];
  for (const [name, text = ''] of Object.entries(env).toSorted()) {
    if (!name.startsWith(PREFIX) || RESERVED.test(name)) continue;
    const key = KEYS.get(name);
    if (key) values.set(key, { forms: formsOf(text), source: { origin: 'environment', where: name } });
    else warnings.push(unknownVariable(name));
  }
  return { values, warnings };
}

/** `WS.MaxConnectionsPerIp` as CHATD_WS_MAXCONNECTIONSPERIP. */
export function toVariable(key: string): string {
  return PREFIX + key.toUpperCase().replaceAll('.', '_');
}

function unknownVariable(name: string): ConfigProblem {
  const known = lookUpKey(name.slice(PREFIX.length).replace('_', '.'));
  if (known.kind === 'not_yet') return { where: name, key: '', text: known.text };
  const meant = nearest(name, KEYS.keys());
  return {
    where: name,
    key: '',
    text: {
      en: `no such setting${meant ? `; did you mean ${meant}?` : ''}`,
      zh: `没有此项配置${meant ? `; 是否想用 ${meant}?` : ''}`,
    },
  };
}

import { z } from 'zod';
import { SETTING_KEYS } from './known-keys.ts';
import { SETTINGS, type SettingKey } from './schema.ts';

interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** The configuration file as a JSON schema (draft 7), for editors that complete and check YAML. */
export function toJsonSchema(): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  const sections: Record<string, Record<string, JsonSchema>> = {};
  for (const key of SETTING_KEYS) {
    const [name = key, inner] = key.split('.');
    if (inner === undefined) {
      properties[name] = toProperty(key);
    } else {
      const section = (sections[name] ??= {});
      section[inner] = toProperty(key);
      properties[name] = { type: 'object', properties: section };
    }
  }
  return { $schema: 'http://json-schema.org/draft-07/schema#', title: 'chatd', type: 'object', properties };
}

function toProperty(key: SettingKey): JsonSchema {
  const { schema, meaning, default: preset } = SETTINGS[key];
  const { $schema: _dialect, ...keywords } = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' });
  return { description: meaning.en, default: preset, ...keywords };
}

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/server/config/load-config.ts';
import { toJsonSchema } from '../../../src/server/config/json-schema.ts';
import { SETTING_KEYS } from '../../../src/server/config/known-keys.ts';
import { toVariable } from '../../../src/server/config/read-environment.ts';
import { SETTINGS, type Setting } from '../../../src/server/config/schema.ts';
import { renderReference } from './reference.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

describe('etc/', () => {
  test('backend.yaml is the table of settings, line for line', () => {
    expect(readFileSync(`${ROOT}etc/backend.yaml`, 'utf8')).toBe(renderReference());
  });

  test('backend.yaml says of every setting what holds without it', () => {
    const written = loadConfig({ file: 'etc/backend.yaml', folder: ROOT, env: {} });
    const silent = loadConfig({ file: undefined, folder: `${ROOT}etc/..`, env: {} });
    expect(written.warnings).toEqual([]);
    expect(written.settings.every(({ source }) => source.origin === 'file')).toBe(true);
    expect(written.config).toEqual(silent.config);
    expect(written.config.data).toBe(`${ROOT}data`);
  });

  test('backend.mysql.yaml differs in the database alone', () => {
    const { config, warnings } = loadConfig({
      file: 'etc/backend.mysql.yaml',
      folder: ROOT,
      env: { MYSQL_PASSWORD: 'pw' },
    });
    const { config: usual } = loadConfig({ file: 'etc/backend.yaml', folder: ROOT, env: {} });
    expect(warnings).toEqual([]);
    expect(config.mysql.dsn).toBe(
      'root:pw@tcp(127.0.0.1:3306)/chatd?charset=utf8mb4&parseTime=True&loc=Local',
    );
    expect({ ...config, mysql: usual.mysql }).toEqual(usual);
  });
});

describe('the table of settings', () => {
  test.each(SETTING_KEYS)('%s: its default passes its own check and is written as it is shown', (key) => {
    const { schema, default: preset, show }: Setting<unknown> = SETTINGS[key];
    const shown = show(schema.parse(preset));
    expect(Array.isArray(shown) ? shown.join(', ') : shown).toBe(preset);
  });

  test('no two settings share an environment variable', () => {
    expect(new Set(SETTING_KEYS.map(toVariable)).size).toBe(SETTING_KEYS.length);
  });

  test('the JSON schema has every setting with its default', () => {
    const schema = toJsonSchema() as {
      properties: Record<string, { default?: unknown; properties?: object }>;
    };
    expect(schema.properties['Port']).toMatchObject({ type: 'integer', default: 8889, maximum: 65_535 });
    expect(schema.properties['WS']?.properties).toMatchObject({ PingInterval: { default: '25s' } });
    const leaves = Object.values(schema.properties).flatMap((it) =>
      it.properties ? Object.keys(it.properties) : [''],
    );
    expect(leaves).toHaveLength(SETTING_KEYS.length);
  });
});

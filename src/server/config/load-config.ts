import { checkRules } from './check-rules.ts';
import { checkValues, sourceOf } from './check-values.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import type { Config } from './config.ts';
import { findFile } from './find-file.ts';
import { SETTING_KEYS } from './known-keys.ts';
import type { RawValues, Source } from './raw-value.ts';
import { readEnvironment } from './read-environment.ts';
import { readYaml, type YamlRead } from './read-yaml.ts';
import { SETTINGS, type Setting, type SettingKey, type Values } from './schema.ts';
import type { Shown } from './kinds.ts';
import { toConfig } from './to-config.ts';

export interface LoadConfigOptions {
  /** `-f FILE`; undefined: ./etc/backend.yaml if there is one, else defaults. */
  readonly file: string | undefined;
  /** The current folder. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface LoadedConfig {
  readonly config: Config;
  /** What is odd, but keeps nothing from starting. */
  readonly warnings: readonly ConfigProblem[];
  /** Every setting as it holds, secrets masked, in the order of the reference. */
  readonly settings: readonly EffectiveSetting[];
  /** The file that was read, as it was named. */
  readonly file: string | undefined;
}

export interface EffectiveSetting {
  readonly key: SettingKey;
  readonly value: Shown;
  readonly source: Source;
}

/** File, then environment over it, then defaults; checked. Throws ConfigError with everything that is wrong. */
export function loadConfig({ file, folder, env }: LoadConfigOptions): LoadedConfig {
  const found = findFile({ file, folder });
  const yaml: YamlRead = found ? readYaml(found, env) : { values: new Map(), problems: [], warnings: [] };
  const environment = readEnvironment(env);
  const raw: RawValues = new Map([...yaml.values, ...environment.values]);
  const checked = checkValues(raw);
  refuse([...yaml.problems, ...checked.problems]);
  const rules = checkRules(checked.values, raw);
  refuse(rules.problems);
  const config = toConfig(checked.values, raw, { file: found?.base ?? folder, environment: folder });
  return {
    config,
    warnings: [...yaml.warnings, ...environment.warnings, ...rules.warnings],
    settings: SETTING_KEYS.map((key) => ({
      key,
      value: show(key, checked.values),
      source: sourceOf(raw, key),
    })),
    file: found?.name,
  };
}

function refuse(problems: readonly ConfigProblem[]): void {
  if (problems.length > 0) throw new ConfigError(problems);
}

function show(key: SettingKey, values: Values): Shown {
  const setting: Setting<unknown> = SETTINGS[key];
  return setting.show(values[key]);
}

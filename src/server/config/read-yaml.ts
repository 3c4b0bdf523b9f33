import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
} from 'yaml';
import type { ConfigProblem } from './config-error.ts';
import { interpolate } from './interpolate.ts';
import { lookUpKey } from './known-keys.ts';
import { formsOf, type RawValue } from './raw-value.ts';
import type { SettingKey } from './schema.ts';

export interface YamlFile {
  /** As it is named in messages. */
  readonly name: string;
  readonly text: string;
}

export interface YamlRead {
  readonly values: Map<SettingKey, RawValue>;
  readonly problems: ConfigProblem[];
  readonly warnings: ConfigProblem[];
}

/**
 * The settings a YAML text names, each with its place. Nothing below unknown keys is looked into, and aliases are
 * followed to one node each: no file can make this expensive.
 */
export function readYaml(file: YamlFile, env: NodeJS.ProcessEnv): YamlRead {
  const read: YamlRead = { values: new Map(), problems: [], warnings: [] };
  const lineCounter = new LineCounter();
  const where = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset);
    return `${file.name}:${line}:${col}`;
  };
  const document = parseDocument(file.text, { lineCounter, prettyErrors: false, stringKeys: true });
  // What follows the first error mostly follows from it.
  const [error] = document.errors;
  if (error) read.problems.push(syntaxProblem(where(error.pos[0]), error.message));
  for (const { pos, message } of document.warnings) read.warnings.push(syntaxProblem(where(pos[0]), message));
  if (!error) readSection({ document, where, env, read }, document.contents, '');
  return read;
}

interface Reading {
  readonly document: Document.Parsed;
  readonly where: (offset: number) => string;
  readonly env: NodeJS.ProcessEnv;
  readonly read: YamlRead;
}

function syntaxProblem(where: string, message: string): ConfigProblem {
  // The parser gives up on thousands of open brackets in words of its own.
  const line = message.includes('call stack') ? 'nested too deeply' : message.replaceAll(/\s+/g, ' ');
  return { where, key: '', text: { en: line, zh: `YAML 语法: ${line}` } };
}

function readSection(reading: Reading, written: unknown, section: string): void {
  const node = followAlias(reading, written);
  if (isEmpty(node)) return;
  if (!isMap(node)) {
    const text = {
      en: 'expected settings, one "Key: value" a line',
      zh: '应为配置项, 每行一个 "Key: value"',
    };
    reading.read.problems.push({ where: placeOf(reading, node), key: section, text });
    return;
  }
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? String(key.value) : '';
    readKey(reading, { path: section ? `${section}.${name}` : name, where: placeOf(reading, key), value });
  }
}

interface WrittenKey {
  readonly path: string;
  readonly where: string;
  readonly value: unknown;
}

function readKey(reading: Reading, { path, where, value }: WrittenKey): void {
  const known = lookUpKey(path);
  const { warnings } = reading.read;
  switch (known.kind) {
    case 'section':
      return readSection(reading, value, path);
    case 'setting':
      return readSetting(reading, known.key, { path, where, value });
    case 'not_yet':
      warnings.push({ where, key: path, text: known.text });
      return;
    case 'unknown':
      warnings.push({ where, key: path, text: unknownText(known.nearest) });
  }
}

function unknownText(meant: string | undefined): ConfigProblem['text'] {
  return {
    en: `no such setting${meant ? `; did you mean ${meant}?` : ''}`,
    zh: `没有此项配置${meant ? `; 是否想用 ${meant}?` : ''}`,
  };
}

function readSetting(reading: Reading, key: SettingKey, { where, value }: WrittenKey): void {
  const { values, problems } = reading.read;
  if (values.has(key)) {
    problems.push({
      where,
      key,
      text: { en: 'written twice (keys are the same in any case)', zh: '重复(键名不分大小写)' },
    });
    return;
  }
  const node = followAlias(reading, value);
  const forms = isEmpty(node) ? undefined : readValue(reading, key, node);
  if (forms) values.set(key, { forms, source: { origin: 'file', where: placeOf(reading, node) } });
}

// What the node may stand for; a list or a map where a setting takes none fails its check later.
function readValue(reading: Reading, key: SettingKey, node: unknown): readonly unknown[] | undefined {
  if (isScalar(node)) return readScalar(reading, key, node);
  if (!isSeq(node)) return [{}];
  const items = node.items.map((item) => {
    const target = followAlias(reading, item);
    return isScalar(target) ? readScalar(reading, key, target) : [{}];
  });
  return items.includes(undefined)
    ? undefined
    : [items.map((forms) => forms?.findLast(isText) ?? forms?.[0])];
}

function readScalar(reading: Reading, key: SettingKey, node: Scalar): readonly unknown[] | undefined {
  if (typeof node.value !== 'string') return [node.value, node.source];
  const result = interpolate(node.value, reading.env);
  if ('text' in result) return formsOf(result.text);
  reading.read.problems.push({ where: placeOf(reading, node), key, text: interpolationText(result) });
  return undefined;
}

function interpolationText(result: { unset: string } | { unfinished: string }): ConfigProblem['text'] {
  if ('unset' in result) {
    const { unset } = result;
    return {
      en: `expected the environment to have ${unset}, which is not set ($${'{'}${unset}:-fallback} gives a fallback)`,
      zh: `环境变量 ${unset} 未设置(可写 $${'{'}${unset}:-默认值})`,
    };
  }
  return {
    en: 'expected ${VAR} or ${VAR:-fallback}; a literal ${ is written $${',
    zh: '应为 ${VAR} 或 ${VAR:-默认值}; ${ 本身写作 $${',
  };
}

function followAlias({ document, where, read }: Reading, node: unknown): unknown {
  if (!isAlias(node)) return node;
  const target = node.resolve(document);
  if (target === undefined) {
    const text = {
      en: `no anchor &${node.source} before this alias`,
      zh: `此别名之前没有锚点 &${node.source}`,
    };
    read.problems.push({ where: where(node.range?.[0] ?? 0), key: '', text });
  }
  return target;
}

function isEmpty(node: unknown): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function placeOf({ where }: Reading, node: unknown): string {
  return where((node as Node | undefined)?.range?.[0] ?? 0);
}

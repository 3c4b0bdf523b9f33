import { describe, expect, test } from 'vitest';
import { sourceFiles, type SourceFile } from './support/source-files.ts';

/** Who may import whom (CONTRIBUTING.md, the map), no cycles, and what only one part may use. Type imports count. */

const files = sourceFiles('src');

/** The parts of the source, the most particular first: a file belongs to the first that fits. */
const PARTS = {
  ports: /^src\/server\/chat\/(\w+-)?ports\.ts$/,
  protocol: /^src\/protocol\//,
  settings: /^src\/server\/config\/config\.ts$/,
  config: /^src\/server\/config\//,
  auth: /^src\/server\/auth\//,
  gateway: /^src\/server\/gateway\//,
  chat: /^src\/server\/chat\//,
  fanout: /^src\/server\/fanout\//,
  store: /^src\/server\/store\//,
  http: /^src\/server\/http\//,
  admin: /^src\/server\/admin\//,
  observe: /^src\/server\/observe\//,
  server: /^src\/server\/[^/]+\.ts$/,
  build: /\/vite\.config\.ts$/,
  client: /^src\/client\//,
  page: /^src\/web\/(model|api)\//,
  web: /^src\/web\//,
  tui: /^src\/tui\//,
  cli: /^src\/cli\//,
} as const;

type Part = keyof typeof PARTS;

/** What each part may see besides itself. */
const MAY_IMPORT: Readonly<Record<Part, readonly Part[] | 'everything'>> = {
  ports: ['protocol'],
  protocol: [],
  settings: [],
  config: ['protocol', 'settings'],
  auth: ['protocol', 'ports'],
  gateway: ['protocol', 'ports'],
  chat: ['protocol', 'ports'],
  fanout: ['protocol', 'ports'],
  store: ['protocol', 'ports'],
  http: ['protocol', 'ports', 'settings', 'chat', 'auth'],
  admin: ['protocol', 'ports'],
  observe: ['protocol', 'ports'],
  build: [],
  client: ['protocol'],
  page: ['protocol', 'client'],
  web: ['protocol', 'client', 'page'],
  tui: ['protocol', 'client'],
  server: 'everything',
  cli: 'everything',
};

/** Packages that belong to one part: what talks to the outside has one owner. */
const ONLY_IN: Readonly<Record<string, RegExp>> = {
  ws: /^src\/(server\/gateway|cli|tui)\//,
  sequelize: /^src\/server\/store\//,
  umzug: /^src\/server\/store\//,
  mysql2: /^src\/server\/store\//,
  'better-sqlite3': /^src\/server\/store\//,
  jsonwebtoken: /^src\/server\/auth\//,
  '@node-rs/argon2': /^src\/server\/auth\//,
  '@node-rs/bcrypt': /^src\/server\/auth\//,
  fastify: /^src\/server\/((http|admin)\/|(server|listen)\.ts)/,
  yaml: /^src\/server\/config\//,
  commander: /^src\/cli\//,
  'env-paths': /^src\/cli\//,
  'prom-client': /^src\/server\/observe\//,
  ink: /^src\/tui\//,
  react: /^src\/tui\//,
  preact: /^src\/web\//,
  partysocket: /^src\/client\//,
  vite: /\/vite\.config\.ts$/,
};

describe('who may import whom', () => {
  test('every file belongs to a part', () => {
    expect(files.filter((file) => partOf(file.path) === undefined).map((file) => file.path)).toEqual([]);
  });

  test('every import is of a file that exists', () => {
    const known = new Set(files.map((file) => file.path));
    expect(edges().filter(([, to]) => !known.has(to))).toEqual([]);
  });

  test.each(Object.keys(PARTS) as Part[])('%s imports only what it may', (part) => {
    const allowed = MAY_IMPORT[part];
    const wrong = edges().filter(([from, to]) => {
      const target = partOf(to);
      if (partOf(from) !== part || target === part || allowed === 'everything') return false;
      return target === undefined || !allowed.includes(target);
    });
    expect(wrong).toEqual([]);
  });

  test('protocol is pure: no packages, nothing of Node', () => {
    expect(usersOf(/./).filter(([path]) => path.startsWith('src/protocol/'))).toEqual([]);
  });

  test('the client and the page need nothing of Node', () => {
    const inBrowsers: readonly (Part | undefined)[] = ['client', 'page', 'web'];
    const users = usersOf(/^node:|^[a-z]+$/).filter(([path]) => inBrowsers.includes(partOf(path)));
    expect(users.filter(([, name]) => name !== 'preact')).toEqual([]);
  });

  test('the views know the model, and reach no server by themselves', () => {
    const views = edges().filter(([from]) => /^src\/web\/(views|text)\//.test(from));
    expect(views.filter(([, to]) => /^src\/(web\/api|client)\//.test(to))).toEqual([]);
  });

  test('only the cli starts the server, and nothing imports server.ts but it', () => {
    const importers = edges().filter(([, to]) => to === 'src/server/server.ts');
    expect(importers.filter(([from]) => !from.startsWith('src/cli/'))).toEqual([]);
  });

  test('there are no cycles, type imports included', () => {
    expect(findCycle()).toBeUndefined();
  });
});

describe('what only one part may use', () => {
  test.each(Object.entries(ONLY_IN))('%s', (name, where) => {
    const users = usersOf(new RegExp(`^${name}(/|$)`));
    expect(users.filter(([path]) => !where.test(path))).toEqual([]);
  });

  test('process.exit belongs to the cli', () => {
    const callers = files.filter((file) => /\bprocess\.exit\b/.test(file.text)).map((file) => file.path);
    expect(callers.filter((path) => !path.startsWith('src/cli/'))).toEqual([]);
  });

  test('the console stream belongs to the cli and the log', () => {
    const writers = files.filter((file) => /\bconsole\.(log|error|warn|info)\(/.test(file.text));
    expect(writers.map((file) => file.path).filter((path) => !path.startsWith('src/cli/'))).toEqual([]);
  });
});

describe('sizes', () => {
  // Functions, parameters and nesting are held by .oxlintrc.json.
  test('no file is over 300 lines, most are far below', () => {
    const lengths = files.map((file) => ({ path: file.path, lines: file.text.split('\n').length - 1 }));
    expect(lengths.filter(({ lines }) => lines > 300)).toEqual([]);
    const sorted = lengths.map(({ lines }) => lines).toSorted((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(100);
  });

  test('names are kebab-case and say something', () => {
    // A build's settings are called what its tool calls them.
    const ours = files.filter(({ path }) => !PARTS.build.test(path));
    const names = ours.map((file) => file.path.split('/').at(-1) ?? '');
    expect(names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*\.tsx?$/.test(name))).toEqual([]);
    expect(names.filter((name) => /manager|helper|util|\bdata\b|\binfo\b/.test(name))).toEqual([]);
  });

  test('nothing is switched off or left for later', () => {
    const escapes =
      /oxlint-disable|eslint-disable|@ts-ignore|@ts-expect-error|biome-ignore|\bTODO\b|\bFIXME\b/;
    const everything = [...files, ...sourceFiles('test')];
    const found = everything.filter(
      (file) => file.path !== 'test/architecture.test.ts' && escapes.test(file.text),
    );
    expect(found.map((file) => file.path)).toEqual([]);
  });

  test('no test is skipped or focused', () => {
    const skips = /\b(test|it|describe)(\.concurrent)?\.(skip|only|todo|skipIf|runIf|fails)\b/;
    expect(
      sourceFiles('test')
        .filter((file) => skips.test(file.text) && file.path !== 'test/support/needs.ts')
        .map((file) => file.path),
    ).toEqual([]);
  });
});

function partOf(path: string): Part | undefined {
  const entry = Object.entries(PARTS).find(([, where]) => where.test(path));
  return entry?.[0] as Part | undefined;
}

function edges(): [from: string, to: string][] {
  return files.flatMap((file) => file.imports.map((to): [string, string] => [file.path, to]));
}

function usersOf(name: RegExp): [path: string, name: string][] {
  return files.flatMap((file) =>
    file.packages.filter((used) => name.test(used)).map((used): [string, string] => [file.path, used]),
  );
}

/** One cycle of imports, as the paths along it; undefined if there is none. */
function findCycle(): readonly string[] | undefined {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const finished = new Set<string>();
  const visit = (file: SourceFile, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(file.path)) return [...way.slice(way.indexOf(file.path)), file.path];
    if (finished.has(file.path)) return undefined;
    for (const next of file.imports) {
      const target = byPath.get(next);
      const cycle = target === undefined ? undefined : visit(target, [...way, file.path]);
      if (cycle !== undefined) return cycle;
    }
    finished.add(file.path);
    return undefined;
  };
  for (const file of files) {
    const cycle = visit(file, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../src/cli/command-table.ts';
import { ADMIN_ROUTES } from '../src/protocol/admin.ts';
import { CLOSE } from '../src/protocol/close-codes.ts';
import { decodeFrame } from '../src/protocol/codec.ts';
import { ERRORS } from '../src/protocol/error-codes.ts';
import { MAX_SYNC_FRAME, MAX_WATCHED, SYNC_LIMIT } from '../src/protocol/frames.ts';
import { REPOSITORY } from './support/chatd.ts';
import { runnableLines } from './support/transcript-of.ts';

/** What the documents say is what the code does, where a machine can tell. */

const read = (path: string): string => readFileSync(join(REPOSITORY, path), 'utf8');

describe('docs/errors.md', () => {
  test('is the table of error codes, in its order', () => {
    const rows = Object.entries(ERRORS).map(([code, { status, zh, en }]) => [
      `\`${code}\``,
      `${status}`,
      zh,
      en,
    ]);
    expect(tableAfter(read('docs/errors.md'), '| code | status |')).toEqual(rows);
  });
});

describe('docs/protocol.md', () => {
  const text = read('docs/protocol.md');

  test('lists every close code by number and name', () => {
    const rows = Object.entries(CLOSE).map(([name, code]) => [`${code}`, `\`${name}\``]);
    expect(tableAfter(text, '| code | name |').map((row) => row.slice(0, 2))).toEqual(rows);
  });

  test.each([
    ['ClientFrame', 'Client to server'],
    ['ServerFrame', 'Server to client'],
  ])('lists every %s of frames.ts with all its keys', (union, title) => {
    const rows = tableAfter(text, '| frame | keys | meaning |', `## ${title}`);
    const documented = rows.map(([frame = '', keys = '']) => [nameOfFrame(frame), wordsOf(keys)]);
    const inCode = framesOf(union).map(({ name, keys }) => [name, keys.filter((key) => key !== 'type')]);
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(inCode));
    expect(documented).toHaveLength(inCode.length);
  });

  test('names every key within a frame, every notice, and the bounds', () => {
    const rows = tableAfter(text, '| key of a conversation | |');
    expect(rows.flatMap(([keys = '']) => wordsOf(keys)).toSorted()).toEqual(
      [...keysOf('SyncedConversation')].toSorted(),
    );
    const sync = text.slice(text.indexOf('## Sync'));
    for (const key of keysOf('SyncPosition')) expect(sync).toContain(`\`${key}\``);
    const inner = [...FRAMES.matchAll(/^ {4}readonly (\w+)/gm)].map(([, key]) => key);
    expect(inner).toContain('memberIds');
    for (const key of inner) expect(text).toMatch(new RegExp(`["\`]${key}["\`]`));
    for (const [, notice] of FRAMES.matchAll(/'(group_[a-z]+)'/g)) expect(text).toContain(`\`${notice}\``);
    expect(tableAfter(text, '| frame | keys | meaning |').at(-1)?.[2]).toContain(`at most ${MAX_WATCHED}`);
    expect(sync).toContain(`(${SYNC_LIMIT.usual}; at most ${SYNC_LIMIT.most};`);
    expect(sync).toContain(`${MAX_SYNC_FRAME / 1024} KiB`);
  });

  test('shows frames that are frames: every example decodes, or has a documented frame’s keys', () => {
    const [client = '', server = ''] = text.split('## Server to client');
    const examples = (part: string) => [...part.matchAll(/^\{.*\}$/gm)].map(([line]) => line);
    const sent = examples(client).map((line) => decodeFrame(line));
    expect(sent.length).toBeGreaterThan(5);
    expect(sent.filter((decoded) => 'error' in decoded)).toEqual([]);
    const known = framesOf('ServerFrame').map(({ keys }) => new Set(keys));
    for (const line of examples(server.slice(0, server.indexOf('## ')))) {
      const keys = Object.keys(JSON.parse(line) as object);
      expect(known.some((frame) => keys.every((key) => frame.has(key)))).toBe(true);
    }
  });

  test('lists every method of operators with its place over HTTP, and every watch', () => {
    const rows = Object.entries(ADMIN_ROUTES).map(([name, { method, path }]) => [
      `\`${name}\``,
      `\`${method} ${path}\``,
    ]);
    expect(tableAfter(text, '| method | HTTP |')).toEqual(rows);
    const watches = [...read('src/protocol/admin.ts').matchAll(/'(\w+\.watch)': Method/g)].map(
      ([, name]) => name,
    );
    expect(tableAfter(text, '| watch | every |').map(([name]) => name?.replaceAll('`', ''))).toEqual(watches);
  });

  test('gives the statuses of a refused upgrade that the gateway has', () => {
    const statuses = [...read('src/server/gateway/refusal.ts').matchAll(/status: (\d{3}),/g)].map(
      (match) => match[1],
    );
    const documented = tableAfter(text, '| status | why |').map(([status]) => status);
    expect(new Set(documented)).toEqual(new Set(statuses));
  });
});

describe('etc/backend.yaml', () => {
  test('documents every setting the README names, and the README names every section', () => {
    const yaml = read('etc/backend.yaml');
    const sections = [...yaml.matchAll(/^([A-Z]\w*):/gm)].map((match) => match[1]);
    expect(sections.length).toBeGreaterThan(10);
    for (const file of ['README.md', 'README.zh-CN.md']) {
      const missing = sections.filter((section) => !read(file).includes(`\`${section}`));
      expect(missing, file).toEqual([]);
    }
  });

  test('has a comment above every setting', () => {
    const lines = read('etc/backend.yaml').split('\n');
    const bare = lines.filter(
      (line, at) => /^\s*[A-Z]\w*: /.test(line) && !/^\s*#/.test(lines[at - 1] ?? ''),
    );
    expect(bare).toEqual([]);
  });
});

describe('README', () => {
  test('opens with the two commands', () => {
    const [first, second] = [...read('README.md').matchAll(/```\w*\n([\s\S]*?)```/g)].map(
      (match) => match[1],
    );
    expect(`${first}${second}`).toMatch(/npm ci && npm start\b[\s\S]*npm ci && npm test\b/);
  });

  test('README.zh-CN.md has the same commands', () => {
    expect(runnableLines(read('README.zh-CN.md'))).toEqual(runnableLines(read('README.md')));
  });

  test.each(['README.md', 'README.zh-CN.md'])(
    '%s names every command of the command line, and no other',
    (file) => {
      const named = [...read(file).matchAll(/`chatd ([a-z][^`]*)`/g)].map((match) => match[1] ?? '');
      const known = COMMANDS.map(({ path }) => path);
      const missing = known.filter(
        (path) => !named.some((text) => text === path || text.startsWith(`${path} `)),
      );
      expect(missing).toEqual([]);
      const unknown = named.filter(
        (text) => !known.some((path) => text === path || text.startsWith(`${path} `)),
      );
      expect(unknown).toEqual([]);
    },
  );
});

describe('docs/seed.md', () => {
  test('names only tests that exist', () => {
    const suites = globSync('test/e2e/*.test.ts', { cwd: REPOSITORY })
      .map(read)
      .join('\n')
      .replaceAll("\\'", "'");
    const rows = [...read('docs/seed.md').matchAll(/^\| [^|]+ \| `(.+)` \|$/gm)].map(
      (match) => match[1] ?? '',
    );
    expect(rows.length).toBeGreaterThan(20);
    const squeezed = suites.replaceAll(/\s+/g, ' ');
    expect(rows.filter((title) => !squeezed.includes(title))).toEqual([]);
  });

  test('names every section of the document that the suite tells as a story', () => {
    const suite = read('test/e2e/seed-document.test.ts');
    const titles = [...suite.matchAll(/\btest\(\s*(['"])(.+?)\1,/g)].map((match) => match[2] ?? '');
    expect(titles.length).toBeGreaterThan(15);
    const page = read('docs/seed.md');
    const missing = titles.filter((title) => !page.includes(title) && !title.startsWith('beyond it'));
    expect(missing).toEqual([]);
  });
});

describe('every document', () => {
  const documents = globSync(['*.md', 'docs/**/*.md'], { cwd: REPOSITORY });

  test.each(documents)('%s: its links lead somewhere', (document) => {
    const links = [...read(document).matchAll(/\]\((?!https?:)([^)]+)\)/g)].map((match) => match[1] ?? '');
    const dead = links.filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? document : normalize(join(dirname(document), path));
      const exists = globSync(target, { cwd: REPOSITORY }).length === 1;
      return !exists || (anchor !== undefined && !anchorsOf(read(target)).has(anchor));
    });
    expect(dead).toEqual([]);
  });
});

/** The rows of the first table that begins with `head`, after `title`; cells trimmed. */
function tableAfter(text: string, head: string, title = ''): string[][] {
  const from = text.slice(text.indexOf(title));
  const lines = from.slice(from.indexOf(head)).split('\n');
  const end = lines.findIndex((line) => !line.startsWith('|'));
  return lines.slice(2, end === -1 ? undefined : end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** The anchors a Markdown viewer makes of headings. */
function anchorsOf(text: string): Set<string> {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map((match) => match[1] ?? '');
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\- ]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

const FRAMES = read('src/protocol/frames.ts');

/** The keys of an interface of frames.ts, in its order. */
function keysOf(name: string): readonly string[] {
  const [, body = ''] = new RegExp(`export interface ${name} \\{\\n([\\s\\S]*?)\\n\\}`).exec(FRAMES) ?? [];
  return [...body.matchAll(/^ {2}readonly (\w+)/gm)].map(([, key = '']) => key);
}

/** The frames of a union of frames.ts: their names as documents have them, and their keys. */
function framesOf(union: string): readonly { readonly name: string; readonly keys: readonly string[] }[] {
  const [, members = ''] = new RegExp(`export type ${union} =([\\s\\S]*?);`).exec(FRAMES) ?? [];
  return [...members.matchAll(/\w+/g)].map(([name]) => {
    const [, type] = new RegExp(`interface ${name} \\{[^}]*?readonly type: '(\\w+)'`).exec(FRAMES) ?? [];
    return { name: type ?? name, keys: keysOf(name) };
  });
}

/** A frame as its row names it: `ack`, or what it is called in frames.ts if it has no type. */
function nameOfFrame(cell: string): string {
  if (cell.startsWith('message')) return 'MessageFrame';
  return cell.startsWith('notice') ? 'SystemFrame' : cell.replaceAll('`', '');
}

function wordsOf(cell: string): readonly string[] {
  return [...cell.matchAll(/`(\w+)`/g)].map(([, word = '']) => word);
}

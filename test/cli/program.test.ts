import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS, NOUNS } from '../../src/cli/command-table.ts';
import { createProgram } from '../../src/cli/program.ts';
import { BIN, cleanEnvironment, runCli } from '../support/chatd.ts';
import { Transcript } from '../support/transcript.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatd-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('help', () => {
  const all = ['', ...Object.keys(NOUNS), ...COMMANDS.map(({ path }) => path)];

  test.each(all)('chatd %s --help begins with two examples', (path) => {
    const [title, first, second, blank] = helpOf(path).split('\n');
    expect(title).toBe('Examples:');
    expect(`${first}\n${second}`).toMatch(/^ {2}\$ .*chatd .*\n {2}\$ .*chatd /);
    expect(blank).toBe('');
  });

  test('speaks Chinese by --lang and by the environment, down to its titles', async () => {
    const byOption = await runCli(['send', '--help', '--lang', 'zh'], folder);
    const byEnvironment = await runCli(['send', '--help'], folder, { env: { LANG: 'zh_CN.UTF-8' } });
    expect(byOption.stdout).toBe(byEnvironment.stdout);
    expect(byOption.stdout).toContain('示例:');
    expect(byOption.stdout).not.toMatch(/Usage|Options|Arguments|choices|default/);
  });

  test('every command has an example that calls it', () => {
    const without = COMMANDS.filter(
      ({ path, examples }) => !examples.some((line) => line.includes(`chatd ${path}`)),
    );
    expect(without).toEqual([]);
  });

  test.each([['--help'], ['--version'], ['send', '--help'], ['nonsense']])(
    '%s loads nothing heavy',
    (...args) => {
      const list = join(folder, 'loaded.txt');
      const recorder = join(folder, 'record.mjs');
      writeFileSync(
        recorder,
        `import { registerHooks } from 'node:module'; import { appendFileSync, writeFileSync } from 'node:fs';
       writeFileSync(${JSON.stringify(list)}, '');
       registerHooks({ resolve(name, context, next) { const found = next(name, context); appendFileSync(${JSON.stringify(list)}, found.url + '\\n'); return found; } });`,
      );
      spawnSync(process.execPath, ['--import', recorder, BIN, ...args], {
        encoding: 'utf8',
        env: cleanEnvironment(),
      });
      const files = readFileSync(list, 'utf8').split('\n');
      // Of the built program each file says from which it was put together.
      const built = files.filter((url) => url.includes('/dist/program/'));
      const parts = built.map((url) => readFileSync(new URL(url), 'utf8').match(/^\/\/ .*$/gm));
      const packages = [...files, ...parts.flatMap((part) => part ?? [])].flatMap(
        (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
      );
      expect(packages).toContain('commander');
      expect(packages.filter((name) => name !== 'commander')).toEqual([]);
      const bytes = built.map((url) => statSync(new URL(url)).size);
      expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(250_000);
    },
  );
});

/** What `chatd PATH --help` writes. */
function helpOf(path: string): string {
  let help = '';
  const program = createProgram({ language: 'en', version: '0', onCommand: () => undefined });
  const words = path.split(' ').filter(Boolean);
  const command = words.reduce(
    (parent, word) => parent.commands.find((it) => it.name() === word) ?? parent,
    program,
  );
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  return help;
}

describe('wrong usage: exit 2, one line', () => {
  test.each<readonly [args: string[], line: string]>([
    [['sned'], "unknown command 'sned' (Did you mean send?)"],
    [['user', 'lst'], "unknown command 'lst' (Did you mean list?)"],
    [['config', 'show', '--jsno'], "unknown option '--jsno' (Did you mean --json?)"],
    [['user', 'add'], "missing required argument 'name'"],
    [['config', 'check', 'a'], 'too many arguments'],
    [
      ['send', 'x', '--type', 'video'],
      "option '--type <type>' argument 'video' is invalid. Allowed choices are text, image, sticker, file.",
    ],
    [['send', 'x', '--to'], "option '--to <user>' argument missing"],
    [['config', 'check', '--timeout', 'soon'], '--timeout: expected a duration such as 10s, got soon'],
    [['\x1b]0;x\x07'], "unknown command '␛]0;x␇'"],
  ])('%j', async (args, line) => {
    const { code, stdout, stderr } = await runCli(args, folder);
    expect({ code, stdout, lines: stderr.split('\n').length }).toEqual({ code: 2, stdout: '', lines: 2 });
    expect(stderr).toContain(line);
  });

  test('a noun alone, and nothing at all: their help, on stderr', async () => {
    for (const args of [[], ['user']]) {
      const { code, stdout, stderr } = await runCli(args, folder);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain('Commands:');
    }
  });

  test('in Chinese, and as JSON', async () => {
    const chinese = await runCli(['user', 'lst', '--lang', 'zh'], folder);
    expect(chinese.stderr).toBe('未知命令 lst。是否想用 list?\n');
    const json = await runCli(['user', 'lst', '--json'], folder);
    expect(JSON.parse(json.stderr)).toEqual({
      code: 'usage',
      error: "unknown command 'lst' (Did you mean list?)",
    });
  });
});

describe('chatd config', () => {
  test('check: ok, warnings, errors', async () => {
    writeFileSync(join(folder, 'good.yaml'), 'WS: {Prot: 1}\n');
    writeFileSync(join(folder, 'bad.yaml'), 'Port: a\nHost: "-"\n');
    expect(await runCli(['config', 'check'], folder)).toEqual({
      code: 0,
      stdout: 'ok: no file: the defaults\n',
      stderr: '',
    });
    expect(await runCli(['config', 'check', '-f', 'good.yaml'], folder)).toEqual({
      code: 0,
      stdout: 'good.yaml:1:6: WS.Prot: no such setting; did you mean WS.Port? (warning)\nok: good.yaml\n',
      stderr: '',
    });
    const bad = await runCli(['-f', 'bad.yaml', 'config', 'check'], folder);
    expect(bad.code).toBe(78);
    expect(bad.stdout.trimEnd().split('\n')).toHaveLength(2);
    expect(bad.stderr).toBe('the configuration cannot be used: 2 errors\n');
    const json = await runCli(['config', 'check', '-f', 'bad.yaml', '--json', '--lang', 'zh'], folder);
    expect(JSON.parse(json.stdout.split('\n')[0] ?? '')).toMatchObject({
      level: 'error',
      where: 'bad.yaml:2:7',
      key: 'Host',
    });
  });

  test('show: every setting with its source, secrets masked', async () => {
    writeFileSync(
      join(folder, 'show.yaml'),
      'MySQL: {DSN: "u:hunter2@tcp(h:1)/d"}\nAdmin: {Password: hunter2}\n',
    );
    const env = { CHATD_PORT: '7000' };
    const { stdout } = await runCli(['config', 'show', '-f', 'show.yaml'], folder, { env });
    expect(stdout).toContain('Port\t7000\tCHATD_PORT\n');
    expect(stdout).toContain('MySQL.DSN\tu:********@tcp(h:1)/d\tshow.yaml:1:14\n');
    expect(stdout).toContain('WS.PingInterval\t25s\tdefault\n');
    expect(stdout).not.toContain('hunter2');
    const json = await runCli(['config', 'show', '-f', 'show.yaml', '--json'], folder, { env });
    expect(
      json.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toContainEqual({
      key: 'Port',
      value: 7000,
      origin: 'environment',
      where: 'CHATD_PORT',
    });
  });

  test('schema: JSON for editors', async () => {
    const { stdout } = await runCli(['config', 'schema'], folder);
    expect(JSON.parse(stdout)).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#' });
  });

  test('a reader that leaves is no error', () => {
    const script = `"${process.execPath}" "${BIN}" config schema | head -1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script], {
      encoding: 'utf8',
      env: cleanEnvironment(),
    });
    expect({ stdout, stderr }).toEqual({ stdout: '{\n0\n', stderr: '' });
  });
});

describe('interrupted', () => {
  // Says so when it can be interrupted, which otherwise nothing shows from outside.
  const announce =
    "data:text/javascript,process.on('newListener', (name) => { if (name === 'SIGTERM') setImmediate(console.error, 'can be') })";

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s: %i', async (signal, exitCode) => {
    const command = ['user', 'add', 'alice', '--password-file', '-'];
    const child = spawn(process.execPath, ['--import', announce, BIN, ...command], {
      cwd: folder,
      env: cleanEnvironment(),
    });
    const stderr = new Transcript([child.stderr]);
    await stderr.until((text) => text.includes('can be'));
    child.kill(signal);
    expect(await once(child, 'close')).toEqual([exitCode, null]);
    expect(stderr.lines.at(-1)).toBe('interrupted');
  });

  test('Ctrl-C at a prompt: 130, nothing of what was typed shown', async () => {
    const child = spawn('script', ['-qec', `"${process.execPath}" "${BIN}" user passwd 2`, '/dev/null'], {
      cwd: folder,
      env: cleanEnvironment(),
    });
    const screen = new Transcript([child.stdout]);
    await screen.until((text) => /password/i.test(text));
    child.stdin.write('hunter2\x03');
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(screen.text).not.toContain('hunter2');
  });
});

test('a password file that is not there: 1, one line', async () => {
  const { code, stderr } = await runCli(['user', 'add', 'alice', '--password-file', 'nope.txt'], folder);
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'nope.txt: no such file\n' });
});

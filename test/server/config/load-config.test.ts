import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError, describeProblem } from '../../../src/server/config/config-error.ts';
import { type LoadedConfig, loadConfig } from '../../../src/server/config/load-config.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatd-config-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const GOOD_SECRET = 'q9Zr7VtLw2XfKp4Ns8Yb6Hd3Mc5Jg1Ta';

function load(yaml: string | Buffer, env: NodeJS.ProcessEnv = {}): LoadedConfig {
  writeFileSync(join(folder, 'b.yaml'), yaml);
  return loadConfig({ file: 'b.yaml', folder, env });
}

function problemsOf(yaml: string | Buffer, env?: NodeJS.ProcessEnv): readonly string[] {
  try {
    load(yaml, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((problem) => describeProblem(problem, 'en'));
    throw error;
  }
  return [];
}

function warningsOf(yaml: string, env?: NodeJS.ProcessEnv): readonly string[] {
  return load(yaml, env).warnings.map((warning) => describeProblem(warning, 'en'));
}

/** The seed's own file, with a secret as its repository has it. */
const SEED = `Name: backend-api
Host: 0.0.0.0
Port: 8889

MySQL:
  DSN: root:p@ss/word@tcp(127.0.0.1:3306)/backend?charset=utf8mb4&parseTime=True&loc=Local

Auth:
  Secret: imooc.com
  Expire: 86400

WS:
  Host: 0.0.0.0
  Port: 9000

Redis:
  Addr: 127.0.0.1:6379
  Password: ""

Upload:
  SavePath: ./uploads/
  Host: http://127.0.0.1:8889/uploads/

LangChain:
  ApiKey: sk-x
  Url: https://example.com
`;

describe('files that are in use', () => {
  test("the seed's own: its secret is refused, with a line that says what to do", () => {
    expect(problemsOf(SEED)).toEqual([
      'b.yaml:9:11: Auth.Secret: expected at least 32 random bytes, got 9; make one with "openssl rand -base64 32", or leave it empty and chatd makes one',
    ]);
  });

  test("the seed's own with another secret: loads, and says what it does not use", () => {
    const { config, warnings } = load(SEED.replace('imooc.com', GOOD_SECRET));
    expect(config).toMatchObject({
      name: 'backend-api',
      mysql: { dsn: expect.stringContaining('root:p@ss/word@tcp(127.0.0.1:3306)/backend?') },
      auth: { expire: 86_400 },
      upload: { savePath: join(folder, 'uploads'), host: 'http://127.0.0.1:8889/uploads/' },
    });
    expect(warnings.map((warning) => describeProblem(warning, 'en'))).toEqual([
      'b.yaml:16:1: Redis: several nodes are not available yet: no effect',
      'b.yaml:24:1: LangChain: no such setting',
      expect.stringContaining('b.yaml:2:7: Auth.Registration: open while Host is 0.0.0.0'),
    ]);
  });

  test('nothing but WS: {Host, Port}', () => {
    const { config, warnings } = load('WS: {Host: 127.0.0.1, Port: 9001}');
    expect(config.ws.port).toBe(9001);
    expect(config.port).toBe(8889);
    expect(warnings).toEqual([]);
  });

  test.each([
    '',
    '# nothing\n',
    '---\n',
    'WS:\nAuth: ~\n',
    '\ufeffName: chatd\n',
    'Port: 8889\r\nWS:\r\n  Port: 9000\r\n',
  ])('%j is the defaults', (yaml) => {
    const { config, warnings } = load(yaml);
    expect({ ...config, data: '', upload: '' }).toEqual({
      ...loadConfig({ file: undefined, folder, env: {} }).config,
      data: '',
      upload: '',
    });
    expect(warnings).toEqual([]);
  });

  test('keys in any case, and paths with dots', () => {
    const { config, warnings } = load(
      'PORT: 1\nws:\n  host: ::1\n  PORT: 2\nmysql.dsn: ""\nAuth.registration: closed\n',
    );
    expect(config).toMatchObject({ port: 1, ws: { host: '::1', port: 2 }, auth: { registration: 'closed' } });
    expect(warnings).toEqual([]);
  });
});

describe('wrong files: one line each, with place and key', () => {
  test.each<readonly [yaml: string, line: string]>([
    ['Port: 88899', 'b.yaml:1:7: Port: expected a port, 1 to 65535 (0: any free one), got 88899'],
    ['Port: -1', 'b.yaml:1:7: Port: expected a port, 1 to 65535 (0: any free one), got -1'],
    ['WS:\n  Port: ws', 'b.yaml:2:9: WS.Port: expected a port, 1 to 65535 (0: any free one), got "ws"'],
    ['Port: 1.5', 'b.yaml:1:7: Port: expected a port, 1 to 65535 (0: any free one), got 1.5'],
    ['Port: [1]', 'b.yaml:1:7: Port: expected a port, 1 to 65535 (0: any free one), got a list ("1")'],
    ['Port: {a: 1}', 'b.yaml:1:7: Port: expected a port, 1 to 65535 (0: any free one), got a section'],
    ['Host: "a b"', 'b.yaml:1:7: Host: expected an address or host name, got "a b"'],
    ['Host: 1.2.3.400', 'b.yaml:1:7: Host: expected an address or host name, got "1.2.3.400"'],
    ['Host: ""', 'b.yaml:1:7: Host: expected an address or host name, got ""'],
    ['Host: "\\e[31m\\u202e"', 'b.yaml:1:7: Host: expected an address or host name, got "␛[31m‹202E›"'],
    ['WS: 9000', 'b.yaml:1:5: WS: expected settings, one "Key: value" a line'],
    ['- a\n- b', 'b.yaml:1:1: expected settings, one "Key: value" a line'],
    ['WS: {PingInterval: 25 s}', 'b.yaml:1:20: WS.PingInterval: expected a duration from 10ms to 1h'],
    ['WS: {PingInterval: 2h}', 'b.yaml:1:20: WS.PingInterval: expected a duration from 10ms to 1h'],
    ['WS: {MaxFrame: 64 KB/s}', 'b.yaml:1:16: WS.MaxFrame: expected a size from 1KiB to 16MiB'],
    ['WS: {MaxFrame: 1GiB}', 'b.yaml:1:16: WS.MaxFrame: expected a size from 1KiB to 16MiB'],
    ['WS: {MaxFrame: .nan}', 'b.yaml:1:16: WS.MaxFrame: expected a size from 1KiB to 16MiB'],
    ['WS: {SingleSignOn: yes}', 'b.yaml:1:20: WS.SingleSignOn: expected true or false, got "yes"'],
    [
      'Auth: {Registration: maybe}',
      'b.yaml:1:22: Auth.Registration: expected one of open, closed, got "maybe"',
    ],
    ['Auth: {Expire: 500ms}', 'b.yaml:1:16: Auth.Expire: expected a duration from 1s to 3650d'],
    ['AllowedOrigins: "*"', 'b.yaml:1:17: AllowedOrigins: expected origins such as'],
    ['AllowedOrigins: [http://a/b]', 'b.yaml:1:17: AllowedOrigins: expected origins such as'],
    ['TrustedProxies: 10.0.0.0/33', 'b.yaml:1:17: TrustedProxies: expected addresses such as'],
    [
      'MySQL: {DSN: "root:hunter2 at home"}',
      'b.yaml:1:14: MySQL.DSN: expected user:password@tcp(host:3306)/database',
    ],
    ['Name: a\nPort: 1\nname: b', 'b.yaml:3:1: Name: written twice'],
    ['Port: 1\nPort: 2', 'b.yaml:2:1: Map keys must be unique'],
    ['Port: 1\n  Host: x', 'b.yaml:'],
    ['Port: [1', 'b.yaml:1:9: Flow sequence'],
    ['a: 1\n---\nb: 2', 'b.yaml:2:1: Source contains multiple documents'],
    ['Port: *nowhere', 'b.yaml:1:7: no anchor &nowhere before this alias'],
    ['[1]: x', 'b.yaml:1:1: With stringKeys, all keys must be strings'],
    ['['.repeat(20_000), 'b.yaml:1:'],
  ])('%j', (yaml, line) => {
    const problems = problemsOf(yaml);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(line);
    expect(problems[0]).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
  });

  test('every wrong value is told at once', () => {
    expect(problemsOf('Port: a\nHost: "-"\nWS: {Port: b}')).toHaveLength(3);
  });

  test('bytes that are no UTF-8, and a file beyond 1 MiB', () => {
    expect(problemsOf(Buffer.from([0x4e, 0xff, 0xfe]))).toEqual(['b.yaml: not UTF-8 text']);
    expect(problemsOf(`# ${'x'.repeat(1024 * 1024)}`)).toEqual(['b.yaml: larger than 1 MiB']);
  });

  test('a secret is not repeated, right or wrong', () => {
    const tooLong = 'hunter2'.repeat(1000);
    expect(problemsOf(`Auth: {Secret: ${tooLong}}`).join()).not.toContain('hunter2');
    expect(problemsOf('MySQL: {DSN: hunter2}').join()).not.toContain('hunter2');
    const { settings } = load(
      `Auth: {Secret: ${GOOD_SECRET}}\nAdmin: {Password: hunter2}\nMySQL: {DSN: "u:hunter2@tcp(h:1)/d"}`,
    );
    expect(JSON.stringify(settings)).not.toMatch(new RegExp(`hunter2|${GOOD_SECRET}`));
    expect(settings.find(({ key }) => key === 'MySQL.DSN')?.value).toBe('u:********@tcp(h:1)/d');
  });

  test('an alias bomb costs nothing', () => {
    const layers = Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`);
    const since = performance.now();
    load(['a0: &a0 [x]', ...layers, 'Port: &p 7', 'WS: {Port: *p}'].join('\n'));
    expect(performance.now() - since).toBeLessThan(1000);
  });
});

describe('secrets that others know', () => {
  test.each([
    'short',
    'ad879037-c7a4-4063-9236-6bfc35d54b7d',
    'your-256-bit-secret-your-256-bit-secret',
    'change_me_change_me_change_me_please',
    'a'.repeat(64),
    '0123456789abcdef'.repeat(4),
    '12345678901234567890123456789012',
    '密'.repeat(20),
  ])('%s', (secret) => {
    expect(problemsOf(`Auth: {Secret: "${secret}"}`)).toEqual([
      expect.stringContaining('Auth.Secret: expected at least 32 random bytes'),
    ]);
  });

  test.each([
    GOOD_SECRET,
    '3f9d0c6e5b7a4182c6d5e4f3a2b1908776655443a1b2c3d4',
    'mRz+8Q/4vK0pXw2eT6yU1iO9aS3dF5gH7jL=',
  ])('%s is not one', (secret) => {
    expect(load(`Auth: {Secret: "${secret}"}`).config.auth.secret).toBe(secret);
  });
});

describe('values', () => {
  test('texts that look like numbers stay as they are written', () => {
    const { config } = load('Name: 0123\nAdmin: {Password: 007, Name: true}');
    expect(config.name).toBe('0123');
    expect(config.admin).toMatchObject({ password: '007', name: 'true' });
  });

  test('durations, sizes, seconds, lists', () => {
    const { config } =
      load(`WS: {PingInterval: 1m30s, PongTimeout: 8, StallTimeout: "500ms", MaxFrame: 65536, MaxQueue: 2MB}
Auth: {Expire: 12h}
AllowedOrigins: [https://a.example, "http://localhost:*"]
TrustedProxies: 10.0.0.0/8, loopback,fd00::/8
Keep: {Audit: 1d12h}`);
    expect(config.ws).toMatchObject({
      pingInterval: 90_000,
      pongTimeout: 8000,
      stallTimeout: 500,
      maxFrame: 65_536,
      maxQueue: 2_000_000,
    });
    expect(config.auth.expire).toBe(43_200);
    expect(config.allowedOrigins).toEqual(['https://a.example', 'http://localhost:*']);
    expect(config.trustedProxies).toEqual(['10.0.0.0/8', 'loopback', 'fd00::/8']);
    expect(config.keep.audit).toBe(36 * 3_600_000);
  });

  test('${VAR}, ${VAR:-fallback} and $${', () => {
    const env = { NAME: 'n1', EMPTY: '', PORT_OF_OURS: '7001', ORIGINS: 'http://a, http://b' };
    const { config } = load(
      'Name: "a-${NAME}${EMPTY}"\nPort: ${PORT_OF_OURS}\nWS: {Port: "${NOPE:-7002}"}\nAdmin: {Name: "${EMPTY:-boss}", Password: "$${NAME} $5 $"}\nAllowedOrigins: ${ORIGINS}',
      env,
    );
    expect(config).toMatchObject({
      name: 'a-n1',
      port: 7001,
      ws: { port: 7002 },
      allowedOrigins: ['http://a', 'http://b'],
    });
    expect(config.admin).toMatchObject({ name: 'boss', password: '${NAME} $5 $' });
  });

  test.each([
    ['a: 1\nName: ${NOPE}', 'b.yaml:2:7: Name: expected the environment to have NOPE, which is not set'],
    [
      'AllowedOrigins:\n  - http://a\n  - ${NOPE}',
      'b.yaml:3:5: AllowedOrigins: expected the environment to have NOPE',
    ],
    ['Name: "${NAME"', 'b.yaml:1:7: Name: expected ${VAR} or ${VAR:-fallback}; a literal ${ is written $${'],
    ['Name: "${}"', 'b.yaml:1:7: Name: expected ${VAR}'],
  ])('%j', (yaml, line) => {
    expect(problemsOf(yaml, { NAME: 'x' })).toEqual([expect.stringContaining(line)]);
  });
});

describe('odd keys', () => {
  test.each([
    ['WS: {Prot: 1}', 'b.yaml:1:6: WS.Prot: no such setting; did you mean WS.Port?'],
    ['MaxConnections: 5', 'b.yaml:1:1: MaxConnections: no such setting; did you mean WS.MaxConnections?'],
    ['Prot: 1', 'b.yaml:1:1: Prot: no such setting; did you mean Port?'],
    ['Upload2: {}', 'b.yaml:1:1: Upload2: no such setting; did you mean Upload?'],
    ['Websocket: {Port: 1}', 'b.yaml:1:1: Websocket: no such setting'],
    ['"a\\e[31m": 1', 'no such setting'],
    ['Redis: {Url: redis://x}', 'b.yaml:1:1: Redis: several nodes are not available yet: no effect'],
    [
      '{Message: {MaxContent: 1MiB}, WS: {MaxQueue: 8MiB}}',
      'b.yaml:1:24: Message.MaxContent: more than WS.MaxFrame',
    ],
    ['WS: {MaxQueue: 64KiB}', 'b.yaml:1:16: WS.MaxQueue: less than 8 times Message.MaxContent'],
  ])('%j', (yaml, line) => {
    expect(warningsOf(yaml)).toEqual([expect.stringContaining(line)]);
  });

  test('nothing is proposed for a word that is like none', () => {
    expect(warningsOf('Foo: 1')).toEqual(['b.yaml:1:1: Foo: no such setting']);
  });
});

test('a recall window may be none at all', () => {
  expect(load('Message: {RecallWindow: 0s}').config.message.recallWindow).toBe(0);
  expect(load('').config.message.recallWindow).toBe(120_000);
});

describe('the environment', () => {
  test('overrides the file, which overrides the defaults, and show says so', () => {
    const { config, settings } = load('Port: 1\nWS: {Port: 2}', {
      CHATD_WS_PORT: '3',
      CHATD_WS_MAXCONNECTIONSPERIP: '7',
    });
    expect(config).toMatchObject({ port: 1, ws: { port: 3, maxConnectionsPerIp: 7 } });
    const sources = Object.fromEntries(settings.map(({ key, source }) => [key, source]));
    expect(sources['Port']).toEqual({ origin: 'file', where: 'b.yaml:1:7' });
    expect(sources['WS.Port']).toEqual({ origin: 'environment', where: 'CHATD_WS_PORT' });
    expect(sources['Host']).toEqual({ origin: 'default' });
  });

  test('lists with commas, flags, durations; nothing is replaced in its values', () => {
    const env = {
      CHATD_ALLOWEDORIGINS: 'http://a,http://b',
      CHATD_WS_SINGLESIGNON: 'false',
      CHATD_WS_PINGINTERVAL: '5',
      CHATD_ADMIN_PASSWORD: 'a${b',
    };
    const { config } = load('', env);
    expect(config).toMatchObject({
      allowedOrigins: ['http://a', 'http://b'],
      ws: { singleSignOn: false, pingInterval: 5000 },
      admin: { password: 'a${b' },
    });
  });

  test('a wrong value names the variable', () => {
    expect(problemsOf('', { CHATD_PORT: '' })).toEqual([
      expect.stringContaining('CHATD_PORT: Port: expected a port'),
    ]);
  });

  test('an unknown variable is a warning; reserved ones are not', () => {
    const env = {
      CHATD_WS_PROT: '1',
      CHATD_REDIS_URL: 'x',
      CHATD_URL: 'x',
      CHATD_TOKEN: 'x',
      CHATD_LANG: 'zh',
      CHATD_TEST_MYSQL: 'x',
    };
    expect(warningsOf('', env)).toEqual([
      'CHATD_REDIS_URL: several nodes are not available yet: no effect',
      'CHATD_WS_PROT: no such setting; did you mean CHATD_WS_PORT?',
    ]);
  });
});

describe('which file, and what its paths are relative to', () => {
  test('-f FILE must be there', () => {
    expect(() => loadConfig({ file: 'nope.yaml', folder, env: {} })).toThrow('nope.yaml: no such file');
    expect(() => loadConfig({ file: '.', folder, env: {} })).toThrow('.: a folder, not a file');
  });

  test('./etc/backend.yaml is found; without it there are defaults, relative to here', () => {
    expect(loadConfig({ file: undefined, folder, env: {} })).toMatchObject({
      file: undefined,
      config: { data: join(folder, 'data') },
    });
    const home = join(folder, 'home');
    mkdirSync(join(home, 'etc'), { recursive: true });
    writeFileSync(join(home, 'etc/backend.yaml'), 'Data: ./d\nUpload: {SavePath: u}');
    const { config, file } = loadConfig({ file: undefined, folder: home, env: {} });
    expect(file).toBe('etc/backend.yaml');
    expect(config).toMatchObject({ data: join(home, 'd'), upload: { savePath: join(home, 'u') } });
    const fromElsewhere = loadConfig({
      file: join(home, 'etc/backend.yaml'),
      folder,
      env: { CHATD_DATA: 'mine' },
    });
    expect(fromElsewhere.config.data).toBe(join(folder, 'mine'));
    expect(fromElsewhere.config.upload.savePath).toBe(join(home, 'u'));
  });

  test('in any other file: its folder; uploads follow Data', () => {
    const { config } = load('Data: here');
    expect(config).toMatchObject({
      data: join(folder, 'here'),
      upload: { savePath: join(folder, 'here/uploads') },
    });
  });
});

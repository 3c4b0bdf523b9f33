import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BIN, cleanEnvironment, type Chatd } from './chatd.ts';
import { Transcript } from './transcript.ts';

/** A console on a real terminal: a private tmux, whose keys are typed and whose screen is read. */
export interface TmuxConsole {
  /** Of the console process. */
  readonly pid: number;
  /** What stands on the screen now: a line a row, spaces at the ends of lines cut. */
  screen(): Promise<string>;
  /** Resolves with the screen as soon as it satisfies `what`. */
  until(what: string | RegExp | ((screen: string) => boolean), timeoutMs?: number): Promise<string>;
  /** Keys by tmux's names: `Enter`, `Escape`, `C-d`, `j`, `Space`. */
  keys(...names: readonly string[]): Promise<void>;
  /** Text as it is typed. */
  type(text: string): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  terminal(): Promise<TerminalState>;
  /** Everything the console has written to the terminal, byte for byte. */
  readonly raw: Transcript;
  /** `stty -a` before the console and after it; its exit code. Resolves when it has ended. */
  ended(): Promise<{ readonly before: string; readonly after: string; readonly code: number }>;
  dispose(): Promise<void>;
}

export interface TerminalState {
  readonly isAlternate: boolean;
  readonly isCursorShown: boolean;
  readonly column: number;
  readonly row: number;
}

export interface TmuxOptions {
  /** 80x24 if absent. */
  readonly columns?: number;
  readonly rows?: number;
  /** After `chatd console`; the configuration is named already. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** For Node itself. */
  readonly nodeArgs?: readonly string[];
}

const open = new Set<TmuxConsole>();

/** For the `afterAll` of each file: a test that fails leaves no terminal behind. */
export async function closeConsoles(): Promise<void> {
  await Promise.all([...open].map((console) => console.dispose()));
}

/** What stands on the terminal before the console: it must be there again afterwards. */
export const BEFORE = 'what was on the screen before';

/** `chatd console` against `chatd`, in English, by a clock of Shanghai; resolves when it has drawn its first screen. */
export async function openConsole(chatd: Chatd, options: TmuxOptions = {}): Promise<TmuxConsole> {
  const tmux = await startTmux(chatd, options);
  await tmux.until(/\? keys|\? 按键|q quit|q 退出/);
  return tmux;
}

/** The same without waiting for a screen: it may refuse to start. */
export async function startTmux(chatd: Chatd, options: TmuxOptions = {}): Promise<TmuxConsole> {
  const place = mkdtempSync(join(tmpdir(), 'chatd-tmux-'));
  writeFileSync(join(place, 'run.sh'), scriptFor(chatd, options));
  execFileSync('mkfifo', [join(place, 'raw')]);
  const { columns = 80, rows = 24 } = options;
  const run = tmuxIn(place);
  await run('new-session', '-d', '-x', `${columns}`, '-y', `${rows}`, `exec sh ${join(place, 'run.sh')}`);
  const reader = spawn('cat', [join(place, 'raw')], { stdio: ['ignore', 'pipe', 'inherit'] });
  const raw = new Transcript([reader.stdout]);
  await run('set-option', '-g', 'status', 'off', ';', 'set-option', '-g', 'escape-time', '0');
  await run('pipe-pane', `exec cat > ${join(place, 'raw')}`);
  await run('send-keys', 'Enter');
  const console = toConsole({ place, run, reader, raw });
  open.add(console);
  return console;
}

/** The console between two looks at the terminal's settings. It waits for a line, so that nothing is missed. */
function scriptFor(chatd: Chatd, { args = [], env = {}, nodeArgs = [] }: TmuxOptions): string {
  const command = [process.execPath, ...nodeArgs, BIN, 'console', ...args, '-f', chatd.configFile];
  return [
    'read go',
    'cd "$(dirname "$0")"',
    `printf '\\033[H\\033[2J%s\\n' '${BEFORE}'`,
    'stty -a > before',
    ...Object.entries({ TZ: 'Asia/Shanghai', TERM: 'xterm-256color', ...env }).map(
      ([name, value]) => `export ${name}='${value}'`,
    ),
    `sh -c 'echo $$ > pid; exec "$@"' sh ${command.map((word) => `'${word}'`).join(' ')}`,
    'code=$?',
    'stty -a > after',
    'echo "$code" > code',
    'echo "ended $code"',
    'exec cat',
  ].join('\n');
}

type Tmux = (...args: readonly string[]) => Promise<string>;

function tmuxIn(place: string): Tmux {
  const env = cleanEnvironment({ SHELL: '/bin/sh', TERM: 'xterm-256color', TMUX_TMPDIR: place });
  delete env['TMUX'];
  return async (...args) => {
    const all = ['-u', '-L', 'chatd', '-f', '/dev/null', ...args];
    return (await promisify(execFile)('tmux', all, { env, encoding: 'utf8' })).stdout;
  };
}

interface Parts {
  readonly place: string;
  readonly run: Tmux;
  readonly reader: ChildProcess;
  readonly raw: Transcript;
}

function toConsole({ place, run, reader, raw }: Parts): TmuxConsole {
  const file = (name: string) => readFileSync(join(place, name), 'utf8');
  const screen = async () => withoutSpaces(await run('capture-pane', '-p'));
  const until: TmuxConsole['until'] = (what, timeoutMs = 10_000) =>
    untilScreen({ raw, screen, isEnough: predicateOf(what), timeoutMs });
  const console: TmuxConsole = {
    get pid() {
      return Number(file('pid'));
    },
    screen,
    until,
    keys: async (...names) => void (await run('send-keys', ...names)),
    type: async (text) => void (await run('send-keys', '-l', '--', text)),
    resize: async (columns, rows) => void (await run('resize-window', '-x', `${columns}`, '-y', `${rows}`)),
    async terminal() {
      const words = '#{alternate_on} #{cursor_flag} #{cursor_x} #{cursor_y}';
      const [alternate, cursor, column, row] = (await run('display-message', '-p', words)).trim().split(' ');
      return {
        isAlternate: alternate === '1',
        isCursorShown: cursor === '1',
        column: Number(column),
        row: Number(row),
      };
    },
    raw,
    async ended() {
      await until(/^ended \d+$/m);
      return { before: file('before'), after: file('after'), code: Number(file('code')) };
    },
    async dispose() {
      open.delete(console);
      await run('kill-server').catch(() => undefined);
      reader.kill();
      if (existsSync(place)) rmSync(place, { recursive: true, force: true, maxRetries: 3 });
    },
  };
  return console;
}

interface Wait {
  readonly raw: Transcript;
  readonly screen: () => Promise<string>;
  readonly isEnough: (screen: string) => boolean;
  readonly timeoutMs: number;
}

/** Looks whenever something was written; what was written while it looked makes it look once more. */
async function untilScreen({ raw, screen, isEnough, timeoutMs }: Wait): Promise<string> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const seen = raw.text.length;
    const shown = await screen();
    if (isEnough(shown)) return shown;
    const left = end - Date.now();
    await raw
      .until((text) => text.length > seen, Math.max(1, left))
      .catch(() => {
        throw new Error(`not on the screen within ${timeoutMs} ms; it shows:\n${shown}`);
      });
  }
}

function predicateOf(what: string | RegExp | ((screen: string) => boolean)): (screen: string) => boolean {
  if (typeof what === 'function') return what;
  return (screen) => (typeof what === 'string' ? screen.includes(what) : what.test(screen));
}

function withoutSpaces(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

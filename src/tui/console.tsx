import { WebSocket } from 'ws';
import {
  AdminError,
  createAdminSession,
  type AdminSession,
  type AdminStatus,
} from '../client/admin-session.ts';
import type { Language } from '../protocol/error-codes.ts';
import { visibleText } from '../protocol/visible-text.ts';
import { createConsoleRuntime, type ConsoleRuntime } from './console-runtime.ts';
import { newConsole } from './console-state.ts';
import { sizeOf, takeTerminal, type ConsoleEnd } from './terminal.ts';
import { showSnapshot } from './snapshot.ts';
import { themeOf, type ThemeName } from './theme.ts';

export interface ConsoleOptions {
  /** `ws://127.0.0.1:9000/admin`. */
  readonly url: string;
  /** Asked anew for each connect: an operator's token lives for a minute. */
  readonly token: () => string | Promise<string>;
  readonly language: Language;
  readonly isReadonly: boolean;
  readonly isAscii: boolean;
  /** One plain snapshot instead of a screen; `json`: as one JSON text. */
  readonly once: boolean;
  readonly json: boolean;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WritableStream;
  /** What the environment suggests if absent. */
  readonly theme?: ThemeName | undefined;
  /** For `Start it: …` where no server answers; undefined if it is another machine's. */
  readonly startCommand: string | undefined;
}

/** As the contract has them (cli/exit-codes.ts); the terminal's own: 128 and the signal. */
const EXIT = { ok: 0, failed: 1, usage: 2, noServer: 3, refused: 4 } as const;

/** Runs the console until it is left; gives the exit code. Whatever happens, the terminal is as it was before. */
export async function runConsole(options: ConsoleOptions): Promise<number> {
  const isPlain = options.once || options.json;
  if (!isPlain && !(options.stdin.isTTY && options.stdout.isTTY)) return sayNoTerminal(options);
  const listeners = new Set<(status: AdminStatus) => void>();
  let becameSo = Date.now();
  const session = openSession(options, (status) => {
    becameSo = Date.now();
    listeners.forEach((listener) => listener(status));
  });
  try {
    const ready = await session.connect();
    if (isPlain) {
      await showSnapshot(session, ready, { ...options, address: addressOf(options.url) });
      return EXIT.ok;
    }
    return await runOnTerminal(session, options, { listeners, since: () => becameSo });
  } catch (error) {
    return sayWhyNot(error, options);
  } finally {
    session.close();
  }
}

function openSession(options: ConsoleOptions, onStatus: (status: AdminStatus) => void): AdminSession {
  const { url, token, language } = options;
  return createAdminSession({
    url,
    token,
    language,
    onStatus,
    openSocket: (address, protocols) =>
      new WebSocket(address, [...protocols], {
        headers: { 'accept-language': language },
        handshakeTimeout: 10_000,
        maxPayload: 8 * 1024 * 1024,
        perMessageDeflate: false,
      }),
  });
}

interface Attached {
  readonly listeners: Set<(status: AdminStatus) => void>;
  /** When the session became what it is, by our clock: loading Ink takes a while, and the server's clock is told by it. */
  readonly since: () => number;
}

async function runOnTerminal(
  session: AdminSession,
  options: ConsoleOptions,
  { listeners, since }: Attached,
): Promise<number> {
  // Somebody's own: with it Ink looks for the tools of its developers, and says that they are not here.
  delete process.env['DEV'];
  const [{ render }, { App }, { createElement }] = await Promise.all([
    import('ink'),
    import('./app.tsx'),
    import('react'),
  ]);
  const { stdin, stdout } = options;
  const theme = themeOf(options.theme, process.env);
  return takeTerminal({ stdin, stdout }, (terminal) => {
    const runtime = startRuntime(session, options, terminal.end);
    listeners.add((status) => runtime.onStatus(status));
    runtime.onStatus(session.status, since());
    runtime.input([{ type: 'open', open: { do: 'open', view: 'connections', argument: {} } }], 'key');
    const screen = render(createElement(App, { runtime, theme }), {
      stdin,
      stdout,
      incrementalRendering: true,
      exitOnCtrlC: false,
      patchConsole: false,
      interactive: true,
      // The frame clock of the runtime keeps to ten; this must only not add to the wait.
      maxFps: 60,
    });
    screen.waitUntilExit().catch((error: unknown) => terminal.end({ error }));
    return { input: runtime.input, close: () => closeScreen(screen, runtime) };
  });
}

async function closeScreen(
  screen: { unmount(): void; waitUntilExit(): Promise<unknown> },
  runtime: ConsoleRuntime,
): Promise<void> {
  runtime.stop();
  screen.unmount();
  await screen.waitUntilExit().catch(() => undefined);
}

function startRuntime(
  session: AdminSession,
  options: ConsoleOptions,
  onEnd: (end: ConsoleEnd) => void,
): ConsoleRuntime {
  const { stdout, language, isReadonly, isAscii, url } = options;
  const address = addressOf(url);
  const terminal = sizeOf(stdout);
  const first = newConsole({ address, language, isReadonly, isAscii, terminal, now: Date.now() });
  return createConsoleRuntime({ session, first, write: (text) => stdout.write(text), onEnd });
}

function addressOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

function sayNoTerminal({ language, stderr }: ConsoleOptions): number {
  const text = {
    en: 'chatd console needs a terminal; --once prints one snapshot without it',
    zh: 'chatd console 需要终端; 没有终端时用 --once 输出一次快照',
  };
  stderr.write(`${text[language]}\n`);
  return EXIT.usage;
}

/** The first attach failed, or the console did: one line, and the exit code. */
function sayWhyNot(error: unknown, { url, language, startCommand, stderr }: ConsoleOptions): number {
  if (!(error instanceof AdminError)) {
    const text = visibleText(error instanceof Error ? error.message : String(error));
    stderr.write({ en: `the console failed: ${text}\n`, zh: `控制台出错: ${text}\n` }[language]);
    return EXIT.failed;
  }
  if (error.code === 'no_server' || error.code === 'timed_out') {
    const start = {
      en: startCommand === undefined ? '' : `. Start it: ${startCommand}`,
      zh: startCommand === undefined ? '' : `。启动它: ${startCommand}`,
    };
    const text = { en: `No chatd answers at ${url}${start.en}`, zh: `${url} 没有 chatd 应答${start.zh}` };
    stderr.write(`${text[language]}\n`);
    return EXIT.noServer;
  }
  stderr.write(`${url}: ${visibleText(error.message)}\n`);
  return EXIT.refused;
}

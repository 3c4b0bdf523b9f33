import type { ConsoleInput } from './console-state.ts';
import { createKeyParser } from './keys.ts';
import type { Size } from './view.ts';

export interface TerminalStreams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

export type ConsoleEnd = { readonly code: number } | { readonly error: unknown };

/** What runs on the terminal while we have it. */
export interface Screen {
  input(inputs: readonly ConsoleInput[], cause: 'key' | 'news'): void;
  /** Draws no more. */
  close(): Promise<void>;
}

/** How long a lone ESC is waited for: the rest of a sequence comes within it. */
const ESCAPE_MS = 30;
/** The alternate screen, bracketed paste. */
const TAKE = '\u001B[?1049h\u001B[?2004h\u001B[H';
/** Emptied first: tmux, once resized, would leave lines of it on the screen before. */
const GIVE_BACK = '\u001B[H\u001B[2J\u001B[?2004l\u001B[?1049l\u001B[?25h';

/** Ends by a signal count as the shell counts them. */
const SIGNALS = { SIGTERM: 143, SIGHUP: 129, SIGINT: 130 } as const;

/**
 * Takes the terminal, runs a screen on it, and gives it back as it was, however that ends: left, by a signal, or by an
 * error anywhere, which is thrown once the terminal is in order again.
 */
export async function takeTerminal(
  streams: TerminalStreams,
  start: (terminal: { end(how: ConsoleEnd): void }) => Screen,
): Promise<number> {
  const { stdin, stdout } = streams;
  const ended = Promise.withResolvers<ConsoleEnd>();
  const end = (how: ConsoleEnd) => ended.resolve(how);
  const release = [listenForEnds(stdout, end)];
  let screen: Screen | undefined;
  try {
    stdin.setRawMode(true);
    stdout.write(TAKE);
    screen = start({ end });
    release.push(listenForKeys(stdin, screen), listenForSizes(stdout, screen), startSeconds(screen));
    const how = await ended.promise;
    if ('error' in how) throw how.error;
    return how.code;
  } finally {
    await screen?.close();
    stdout.write(GIVE_BACK);
    giveBack(stdin);
    for (const stop of release.toReversed()) stop();
  }
}

function giveBack(stdin: NodeJS.ReadStream): void {
  stdin.pause();
  try {
    stdin.setRawMode(false);
  } catch {
    // The terminal itself has gone: nothing is left to put in order.
  }
  stdin.unref();
}

/** Signals, and errors nobody caught. */
function listenForEnds(stdout: NodeJS.WriteStream, end: (how: ConsoleEnd) => void): () => void {
  const onError = (error: unknown) => end({ error });
  const onGone = () => end({ code: SIGNALS.SIGHUP });
  const onSignals = Object.entries(SIGNALS).map(([name, code]) => [name, () => end({ code })] as const);
  for (const [name, listener] of onSignals) process.on(name, listener);
  process.on('uncaughtException', onError);
  process.on('unhandledRejection', onError);
  stdout.on('error', onGone);
  // Nobody ends the process but the cli, after us; if somebody does, the terminal is given back all the same.
  const onExit = () => stdout.write(GIVE_BACK);
  process.on('exit', onExit);
  return () => {
    process.off('exit', onExit);
    for (const [name, listener] of onSignals) process.off(name, listener);
    process.off('uncaughtException', onError);
    process.off('unhandledRejection', onError);
    stdout.off('error', onGone);
  };
}

function listenForKeys(stdin: NodeJS.ReadStream, screen: Screen): () => void {
  const parser = createKeyParser();
  let timer: NodeJS.Timeout | undefined;
  const pass = (keys: ReturnType<typeof parser.push>) => {
    if (keys.length > 0)
      screen.input(
        keys.map((key) => ({ type: 'key', key })),
        'key',
      );
  };
  const onData = (chunk: string | Buffer) => {
    clearTimeout(timer);
    pass(parser.push(String(chunk)));
    if (parser.isWaiting()) timer = setTimeout(() => pass(parser.flush()), ESCAPE_MS);
  };
  const onGone = () => screen.input([{ type: 'leave', code: SIGNALS.SIGHUP }], 'key');
  stdin.setEncoding('utf8');
  stdin.ref();
  stdin.on('data', onData);
  stdin.on('end', onGone);
  stdin.on('error', onGone);
  return () => {
    clearTimeout(timer);
    stdin.off('data', onData);
    stdin.off('end', onGone);
    stdin.off('error', onGone);
  };
}

function listenForSizes(stdout: NodeJS.WriteStream, screen: Screen): () => void {
  const onResize = () => {
    screen.input([{ type: 'resized', terminal: sizeOf(stdout) }], 'key');
  };
  stdout.on('resize', onResize);
  return () => stdout.off('resize', onResize);
}

/** A terminal that does not know its size is taken for one of 80x24. */
export function sizeOf({ columns, rows }: NodeJS.WriteStream): Size {
  return { columns: columns || 80, rows: rows || 24 };
}

function startSeconds(screen: Screen): () => void {
  const timer = setInterval(() => screen.input([{ type: 'second', now: Date.now() }], 'news'), 1000);
  return () => clearInterval(timer);
}

import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../../server/config/config.ts';
import { describeProblem } from '../../server/config/config-error.ts';
import { createLog, type ServerLog } from '../../server/observe/log.ts';
import { type LogOutput, openLogOutput } from '../../server/observe/log-output.ts';
import type { Server } from '../../server/server.ts';
import type { CommandContext } from '../command.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { packageVersion } from '../package-version.ts';
import { startBlock } from '../start-block.ts';
import { toStartError } from '../start-error.ts';

/** Past Drain.Timeout, for what comes after the drain: the database's own end. */
const GRACE_MS = 4000;

/** Runs the server until SIGTERM or SIGINT: the first drains and ends with 0, a second ends at once. */
export async function serve(context: CommandContext): Promise<void> {
  const { config, warnings } = await context.loadConfig();
  const output = openLogOutput();
  const log = createLog({ ...logSettings(config), name: config.name, write: output.write });
  for (const warning of warnings) log.warn('config_warning', { msg: describeProblem(warning, 'en') });
  // Loaded only now: a wrong configuration is told without waiting for a second of modules.
  const { createServer } = await import('../../server/server.ts');
  const server = createServer({
    config,
    log,
    version: packageVersion(),
    isTerminal: process.stdout.isTTY === true,
  });
  const ending = watchForEnd(output);
  try {
    const started = await Promise.race([server.start(), ending.then(giveUpStart)]);
    const readyInMs = Math.round(performance.now());
    const lines = startBlock(started, config, { language: context.language, readyInMs });
    for (const { event, text } of lines) log.say(event, text);
    await stop(server, await ending, { config, log });
  } catch (error) {
    throw toStartError(error);
  } finally {
    output.flush();
  }
}

type End = { readonly signal: NodeJS.Signals } | { readonly crash: unknown };

// The first reason to end. Everything after the first signal ends the process where it stands.
function watchForEnd(output: LogOutput): Promise<End> {
  let ending = false;
  return new Promise((resolve) => {
    const end = (reason: End) => {
      const again = ending && 'signal' in reason;
      ending = true;
      resolve(reason);
      if (!again) return;
      output.flush();
      endAtOnce(reason.signal);
    };
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => end({ signal }));
    process.on('uncaughtException', (error) => end({ crash: error }));
    process.on('unhandledRejection', (error) => end({ crash: error }));
  });
}

// process.exit would wait for the database's threads, and those for a disk that may be why somebody asks twice. What the
// signal does by itself waits for nobody.
function endAtOnce(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

// Nothing is being served yet, so nothing needs a drain.
function giveUpStart(end: End): never {
  if ('crash' in end) throw end.crash;
  throw new CommandError(exitCodeOf(end.signal), 'interrupted', { en: 'interrupted', zh: '已中断' });
}

async function stop(
  server: Server,
  end: End,
  { config, log }: { config: Config; log: ServerLog },
): Promise<void> {
  if ('crash' in end) log.error('crashed', { error: end.crash });
  else log.info('stopping', { signal: end.signal, msg: `${end.signal}: finishing what is under way` });
  const isDone = await doneWithin(server.stop(), config.drain.timeout + GRACE_MS);
  if ('crash' in end) {
    throw new CommandError(EXIT.refused, 'crashed', {
      en: 'crashed; the log says why',
      zh: '崩溃, 原因见日志',
    });
  }
  if (!isDone) {
    throw new CommandError(EXIT.refused, 'stop_timed_out', {
      en: 'did not stop in time',
      zh: '未能按时停止',
    });
  }
  log.info('stopped');
}

function doneWithin(work: Promise<void>, ms: number): Promise<boolean> {
  return Promise.race([work.then(() => true), delay(ms, false)]);
}

function logSettings({ log }: Config): {
  level: Config['log']['level'];
  format: 'json' | 'pretty';
  colour: boolean;
} {
  const { stdout } = process;
  const format = log.format === 'auto' ? (stdout.isTTY ? 'pretty' : 'json') : log.format;
  return { level: log.level, format, colour: stdout.isTTY === true && stdout.hasColors() };
}

function exitCodeOf(signal: NodeJS.Signals): typeof EXIT.interrupted | typeof EXIT.terminated {
  return signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
}

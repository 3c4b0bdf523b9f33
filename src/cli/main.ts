import process from 'node:process';
import type { Language } from '../protocol/error-codes.ts';
import { CommandError, EXIT, type ExitCode, toCommandError } from './exit-codes.ts';
import { chooseLanguage } from './language.ts';
import { packageVersion } from './package-version.ts';
import { createProgram, type Invocation } from './program.ts';
import { toStop } from './usage-error.ts';

/** Runs one command line and ends the process. The one place where what a command throws becomes an exit code. */
export async function main(argv: readonly string[]): Promise<never> {
  const language = chooseLanguage(argv, process.env);
  endQuietlyWhenNobodyReads();
  const exitCode = await runCommandLine(argv, language);
  await Promise.all([written(process.stdout), written(process.stderr)]);
  return process.exit(exitCode);
}

async function runCommandLine(argv: readonly string[], language: Language): Promise<number> {
  const invocation = await parse(argv, language);
  if (typeof invocation === 'number') return invocation;
  try {
    return (await run(invocation, language)) ?? EXIT.done;
  } catch (error) {
    return report(toCommandError(error), argv, language);
  }
}

// The command that was asked for, or the exit code where help, version or a usage error is all there is.
async function parse(argv: readonly string[], language: Language): Promise<Invocation | ExitCode> {
  let found: Invocation | undefined;
  const onCommand = (invocation: Invocation) => {
    found = invocation;
  };
  try {
    await createProgram({ language, version: packageVersion(), onCommand }).parseAsync(argv, {
      from: 'user',
    });
    return found ?? EXIT.usage;
  } catch (error) {
    const stop = toStop(error);
    if (stop === undefined) return EXIT.done;
    return stop === 'shown' ? EXIT.usage : report(stop, argv, language);
  }
}

async function run({ spec, args, options, globals }: Invocation, language: Language): Promise<void | number> {
  const interruption = new AbortController();
  const { createContext } = await import('./create-context.ts');
  const context = await createContext({ options: globals, language, signal: interruption.signal });
  const command = await spec.load();
  const work = command(context, args, options);
  return spec.ownsSignals ? work : Promise.race([work, untilInterrupted(interruption)]);
}

// Rejects at the first SIGINT or SIGTERM, and at an error that escaped every promise.
function untilInterrupted(interruption: AbortController): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (error: unknown) => {
      interruption.abort(error);
      reject(error);
    };
    process.once('SIGINT', () => stop(new CommandError(EXIT.interrupted, 'interrupted', INTERRUPTED)));
    process.once('SIGTERM', () => stop(new CommandError(EXIT.terminated, 'interrupted', INTERRUPTED)));
    process.once('uncaughtException', stop);
    process.once('unhandledRejection', stop);
  });
}

const INTERRUPTED = { en: 'interrupted', zh: '已中断' };

async function report(error: CommandError, argv: readonly string[], language: Language): Promise<ExitCode> {
  const { createPrint } = await import('./print.ts');
  const options = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : argv.length);
  const json = options.includes('--json');
  createPrint({ language, json, quiet: false, stdout: process.stdout, stderr: process.stderr }).error(error);
  return error.exitCode;
}

// `chatd user list | head -1`: the reader has what it wanted. Without a reader of stderr nobody is left to tell.
function endQuietlyWhenNobodyReads(): void {
  process.stdout.on('error', () => process.exit(EXIT.done));
  process.stderr.on('error', () => undefined);
}

// A pipe that is full takes the rest later, and the end of the process would lose it.
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}

import type { Language } from '../protocol/error-codes.ts';
import type { LoadedConfig } from '../server/config/load-config.ts';
import type { Bilingual } from './exit-codes.ts';
import type { Print } from './print.ts';

/**
 * What a command is. `command-table.ts` lists them all; a module `commands/<noun or verb>.ts` exports one Command for
 * each of its verbs, and is imported when that command runs and not before.
 */

/**
 * Does the command's work and resolves, with an exit code if it is not 0; whatever keeps it from that is thrown (CommandError, ChatError, ConfigError)
 * and becomes one line on stderr and the exit code. Never calls process.exit, never writes to stdout but by `print`.
 * `args` are the positional arguments, a list's flattened into them.
 */
export type Command = (
  context: CommandContext,
  args: readonly string[],
  options: Options,
) => Promise<void | number>;

/** The command's own options by camelCase name: `--password-file X` is `passwordFile: 'X'`, a flag is `true`. */
export type Options = Readonly<Record<string, string | boolean | undefined>>;

/** What every command gets, with the options that are the same everywhere. */
export interface CommandContext {
  readonly language: Language;
  readonly print: Print;
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: NodeJS.ReadStream;
  /** Aborted by SIGINT and SIGTERM; the process then ends with 130 or 143, whether or not the command listens. */
  readonly signal: AbortSignal;
  /** `--url`: another machine's server. */
  readonly url: string | undefined;
  /** `--timeout`, ms: how long to wait for the server's answer. Past it: CommandError with EXIT.timedOut. */
  readonly timeoutMs: number;
  readonly json: boolean;
  /** `-y`: what is dangerous is not asked about. */
  readonly yes: boolean;
  /** The configuration by `-f`, ./etc/backend.yaml or defaults. Rejects with ConfigError (exit 78). */
  loadConfig(): Promise<LoadedConfig>;
}

export interface CommandSpec {
  /** `send`, `user add`. */
  readonly path: string;
  /** In commander's form: `<name>`, `[users...]`. */
  readonly args?: readonly ArgumentSpec[];
  readonly options?: readonly OptionSpec[];
  readonly summary: Bilingual;
  /** Shown at the head of its --help. */
  readonly examples: readonly [string, string];
  /** It ends itself at SIGINT and SIGTERM (`serve` drains, `console` gives the terminal back). */
  readonly ownsSignals?: true;
  readonly load: () => Promise<Command>;
}

export interface ArgumentSpec {
  readonly form: string;
  readonly text: Bilingual;
}

export interface OptionSpec {
  /** In commander's form: `--to <user>`. */
  readonly flags: string;
  readonly text: Bilingual;
  readonly choices?: readonly string[];
  readonly default?: string;
}

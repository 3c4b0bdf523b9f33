import { ChatError, type ErrorCode, type Language } from '../protocol/error-codes.ts';
import { ConfigError, describeProblem } from '../server/config/config-error.ts';
import { fileErrorText } from './file-error.ts';

/** What a command ends with. 130 and 143 are what a shell reports for SIGINT and SIGTERM. */
export const EXIT = {
  done: 0,
  refused: 1,
  usage: 2,
  noServer: 3,
  notAllowed: 4,
  timedOut: 5,
  config: 78,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** One text in both languages. */
export type Bilingual = Readonly<Record<Language, string>>;

/** Ends a command: thrown anywhere in it, turned into one line on stderr and an exit code by `main`. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;
  /** For programs (`--json`): `no_server`, `usage`, or a code of the error table. English. */
  readonly code: string;
  readonly text: Bilingual;

  constructor(exitCode: ExitCode, code: string, text: Bilingual) {
    super(text.en);
    this.name = 'CommandError';
    this.exitCode = exitCode;
    this.code = code;
    this.text = text;
  }
}

/** `error` as what the command ends with. Whatever nobody foresaw is `internal`, exit 1, with its message. */
export function toCommandError(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  if (error instanceof ConfigError) return new CommandError(EXIT.config, 'config', configText(error));
  if (error instanceof ChatError) {
    return new CommandError(exitCodeOf(error), error.code, {
      zh: error.textIn('zh'),
      en: error.textIn('en'),
    });
  }
  const fileText = fileErrorText(error);
  if (fileText !== undefined) return new CommandError(EXIT.refused, 'file', fileText);
  const text = error instanceof Error ? error.message : String(error);
  return new CommandError(EXIT.refused, 'internal', { zh: text, en: text });
}

function exitCodeOf({ code, detail }: ChatError): ExitCode {
  if (NOT_ALLOWED.has(code)) return EXIT.notAllowed;
  // A setting that passed the file's checks and not its user's: settings are the fields with a capital (`MySQL.DSN`).
  return code === 'invalid_field' && /^[A-Z]/.test(detail.field ?? '') ? EXIT.config : EXIT.refused;
}

const NOT_ALLOWED: ReadonlySet<ErrorCode> = new Set(['unauthorized', 'token_expired', 'permission_denied']);

// What keeps a command from starting is one line, whatever else is wrong with the file.
function configText({ problems }: ConfigError): Bilingual {
  const more = problems.length - 1;
  const first = (language: Language) => problems[0] && describeProblem(problems[0], language);
  return {
    en: `${first('en')}${more > 0 ? ` (and ${more} more: chatd config check)` : ''}`,
    zh: `${first('zh')}${more > 0 ? `(另有 ${more} 处: chatd config check)` : ''}`,
  };
}

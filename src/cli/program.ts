import { Argument, Command as Commander, type Help, Option } from 'commander';
import type { Language } from '../protocol/error-codes.ts';
import type { ArgumentSpec, CommandSpec, Options, OptionSpec } from './command.ts';
import { COMMANDS, NOUNS } from './command-table.ts';
import type { Bilingual } from './exit-codes.ts';

/** One parsed command line, not yet run. */
export interface Invocation {
  readonly spec: CommandSpec;
  readonly args: readonly string[];
  /** The command's own options. */
  readonly options: Options;
  /** Those every command has. */
  readonly globals: Options;
}

export interface ProgramOptions {
  readonly language: Language;
  readonly version: string;
  /** Called with the command the line names. */
  readonly onCommand: (invocation: Invocation) => void;
}

const TEXTS = {
  about: { en: 'a chat server to operate from a terminal', zh: '可在终端里运维的聊天服务器' },
  help: { en: 'show this help', zh: '显示帮助' },
  helpCommand: { en: 'show the help of a command', zh: '显示某个命令的帮助' },
  version: { en: 'show the version', zh: '显示版本' },
} as const satisfies Record<string, Bilingual>;

const TITLES: Readonly<Record<string, string>> = {
  'Usage:': '用法:',
  'Arguments:': '参数:',
  'Options:': '选项:',
  'Global Options:': '通用选项:',
  'Commands:': '命令:',
};

const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  {
    flags: '-f, --config <file>',
    text: {
      en: 'configuration (default: ./etc/backend.yaml if there is one)',
      zh: '配置文件(默认 ./etc/backend.yaml)',
    },
  },
  {
    flags: '--url <url>',
    text: {
      en: "another machine's server, with chatd login or CHATD_TOKEN",
      zh: '其他机器上的服务器, 需 chatd login 或 CHATD_TOKEN',
    },
  },
  { flags: '--json', text: { en: 'one JSON object a line', zh: '每行输出一个 JSON 对象' } },
  {
    flags: '--timeout <duration>',
    text: { en: 'wait this long for an answer', zh: '等待应答的时间' },
    default: '10s',
  },
  { flags: '--lang <language>', text: { en: 'zh or en', zh: 'zh 或 en' } },
  { flags: '-q, --quiet', text: { en: 'no remarks', zh: '不输出提示' } },
  { flags: '-y, --yes', text: { en: 'do not ask before what is dangerous', zh: '危险操作不再询问' } },
];

const PROGRAM_EXAMPLES = ['chatd serve -f etc/backend.yaml', 'chatd console'];

/** The command line: names, options and help in `language`. No command's code is loaded. Usage errors throw CommanderError. */
export function createProgram({ language, version, onCommand }: ProgramOptions): Commander {
  const program = new Commander('chatd')
    .description(TEXTS.about[language])
    .version(version, '-V, --version', TEXTS.version[language])
    .helpOption('-h, --help', TEXTS.help[language])
    .helpCommand('help [command]', TEXTS.helpCommand[language])
    .configureHelp(helpStyle(language))
    // Usage errors are written by `main`, like all others.
    .configureOutput({ outputError: () => undefined })
    .exitOverride()
    .addHelpText('before', toExamples(PROGRAM_EXAMPLES, language));
  for (const option of GLOBAL_OPTIONS) program.addOption(toOption(option, language));
  for (const spec of COMMANDS) addCommand(program, spec, { language, version, onCommand });
  return program;
}

function addCommand(program: Commander, spec: CommandSpec, { language, onCommand }: ProgramOptions): void {
  const words = spec.path.split(' ');
  const verb = words.at(-1) ?? spec.path;
  const parent = words.length > 1 ? nounOf(program, words[0] ?? '', language) : program;
  const command = parent
    .command(verb)
    .description(spec.summary[language])
    .addHelpText('before', toExamples(spec.examples, language));
  for (const argument of spec.args ?? []) command.addArgument(toArgument(argument, language));
  for (const option of spec.options ?? []) command.addOption(toOption(option, language));
  command.action(() =>
    onCommand({ spec, args: command.args, options: command.opts(), globals: program.opts() }),
  );
}

function nounOf(program: Commander, noun: string, language: Language): Commander {
  const known = program.commands.find((command) => command.name() === noun);
  if (known) return known;
  const verbs = COMMANDS.filter((spec) => spec.path.startsWith(`${noun} `));
  const examples = verbs.length === 1 ? verbs.flatMap((spec) => spec.examples) : verbs.map(firstExample);
  return program
    .command(noun)
    .description(NOUNS[noun]?.[language] ?? noun)
    .addHelpText('before', toExamples(examples.slice(0, 2), language));
}

function firstExample({ examples }: CommandSpec): string {
  return examples[0];
}

function toArgument({ form, text }: ArgumentSpec, language: Language): Argument {
  return new Argument(form, text[language]);
}

function toOption({ flags, text, choices, default: preset }: OptionSpec, language: Language): Option {
  const option = new Option(flags, text[language]);
  if (choices) option.choices(choices);
  if (preset !== undefined) option.default(preset, preset);
  return option;
}

function toExamples(examples: readonly string[], language: Language): string {
  const title = language === 'zh' ? '示例:' : 'Examples:';
  return `${title}\n${examples.map((example) => `  $ ${example}`).join('\n')}\n`;
}

function helpStyle(language: Language): Partial<Help> {
  if (language === 'en') return { showGlobalOptions: true };
  return {
    showGlobalOptions: true,
    styleTitle: (title) => TITLES[title] ?? title,
    optionDescription: (option) => describeOption(option),
  };
}

// Commander writes "(choices: …, default: …)" in English only.
function describeOption(option: Option): string {
  const choices = option.argChoices ? `可选: ${option.argChoices.join(', ')}` : '';
  const preset = option.defaultValueDescription ? `默认: ${option.defaultValueDescription}` : '';
  const extra = [choices, preset].filter(Boolean).join('; ');
  return extra ? `${option.description} (${extra})` : option.description;
}

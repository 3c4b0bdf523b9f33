import type { Language } from '../../protocol/error-codes.ts';

/** What is wrong, or only odd, in the configuration: where, which setting, and a text in both languages. */
export interface ConfigProblem {
  /** `etc/backend.yaml:12:9`, or the environment variable's name; empty where neither applies. */
  readonly where: string;
  /** The setting as its path is written (`WS.Port`); empty for what concerns the file as a whole. */
  readonly key: string;
  readonly text: Readonly<Record<Language, string>>;
}

/** The configuration cannot be used: exit code 78. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map((problem) => describeProblem(problem, 'en')).join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** `file:line:column: Key: text`, on one line. */
export function describeProblem({ where, key, text }: ConfigProblem, language: Language): string {
  return [where, key, text[language]].filter((part) => part !== '').join(': ');
}

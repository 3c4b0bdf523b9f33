import type { Language } from '../protocol/error-codes.ts';

/** The language people are spoken to in: `--lang`, else CHATD_LANG, LC_ALL, LANG; `zh…` is Chinese, all else English. */
export function chooseLanguage(argv: readonly string[], env: NodeJS.ProcessEnv): Language {
  const wanted = langOption(argv) || env['CHATD_LANG'] || env['LC_ALL'] || env['LANG'] || '';
  return wanted.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

// Read before commander is set up, since its own texts depend on it.
function langOption(argv: readonly string[]): string | undefined {
  const end = argv.indexOf('--');
  const options = end === -1 ? argv : argv.slice(0, end);
  const at = options.findLastIndex((word) => word === '--lang' || word.startsWith('--lang='));
  const word = options[at];
  return word === '--lang' ? options[at + 1] : word?.slice('--lang='.length);
}

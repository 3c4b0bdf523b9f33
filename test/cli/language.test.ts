import { expect, test } from 'vitest';
import { chooseLanguage } from '../../src/cli/language.ts';

test.each<readonly [string[], NodeJS.ProcessEnv, 'zh' | 'en']>([
  [[], {}, 'en'],
  [[], { LANG: 'zh_CN.UTF-8' }, 'zh'],
  [[], { LANG: 'C.UTF-8' }, 'en'],
  [[], { LANG: 'zh_CN.UTF-8', LC_ALL: 'en_US' }, 'en'],
  [[], { LANG: 'en_US', LC_ALL: '', CHATD_LANG: 'zh' }, 'zh'],
  [['--lang', 'zh'], { CHATD_LANG: 'en' }, 'zh'],
  [['--lang=en', 'send'], { LANG: 'zh_TW' }, 'en'],
  [['--lang=en', '--lang', 'ZH-hans'], {}, 'zh'],
  [['send', '--', '--lang', 'zh'], {}, 'en'],
  [['--lang'], { LANG: 'zh_CN' }, 'zh'],
])('%j %j: %s', (argv, env, language) => {
  expect(chooseLanguage(argv, env)).toBe(language);
});

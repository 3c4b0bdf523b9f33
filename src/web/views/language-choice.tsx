import type { Language } from '../../protocol/error-codes.ts';
import { Choice } from './choice.tsx';
import { usePage } from './page-context.ts';

/** Each language under its own name: who does not read the present one has to find his. */
export function LanguageChoice({ language }: { readonly language: Language }) {
  const { text, actions } = usePage();
  return (
    <Choice
      label={text.language}
      value={language}
      options={[
        ['zh', '中文'],
        ['en', 'English'],
      ]}
      onChoose={(chosen) => actions.changeSettings({ language: chosen })}
    />
  );
}

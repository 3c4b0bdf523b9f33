import type { ComponentChildren } from 'preact';
import type { State } from '../model/state.ts';
import { Choice } from './choice.tsx';
import { DialogFrame } from './dialog-frame.tsx';
import { LanguageChoice } from './language-choice.tsx';
import { usePage } from './page-context.ts';

/** How the page looks and speaks, one's account, and what the keyboard can do. */
export function SettingsDialog({ settings, me }: Pick<State, 'settings' | 'me'>) {
  const { text, actions } = usePage();
  return (
    <DialogFrame title={text.settings}>
      <div class="dialog-form">
        <Setting title={text.language}>
          <LanguageChoice language={settings.language} />
        </Setting>
        <Setting title={text.theme}>
          <Choice
            label={text.theme}
            value={settings.theme}
            options={[
              ['system', text.themeSystem],
              ['light', text.themeLight],
              ['dark', text.themeDark],
            ]}
            onChoose={(theme) => actions.changeSettings({ theme })}
          />
        </Setting>
        <label class="setting">
          <span>{text.notify}</span>
          <input
            type="checkbox"
            checked={settings.notify}
            onChange={(event) => actions.changeSettings({ notify: event.currentTarget.checked })}
          />
        </label>
        <Shortcuts />
        <footer>
          <span class="soft">{me !== undefined && `${me.name} · ${me.id}`}</span>
          <button type="button" class="small" onClick={() => actions.openDialog('password')}>
            {text.changePassword}
          </button>
          <button type="button" class="small danger" onClick={() => actions.signOut()}>
            {text.signOut}
          </button>
        </footer>
      </div>
    </DialogFrame>
  );
}

function Setting({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <div class="setting">
      <span aria-hidden="true">{title}</span>
      {children}
    </div>
  );
}

function Shortcuts() {
  const { text } = usePage();
  const rows = [
    [text.keySend, 'Enter'],
    [text.keyNewLine, 'Shift Enter'],
    [text.keyFind, 'Ctrl K'],
    [text.keyChats, 'Alt ↑ · Alt ↓'],
    [text.keyMessages, 'Shift Tab · ↑ ↓'],
    [text.keyMenu, 'Enter'],
    [text.keyClose, 'Esc'],
  ] as const;
  return (
    <details class="shortcuts">
      <summary>{text.shortcuts}</summary>
      <dl>
        {rows.map(([what, keys]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>{keys.split(' ').map((key, index) => (key === '·' ? ' ' : <kbd key={index}>{key}</kbd>))}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { State } from '../model/state.ts';
import { LanguageChoice } from './language-choice.tsx';
import { Logo } from './logo.tsx';
import { usePage } from './page-context.ts';

/** The first thing a newcomer sees: says where he is, and lets him in. */
export function SignIn({ state }: { readonly state: State }) {
  const { text, actions } = usePage();
  const { mode } = state.signIn;
  const canRegister = state.server?.canRegister ?? false;
  const isRegister = mode === 'register';
  return (
    <main class="sign-in">
      <div class="sign-in-card">
        <header>
          <Logo size={52} />
          <p class="server-name">{state.server?.name ?? 'chatd'}</p>
          <h1>{isRegister ? text.registerTitle : text.signInTitle}</h1>
          <p class="soft">{isRegister ? text.registerIntro : text.signInIntro}</p>
        </header>
        <SignInForm key={mode} signIn={state.signIn} />
        {canRegister ? (
          <p class="soft">
            {isRegister ? text.haveAccount : text.noAccount}{' '}
            <button
              type="button"
              class="link"
              onClick={() => actions.chooseMode(isRegister ? 'login' : 'register')}
            >
              {isRegister ? text.signIn : text.register}
            </button>
          </p>
        ) : (
          state.server !== undefined && <p class="soft">{text.registrationClosed}</p>
        )}
      </div>
      <LanguageChoice language={state.settings.language} />
    </main>
  );
}

function SignInForm({ signIn }: { readonly signIn: State['signIn'] }) {
  const { text, actions } = usePage();
  const [name, setName] = useState(signIn.name);
  const [password, setPassword] = useState('');
  const form = useRef<HTMLFormElement>(null);
  // Where there is something to fill in; on a phone the keyboard would cover the page before anybody has read it.
  useLayoutEffect(() => {
    if (!matchMedia('(hover: hover)').matches) return;
    form.current
      ?.querySelector<HTMLInputElement>(name === '' ? '[name=username]' : '[type=password]')
      ?.focus();
  }, []);
  const submit = (event: Event) => {
    event.preventDefault();
    if (!signIn.isBusy) actions.signIn(name.trim(), password);
  };
  return (
    <form ref={form} onSubmit={submit} aria-busy={signIn.isBusy}>
      <label class="field">
        <span>{text.name}</span>
        <input
          name="username"
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          required
          maxLength={64}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <PasswordField
        label={text.password}
        value={password}
        isNew={signIn.mode === 'register'}
        onInput={setPassword}
      />
      {signIn.error !== undefined && (
        <p class="error" role="alert">
          {signIn.error}
        </p>
      )}
      <button type="submit" class="primary wide" disabled={signIn.isBusy}>
        {submitLabel(signIn, text)}
      </button>
    </form>
  );
}

function submitLabel(signIn: State['signIn'], text: ReturnType<typeof usePage>['text']): string {
  if (signIn.isBusy) return text.signingIn;
  return signIn.mode === 'register' ? text.register : text.signIn;
}

const SHOWN = { type: 'text' } as const;
const HIDDEN = { type: 'password' } as const;

interface PasswordFieldProps {
  readonly label: string;
  readonly value: string;
  readonly isNew: boolean;
  onInput(value: string): void;
}

/** A password, which can be looked at while it is typed. */
export function PasswordField({ label, value, isNew, onInput }: PasswordFieldProps) {
  const { text } = usePage();
  const [isShown, setShown] = useState(false);
  return (
    <div class="field">
      <label>
        <span>{label}</span>
        <input
          {...(isShown ? SHOWN : HIDDEN)}
          name={isNew ? 'new-password' : 'password'}
          autocomplete={isNew ? 'new-password' : 'current-password'}
          required
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      </label>
      <button type="button" class="link show" aria-pressed={isShown} onClick={() => setShown(!isShown)}>
        {isShown ? text.hidePassword : text.showPassword}
      </button>
    </div>
  );
}

import { useState } from 'preact/hooks';
import type { Dialog } from '../model/state.ts';
import { DialogFrame } from './dialog-frame.tsx';
import { usePage } from './page-context.ts';
import { PasswordField } from './sign-in.tsx';

interface PasswordDialogProps {
  readonly dialog: Extract<Dialog, { kind: 'password' }>;
  readonly name: string;
}

export function PasswordDialog({ dialog, name }: PasswordDialogProps) {
  const { text, actions } = usePage();
  const [before, setBefore] = useState('');
  const [after, setAfter] = useState('');
  return (
    <DialogFrame title={text.changePassword}>
      <form
        class="dialog-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!dialog.isBusy) actions.changePassword(before, after);
        }}
      >
        {/* For password keepers, which want to know whose it is. */}
        <input class="sr" tabIndex={-1} aria-hidden="true" readOnly autocomplete="username" value={name} />
        <PasswordField label={text.oldPassword} value={before} isNew={false} onInput={setBefore} />
        <PasswordField label={text.newPassword} value={after} isNew onInput={setAfter} />
        {dialog.error !== undefined && (
          <p class="error" role="alert">
            {dialog.error}
          </p>
        )}
        <footer>
          <button type="submit" class="primary" disabled={dialog.isBusy}>
            {text.change}
          </button>
        </footer>
      </form>
    </DialogFrame>
  );
}

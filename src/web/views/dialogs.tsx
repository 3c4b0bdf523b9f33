import type { Dialog, State } from '../model/state.ts';
import { ImageDialog } from './image-dialog.tsx';
import { MembersDialog } from './members-dialog.tsx';
import { NewChatDialog } from './new-chat-dialog.tsx';
import { NewGroupDialog } from './new-group-dialog.tsx';
import { PasswordDialog } from './password-dialog.tsx';
import { ReadersDialog } from './readers-dialog.tsx';
import { SettingsDialog } from './settings-dialog.tsx';

/** The dialog that is open, if one is. */
export function Dialogs({ dialog, state }: { readonly dialog: Dialog; readonly state: State }) {
  switch (dialog.kind) {
    case 'new_chat':
      return <NewChatDialog key={dialog.kind} dialog={dialog} />;
    case 'new_group':
      return <NewGroupDialog key={dialog.kind} dialog={dialog} />;
    case 'members':
      return <MembersDialog key={dialog.kind} dialog={dialog} />;
    case 'readers':
      return <ReadersDialog key={dialog.kind} dialog={dialog} />;
    case 'image':
      return <ImageDialog key={dialog.kind} url={dialog.url} />;
    case 'settings':
      return <SettingsDialog key={dialog.kind} settings={state.settings} me={state.me} />;
    case 'password':
      return <PasswordDialog key={dialog.kind} dialog={dialog} name={state.me?.name ?? ''} />;
  }
}

import type { Dialog } from '../model/state.ts';
import { DialogFrame } from './dialog-frame.tsx';
import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';
import { PeopleSearchField, PersonLine } from './people-search.tsx';

/** Finds somebody to talk to. */
export function NewChatDialog({ dialog }: { readonly dialog: Extract<Dialog, { kind: 'new_chat' }> }) {
  const { text, actions, myId } = usePage();
  return (
    <DialogFrame title={text.newChat}>
      <button type="button" class="person" onClick={() => actions.openDialog('new_group')}>
        <span class="avatar avatar-m avatar-lobby" aria-hidden="true">
          <Icon name="people" size={18} />
        </span>
        <span class="person-name">{text.newGroup}</span>
      </button>
      <PeopleSearchField
        search={dialog.search}
        row={(person) =>
          person.id === myId ? null : (
            <button type="button" class="person" onClick={() => actions.openPrivateChat(person)}>
              <PersonLine person={person} />
            </button>
          )
        }
      />
    </DialogFrame>
  );
}

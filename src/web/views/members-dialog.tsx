import { useState } from 'preact/hooks';
import type { Dialog, Member, Person } from '../model/state.ts';
import { DialogFrame } from './dialog-frame.tsx';
import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';
import { PeopleSearchField, PersonLine } from './people-search.tsx';

type MembersDialogState = Extract<Dialog, { kind: 'members' }>;

/** Who is in a group; adding and removing for who may; and the way out of it. */
export function MembersDialog({ dialog }: { readonly dialog: MembersDialogState }) {
  const { text } = usePage();
  const [isAdding, setAdding] = useState(false);
  const count = dialog.members?.length;
  return (
    <DialogFrame title={count === undefined ? text.members : text.memberCount(count)}>
      {dialog.error !== undefined && (
        <p class="error" role="alert">
          {dialog.error}
        </p>
      )}
      {dialog.canAdd && (
        <button type="button" class="person" aria-expanded={isAdding} onClick={() => setAdding(!isAdding)}>
          <span class="avatar avatar-m avatar-lobby" aria-hidden="true">
            <Icon name={isAdding ? 'minus' : 'plus'} size={18} />
          </span>
          <span class="person-name">{text.addMember}</span>
        </button>
      )}
      {isAdding ? <AddMembers dialog={dialog} /> : <MemberRows dialog={dialog} />}
      <Leave isBusy={dialog.isBusy} />
    </DialogFrame>
  );
}

function MemberRows({ dialog }: { readonly dialog: MembersDialogState }) {
  const { text } = usePage();
  return (
    <ul class="people" aria-label={text.members} aria-busy={dialog.members === undefined}>
      {dialog.members === undefined && <li class="nothing">{text.loading}</li>}
      {dialog.members?.map((member) => (
        <MemberRow key={member.person.id} member={member} isBusy={dialog.isBusy} />
      ))}
    </ul>
  );
}

function MemberRow({ member, isBusy }: { readonly member: Member; readonly isBusy: boolean }) {
  const { text, actions, myId } = usePage();
  const { person, canRemove } = member;
  const isMe = person.id === myId;
  return (
    <li class="person-row">
      {isMe ? (
        <span class="person">
          <PersonLine person={person} note={text.you} />
        </span>
      ) : (
        <button
          type="button"
          class="person"
          title={text.talkTo(person.name)}
          onClick={() => actions.openPrivateChat(person)}
        >
          <PersonLine person={person} />
        </button>
      )}
      {canRemove && !isMe && (
        <button
          type="button"
          class="small"
          disabled={isBusy}
          aria-label={text.removePerson(person.name)}
          onClick={() => actions.removeMember(person)}
        >
          {text.remove}
        </button>
      )}
    </li>
  );
}

function AddMembers({ dialog }: { readonly dialog: MembersDialogState }) {
  const { text, actions } = usePage();
  const members = new Set(dialog.members?.map(({ person }) => person.id));
  const add = (person: Person) => (
    <button
      type="button"
      class="small"
      disabled={dialog.isBusy}
      aria-label={text.addPerson(person.name)}
      onClick={() => actions.addMember(person)}
    >
      {text.add}
    </button>
  );
  return (
    <PeopleSearchField
      search={dialog.search}
      row={(person) => (
        <div class="person-row">
          <span class="person">
            <PersonLine person={person} />
          </span>
          {members.has(person.id) ? <span class="soft">✓</span> : add(person)}
        </div>
      )}
    />
  );
}

/** Asks once more: what is said afterwards is lost to who leaves. */
function Leave({ isBusy }: { readonly isBusy: boolean }) {
  const { text, actions } = usePage();
  const [isAsking, setAsking] = useState(false);
  if (!isAsking) {
    return (
      <footer>
        <button type="button" class="link danger" onClick={() => setAsking(true)}>
          {text.leaveGroup}
        </button>
      </footer>
    );
  }
  return (
    <footer>
      <span role="alert">{text.leaveGroupSure}</span>
      <button type="button" class="small" onClick={() => setAsking(false)}>
        {text.cancel}
      </button>
      <button type="button" class="small danger-solid" disabled={isBusy} onClick={() => actions.leaveGroup()}>
        {text.leaveGroup}
      </button>
    </footer>
  );
}

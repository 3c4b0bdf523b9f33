import { useState } from 'preact/hooks';
import type { Dialog, Person } from '../model/state.ts';
import { DialogFrame } from './dialog-frame.tsx';
import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';
import { PeopleSearchField, PersonLine } from './people-search.tsx';

/** A name and the people of a new group. */
export function NewGroupDialog({ dialog }: { readonly dialog: Extract<Dialog, { kind: 'new_group' }> }) {
  const { text, actions, myId } = usePage();
  const [name, setName] = useState('');
  const isReady = name.trim() !== '' && !dialog.isBusy;
  return (
    <DialogFrame title={text.newGroup}>
      <form
        class="dialog-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) actions.createGroup(name.trim());
        }}
      >
        <label class="field">
          <span>{text.groupName}</span>
          <input
            autofocus
            maxLength={64}
            placeholder={text.groupNameHint}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <Chosen people={dialog.chosen} />
        <PeopleSearchField
          search={dialog.search}
          row={(person) => person.id !== myId && <Choosable person={person} chosen={dialog.chosen} />}
        />
        {dialog.error !== undefined && (
          <p class="error" role="alert">
            {dialog.error}
          </p>
        )}
        <footer>
          <span class="soft" aria-live="polite">
            {dialog.chosen.length > 0 && text.chosen(dialog.chosen.length)}
          </span>
          <button type="submit" class="primary" disabled={!isReady}>
            {dialog.isBusy ? text.creating : text.create}
          </button>
        </footer>
      </form>
    </DialogFrame>
  );
}

function Choosable({ person, chosen }: { readonly person: Person; readonly chosen: readonly Person[] }) {
  const { actions } = usePage();
  const isChosen = chosen.some(({ id }) => id === person.id);
  return (
    <label class="person">
      <PersonLine person={person} />
      <input
        type="checkbox"
        checked={isChosen}
        onChange={() => (isChosen ? actions.unchoose(person) : actions.choose(person))}
      />
    </label>
  );
}

function Chosen({ people }: { readonly people: readonly Person[] }) {
  const { text, actions } = usePage();
  if (people.length === 0) return null;
  return (
    <ul class="chosen">
      {people.map((person) => (
        <li key={person.id}>
          <button
            type="button"
            aria-label={text.unchoose(person.name)}
            onClick={() => actions.unchoose(person)}
          >
            {person.name}
            <Icon name="close" size={14} />
          </button>
        </li>
      ))}
    </ul>
  );
}

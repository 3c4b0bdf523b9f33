import type { ComponentChildren } from 'preact';
import type { PeopleSearch, Person } from '../model/state.ts';
import { Avatar } from './avatar.tsx';
import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';

interface PeopleSearchFieldProps {
  readonly search: PeopleSearch;
  /** What stands on the right of a person. */
  row(person: Person): ComponentChildren;
}

/** Finds people by name. */
export function PeopleSearchField({ search, row }: PeopleSearchFieldProps) {
  const { text, actions } = usePage();
  return (
    <>
      <div class="search-field">
        <Icon name="search" size={16} />
        <input
          type="search"
          autofocus
          aria-label={text.searchPeople}
          placeholder={text.searchPeople}
          value={search.query}
          onInput={(event) => actions.search(event.currentTarget.value)}
        />
      </div>
      <div
        class="people"
        role="group"
        aria-label={text.searchPeople}
        aria-live="polite"
        aria-busy={search.found === undefined}
      >
        {search.found === undefined && search.query !== '' && <p class="nothing">{text.loading}</p>}
        {search.found?.length === 0 && (
          <p class="nothing">{search.query === '' ? text.searchHint : text.nothingFound}</p>
        )}
        {search.found?.map((person) => (
          <div key={person.id}>{row(person)}</div>
        ))}
      </div>
    </>
  );
}

/** A person's square and name. */
export function PersonLine({ person, note = '' }: { readonly person: Person; readonly note?: string }) {
  return (
    <>
      <Avatar id={person.id} name={person.name} />
      <span class="person-name" dir="auto">
        {person.name}
        {note !== '' && <span class="soft"> {note}</span>}
      </span>
    </>
  );
}

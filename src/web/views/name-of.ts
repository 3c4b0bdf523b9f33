import type { Person } from '../model/state.ts';

/** A person's name; his id until it is known. */
export function nameOf(people: ReadonlyMap<string, Person>, id: string): string {
  return people.get(id)?.name || id;
}

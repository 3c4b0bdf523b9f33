import type { Person } from './state.ts';

/** Everybody whose name or presence was heard of. */
export class PeopleBook {
  readonly #people = new Map<string, Person>();
  readonly #asked = new Set<string>();
  #shown: ReadonlyMap<string, Person> | undefined;

  /** The same map as before, as long as nobody changed. */
  get shown(): ReadonlyMap<string, Person> {
    this.#shown ??= new Map(this.#people);
    return this.#shown;
  }

  get(id: string): Person {
    return this.#people.get(id) ?? { id, name: '', online: undefined, lastSeen: 0 };
  }

  name(id: string, name: string): void {
    this.#put({ ...this.get(id), name });
  }

  presence(id: string, online: boolean | undefined, lastSeen: number): void {
    this.#put({ ...this.get(id), online, lastSeen });
  }

  /** Nobody's presence is known any more: the connection that told it is gone. */
  forgetPresence(): void {
    for (const { id, lastSeen } of this.#people.values()) this.presence(id, undefined, lastSeen);
  }

  /** Of these, those without a name who were not asked for before. They are taken as asked for now. */
  toAsk(ids: Iterable<string>): string[] {
    const unknown = [...new Set(ids)].filter((id) => this.get(id).name === '' && !this.#asked.has(id));
    for (const id of unknown) this.#asked.add(id);
    return unknown;
  }

  /** They may be asked for again: the answer did not come. */
  unasked(ids: Iterable<string>): void {
    for (const id of ids) this.#asked.delete(id);
  }

  #put(person: Person): void {
    const before = this.#people.get(person.id);
    const isSame =
      before?.name === person.name && before.online === person.online && before.lastSeen === person.lastSeen;
    if (isSame) return;
    this.#people.set(person.id, person);
    this.#shown = undefined;
  }
}

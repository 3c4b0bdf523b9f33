/**
 * A conversation as the contract has it, with none of the ways of the server: who may read a message is written on it
 * when it is said, and everything asked later goes through all of them. People are numbers.
 */
export interface Line {
  readonly seq: number;
  readonly author: number;
  readonly text: string;
  /** Who may read it, and the first seq of the membership by which he may. */
  readonly readers: ReadonlyMap<number, number>;
  /** The message's id on the server, once it is known. */
  id: string;
  /** Which of the room's recalls took it back. */
  recall: number | undefined;
}

export type RoomKind = 'group' | 'lobby' | 'private';

export class Room {
  readonly lines: Line[] = [];
  /** Those who are in it, and the seq after which they came. */
  readonly members = new Map<number, number>();
  readonly reads = new Map<number, number>();
  readonly kind: RoomKind;
  readonly #firstSeq: number;
  rev: number;

  constructor(kind: RoomKind, members: readonly number[], before = { lastSeq: 0, rev: 0 }) {
    this.kind = kind;
    this.#firstSeq = before.lastSeq;
    this.rev = before.rev;
    for (const person of members) this.members.set(person, before.lastSeq);
  }

  get lastSeq(): number {
    return this.#firstSeq + this.lines.length;
  }

  /** A private conversation is there from its first message on. */
  isOf(person: number): boolean {
    return this.members.has(person) && (this.kind !== 'private' || this.lines.length > 0);
  }

  readable(person: number): readonly Line[] {
    return this.isOf(person) ? this.lines.filter(({ readers }) => readers.has(person)) : [];
  }

  at(person: number, seq: number): Line | undefined {
    return this.readable(person).find((line) => line.seq === seq);
  }

  say(author: number, text: string): Line {
    const seq = this.lastSeq + 1;
    const readers = new Map([...this.members].map(([person, after]) => [person, after + 1]));
    const line: Line = { seq, author, text, readers, id: '', recall: undefined };
    this.lines.push(line);
    this.reads.set(author, seq);
    return line;
  }

  join(person: number): void {
    if (!this.members.has(person)) this.members.set(person, this.lastSeq);
  }

  leave(person: number): void {
    this.members.delete(person);
  }

  /** Its creator, and when he has left who has been there longest. */
  get owner(): number | undefined {
    return this.kind === 'group' ? this.members.keys().next().value : undefined;
  }

  readSeq(person: number): number {
    return this.reads.get(person) ?? 0;
  }

  /** What he has read by it that he had not before; undefined if that moved nothing. */
  read(person: number, seq: number): readonly Line[] | undefined {
    const before = this.readSeq(person);
    const lines = this.readable(person);
    const now = Math.min(seq, lines.at(-1)?.seq ?? 0);
    if (now <= before) return undefined;
    this.reads.set(person, now);
    return lines.filter((line) => before < line.seq && line.seq <= now);
  }

  unread(person: number): number {
    const after = Math.max(this.readSeq(person), this.members.get(person) ?? 0);
    const isUnread = (line: Line) => line.seq > after && line.author !== person && line.recall === undefined;
    return this.readable(person).filter(isUnread).length;
  }

  /** The other of a private conversation. */
  peerOf(person: number): number {
    return [...this.members.keys()].find((one) => one !== person) ?? person;
  }

  /** Who has read it, of those who may read it now. */
  readersOf({ author, seq }: Line): readonly number[] {
    const has = (person: number) => person !== author && this.readSeq(person) >= seq;
    return [...this.members.keys()].filter((person) => has(person) && this.at(person, seq) !== undefined);
  }
}

import { groupConversation, LOBBY, toGroupId, type ConversationId } from '../../../src/protocol/ids.ts';
import { privateConversation } from '../../../src/server/chat/conversation-id.ts';
import type { User } from '../../../src/server/chat/store-ports.ts';
import { codeOf, type Connection, type Stage } from './chat-stage.ts';
import { type Line, Room } from './simple-room.ts';
import { PEOPLE, type Change, type Read, type Recall, type Say } from './table-steps.ts';

/** A person of the table, with two connections. */
export interface Person {
  readonly user: User;
  readonly connections: readonly [Connection, Connection];
}

export interface Place {
  readonly id: ConversationId;
  readonly room: Room;
}

/** The server and the simple model beside it: each step is done to both. */
export interface Table {
  readonly stage: Stage;
  readonly people: readonly Person[];
  readonly places: readonly Place[];
  /** What each connection has to be told of each conversation, in order: `connection conversation`. */
  readonly due: Map<string, string[]>;
  /** Receipts in groups: hints that are right, and those that are not left out. */
  readonly mayHint: Set<string>;
  readonly mustHint: Set<string>;
  readonly hinted: Set<string>;
}

/** People, groups and conversations nobody else has; only the lobby is everybody's. */
export async function layTable(stage: Stage, name: string): Promise<Table> {
  const { list } = await stage.store.conversations.listFor((await stage.addUser(`${name} before`)).id, {
    page: 1,
    count: 1,
  });
  const people: Person[] = [];
  for (let n = 0; n < PEOPLE; n += 1) {
    const user = await stage.addUser(`${name} ${n}`);
    people.push({ user, connections: [stage.connect(user), stage.connect(user)] });
  }
  const everybody = people.map((_person, index) => index);
  const places: Place[] = [];
  for (const group of [0, 1]) {
    const groupId = `${name}-g${group}`;
    const members = group === 0 ? [0, 1, 2] : [1, 3];
    const [creator, ...others] = members.map((index) => userOf(people, index).id);
    if (creator === undefined) throw new Error('a group of nobody');
    await stage.chat.groups.create({ groupId, groupName: groupId, creatorId: creator, memberIds: others });
    places.push({ id: groupPlace(groupId), room: new Room('group', members) });
  }
  const lobby = list[0];
  const before = { lastSeq: lobby?.lastSeq ?? 0, rev: lobby?.rev ?? 0 };
  places.push({ id: groupConversation(LOBBY), room: new Room('lobby', everybody, before) });
  for (const one of everybody) {
    for (const other of everybody.slice(one)) {
      const id = privateConversation(userOf(people, one).id, userOf(people, other).id);
      places.push({ id, room: new Room('private', [...new Set([one, other])]) });
    }
  }
  const sets = { mayHint: new Set<string>(), mustHint: new Set<string>(), hinted: new Set<string>() };
  return { stage, people, places, due: new Map(), ...sets };
}

export function personAt({ people }: Pick<Table, 'people'>, index: number): Person {
  const person = people[index];
  if (person === undefined) throw new Error(`nobody is ${index}`);
  return person;
}

export function placeAt({ places }: Table, index: number): Place {
  const place = places[index];
  if (place === undefined) throw new Error(`no room is ${index}`);
  return place;
}

function userOf(people: readonly Person[], index: number): User {
  return personAt({ people }, index).user;
}

function groupPlace(text: string): ConversationId {
  const id = toGroupId(text);
  if (id === undefined) throw new Error(`${text} is no group id`);
  return groupConversation(id);
}

/** Each gives what the server answered, and what the model says it has to. */
export type Outcome = readonly [got: unknown, expected: unknown];

let spoken = 0;

export async function say(table: Table, { who, room: index, key }: Say): Promise<Outcome> {
  const { id, room } = placeAt(table, index);
  const [at] = personAt(table, who).connections;
  if (room.kind === 'private' && !room.members.has(who)) return [undefined, undefined];
  spoken += 1;
  const [content, clientMsgId] = key > 0 ? [`again ${key}`, `k${key}`] : [`text ${spoken}`, `n${spoken}`];
  const recvId = String(personAt(table, room.peerOf(who)).user.id);
  const to = room.kind === 'private' ? { chatType: 2 as const, recvId } : { chatType: 1 as const };
  const before = at.received.length;
  await at.say({ ...to, conversationId: id, content, clientMsgId });
  const answer = at.received.slice(before).find(({ type }) => type === 'ack' || type === 'error');

  if (!room.members.has(who)) return [answer?.['code'], 'not_member'];
  const earlier = room.lines.find((line) => line.author === who && key > 0 && line.text === content);
  if (earlier !== undefined) {
    const { id: messageId, seq, duplicate } = answer ?? {};
    return [
      { messageId, seq, duplicate },
      { messageId: earlier.id, seq: earlier.seq, duplicate: true },
    ];
  }
  const line = room.say(who, content);
  line.id = String(answer?.['id']);
  for (const reader of line.readers.keys()) {
    const spared = room.kind === 'private' && reader === who ? at : undefined;
    tell(table, { who: reader, id, spared }, `message ${line.seq} ${content}`);
  }
  return [answer?.['seq'], line.seq];
}

export async function change(table: Table, { do: what, who, room: index }: Change): Promise<Outcome> {
  const { id, room } = placeAt(table, index);
  const { groups } = table.stage.chat;
  const userId = personAt(table, who).user.id;
  const by = { operator: true } as const;
  if (what === 'join') await groups.addMembers(id, [userId], by);
  else await groups.removeMember(id, userId, by);
  if (what === 'join') room.join(who);
  else room.leave(who);
  return [undefined, undefined];
}

export async function read(table: Table, { who, room: index, seq }: Read): Promise<Outcome> {
  const { id, room } = placeAt(table, index);
  const { user, connections } = personAt(table, who);
  const [at] = connections;
  const upTo = toSeq(room, seq);
  const before = at.received.length;
  await table.stage.chat.handleFrame({ type: 'read', conversationId: id, seq: upTo }, at).admitted;
  const code = at.received.slice(before).find(({ type }) => type === 'error')?.['code'];
  if (room.kind !== 'private' && !room.members.has(who)) return [code, 'not_member'];
  const moved = room.read(who, upTo);
  if (moved === undefined) return [code, undefined];
  const notice = `read ${user.id} ${room.readSeq(who)}`;
  tell(table, { who, id, spared: at }, notice);
  if (room.kind === 'private' && room.peerOf(who) !== who) tell(table, { who: room.peerOf(who), id }, notice);
  if (room.kind !== 'private') hint(table, { id, room }, who, moved);
  return [code, undefined];
}

/** Authors who are there still are told, the first time at once. */
function hint(table: Table, { id, room }: Place, reader: number, lines: readonly Line[]): void {
  const authors = new Set(lines.map(({ author }) => author));
  authors.delete(reader);
  for (const author of authors) {
    const told = `${personAt(table, author).user.id} ${id}`;
    const isThere = room.members.has(author);
    if (!table.hinted.has(told) && isThere) table.mustHint.add(told);
    table.hinted.add(told);
    table.mayHint.add(`${told} ${personAt(table, reader).user.id} ${room.readSeq(reader)}`);
  }
}

export async function recall(table: Table, { who, room: index, seq }: Recall): Promise<Outcome> {
  const { id, room } = placeAt(table, index);
  const at = toSeq(room, seq);
  const by = who === undefined ? undefined : personAt(table, who);
  const recaller = by === undefined ? ({ operator: true } as const) : { userId: by.user.id };
  const code = await codeOf(table.stage.chat.recall({ conversationId: id, seq: at }, recaller));
  const line = who === undefined ? room.lines.find((one) => one.seq === at) : room.at(who, at);
  const refusal = who === undefined ? undefined : refusalOf(room, who, line);
  if (refusal !== undefined || line === undefined) return [code, refusal ?? 'not_found'];
  if (line.recall === undefined) {
    room.rev += 1;
    line.recall = room.rev;
    for (const reader of room.members.keys()) {
      if (line.readers.has(reader)) tell(table, { who: reader, id }, `recall ${at} ${line.recall}`);
    }
  } else if (who !== undefined) {
    tell(table, { who, id }, `recall ${at} ${line.recall}`);
  }
  return [code, 'ok'];
}

function refusalOf(room: Room, who: number, line: Line | undefined): string | undefined {
  if (room.kind !== 'private' && !room.members.has(who)) return 'not_member';
  if (line === undefined) return 'not_found';
  return line.author === who || room.owner === who ? undefined : 'permission_denied';
}

/** Seqs of steps are small; the lobby has had others before. */
export function toSeq(room: Room, seq: number): number {
  return room.lastSeq - room.lines.length + seq;
}

interface Told {
  readonly who: number;
  readonly id: string;
  /** The one that knows already. */
  readonly spared?: Connection | undefined;
}

function tell(table: Table, { who, id, spared }: Told, what: string): void {
  for (const connection of personAt(table, who).connections) {
    if (connection === spared) continue;
    const key = `${connection.id} ${id}`;
    const due = table.due.get(key) ?? [];
    if (due.length === 0) table.due.set(key, due);
    due.push(what);
  }
}

/**
 * Branded ids and their only constructors. Users, messages and conversations are never plain numbers or strings
 * beyond the doors, so one cannot be taken for another.
 */
declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** A user: 1, 2, 3 …; a safe integer inside, a decimal string on the wire. */
export type UserId = Branded<number, 'UserId'>;
/** A message: unique, a safe integer inside, a decimal string on the wire. Gaps are normal; nothing pages by it. */
export type MessageId = Branded<number, 'MessageId'>;
/** A group, as its creator named it; `all` is the lobby. A group's id is its conversation's id. */
export type GroupId = Branded<string, 'GroupId'>;
/** A conversation: a group's id, or the 22 characters that two users' private conversation hashes to. */
export type ConversationId = Branded<string, 'ConversationId'>;

/** The lobby: every user is in it. */
export const LOBBY = 'all' as GroupId;

const PRIVATE_FORM = /^[A-Za-z0-9_-]{22}$/;
const GROUP_FORM = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
const DECIMAL = /^[1-9][0-9]{0,15}$/;

/** The user `value` names: a positive safe integer, or its decimal text. Anything else is undefined. */
export function toUserId(value: unknown): UserId | undefined {
  return toPositiveInteger(value) as UserId | undefined;
}

/** The message `value` names: a positive safe integer, or its decimal text. Anything else is undefined. */
export function toMessageId(value: unknown): MessageId | undefined {
  return toPositiveInteger(value) as MessageId | undefined;
}

/** `value` as the id of a group that may exist (the lobby included). Anything else is undefined. */
export function toGroupId(value: unknown): GroupId | undefined {
  if (typeof value !== 'string' || !GROUP_FORM.test(value) || PRIVATE_FORM.test(value)) return undefined;
  return value as GroupId;
}

/** `value` as the id of a conversation, private or group. Anything else is undefined. */
export function toConversationId(value: unknown): ConversationId | undefined {
  if (typeof value !== 'string') return undefined;
  return PRIVATE_FORM.test(value) || GROUP_FORM.test(value) ? (value as ConversationId) : undefined;
}

/** Whether `id` has the form of a private conversation (groups cannot have it). */
export function isPrivateForm(id: ConversationId): boolean {
  return PRIVATE_FORM.test(id);
}

/** A group's conversation: they share the id. */
export function groupConversation(id: GroupId): ConversationId {
  return id as string as ConversationId;
}

function toPositiveInteger(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value > 0 ? value : undefined;
  if (typeof value !== 'string' || !DECIMAL.test(value)) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
}

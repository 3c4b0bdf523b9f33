import { register, type Actor } from './api.ts';
import type { Chatd } from './chatd.ts';
import type { Line } from './traffic.ts';

/** Registers users one after another: passwords are hashed two at a time anyway, and registration is throttled. */
export async function registerAll(server: Chatd, names: readonly string[]): Promise<Actor[]> {
  const actors: Actor[] = [];
  for (const name of names) actors.push(await register(server, name));
  return actors;
}

/**
 * Four users who all write to each other: every private conversation from both sides, and a group of all four. Many
 * small conversations with their first messages, and one that is hot.
 */
export async function everybodyToEverybody(server: Chatd): Promise<readonly Line[]> {
  const actors = await registerAll(server, ['ann', 'ben', 'cat', 'dan']);
  const [ann] = actors;
  const groupId = 'everybody';
  const memberIds = actors.map(({ id }) => id);
  const created = await ann?.request('POST /v1/group/create', { groupId, groupName: groupId, memberIds });
  if (created?.code !== 200) throw new Error(`group: ${created?.code} ${created?.error}`);
  return actors.flatMap((sender) => [
    ...actors
      .filter((other) => other !== sender)
      .map((other): Line => ({ sender, target: { chatType: 2, recvId: other.id } })),
    { sender, target: { chatType: 1, conversationId: groupId } } satisfies Line,
  ]);
}

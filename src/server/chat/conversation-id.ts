import { hash } from 'node:crypto';
import type { ConversationId, UserId } from '../../protocol/ids.ts';
import { createRecentMap } from './recent-map.ts';

/** Some 150 bytes each; a hash costs ten times what remembering it does. */
const known = createRecentMap<string, ConversationId>({ limit: 50_000 });

/**
 * The private conversation of two users, in either order (of a user with himself, too): 22 characters of
 * base64url(SHA-256(`<lower id>:<higher id>`)). The colon keeps 1 and 23 apart from 12 and 3.
 */
export function privateConversation(one: UserId, other: UserId): ConversationId {
  const pair = one < other ? `${one}:${other}` : `${other}:${one}`;
  const remembered = known.get(pair);
  if (remembered !== undefined) return remembered;
  const id = hash('sha256', pair, 'base64url').slice(0, 22) as ConversationId;
  known.set(pair, id);
  return id;
}

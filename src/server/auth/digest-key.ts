import { createHmac } from 'node:crypto';

/**
 * The key for the digests of what was sent under a client id, from the secret: with a dump of the database alone nobody
 * can try out what a short message said. Another secret gives another key: resends from before then look like other messages.
 */
export function digestKey(secret: string): string {
  return createHmac('sha256', secret).update('chatd sends digest 1').digest('base64url');
}

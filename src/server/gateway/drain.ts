import type { ClientSocket } from './client-socket.ts';
import type { LiveSessions } from './sessions.ts';

/** The earliest a client comes back, and over how long they spread: so many a second, within bounds. All ms. */
const FIRST_RETRY = 1000;
const RETURNING_PER_SECOND = 200;
const SHORTEST_SPREAD = 2000;
const LONGEST_SPREAD = 60_000;
/** The part of the time that may go by waiting for what is in flight; the rest is for saying good-bye. */
const SETTLE_SHARE = 0.75;

/**
 * Ends all sessions for a restart: nothing more is taken in, what was taken in is answered, then each is closed and told
 * its own time to come back at. Resolves when the sockets are gone, or after `timeoutMs`.
 */
export async function closeForRestart(
  sessions: LiveSessions,
  sockets: ReadonlySet<ClientSocket>,
  timeoutMs: number,
): Promise<void> {
  const settled = [...sessions.all()].map((session) => session.settle());
  await atMost(timeoutMs * SETTLE_SHARE, Promise.all(settled));
  closeSpread(sessions);
  const gone = [...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
  await atMost(timeoutMs * (1 - SETTLE_SHARE), Promise.all(gone));
}

function closeSpread(sessions: LiveSessions): void {
  const leaving = [...sessions.all()];
  const needed = (leaving.length / RETURNING_PER_SECOND) * 1000;
  const spread = Math.min(LONGEST_SPREAD, Math.max(SHORTEST_SPREAD, needed));
  leaving.forEach((session, index) => {
    const retry = FIRST_RETRY + Math.round((index / leaving.length) * spread);
    session.close({ why: 'restart', words: { retry } });
  });
}

async function atMost(ms: number, done: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([done, timeUp]);
  clearTimeout(timer);
}

import type { IncomingMessage } from 'node:http';

/** Bytes and ms: whoever sends more, or slower, is cut off as ever. */
const MOST = 32 * 1024 * 1024;
const LONGEST_MS = 5_000;

/**
 * Reads what the client still sends and throws it away. A connection that is closed with something unread is reset, and
 * the answer is lost on whoever writes everything before he reads.
 */
export function discardBody(raw: IncomingMessage): Promise<void> {
  if (raw.complete || raw.destroyed) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, LONGEST_MS);
  let bytes = 0;
  const count = (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MOST) resolve();
  };
  raw.on('data', count).once('end', resolve).once('close', resolve).resume();
  return promise.finally(() => {
    clearTimeout(timer);
    raw.off('data', count).off('end', resolve).off('close', resolve);
  });
}

import { parentPort } from 'node:worker_threads';
import { CLOSE, toFailure } from './thread-protocol.ts';
import type { ThreadReply, ThreadRequest } from './thread-protocol.ts';

/** The other end of `createThread`: what a worker file calls. */
export interface ThreadHandler<Body> {
  /** Must call `answer` once, now or later; `outcome` throws what went wrong. */
  handle(body: Body, answer: Answer): void;
  /** Calls `done` when everything asked before is finished and the database is closed. */
  close(done: () => void): void;
}

export type Answer = (outcome: () => unknown) => void;

/** Serves requests with what `open` gives. If it throws, the first request is answered with why and the thread ends. */
export function serveThread<Body>(open: () => ThreadHandler<Body>): void {
  const port = parentPort;
  if (port === null) throw new Error('this file runs in a worker thread only');

  const handler = openOrFail(open, () => port.close());
  port.on('message', ({ id, body }: ThreadRequest<Body>) => {
    const answer: Answer = (outcome) => port.postMessage(toReply(id, outcome));
    if (body !== CLOSE) return handler.handle(body, answer);
    handler.close(() => {
      answer(() => undefined);
      port.close();
    });
  });
}

function toReply(id: number, outcome: () => unknown): ThreadReply {
  try {
    return { id, value: outcome() };
  } catch (error) {
    return { id, failure: toFailure(error) };
  }
}

function openOrFail<Body>(open: () => ThreadHandler<Body>, end: () => void): ThreadHandler<Body> {
  try {
    return open();
  } catch (error) {
    return {
      handle(_, answer) {
        answer(() => {
          throw error;
        });
        end();
      },
      close: (done) => done(),
    };
  }
}

import { Worker } from 'node:worker_threads';
import type { Log } from '../../chat/ports.ts';
import { CLOSE, fromFailure, SqliteThreadError, THREAD_GONE } from './thread-protocol.ts';
import type { ThreadReply, ThreadRequest } from './thread-protocol.ts';

/** A worker thread seen from the main one. */
export interface Thread<Body> {
  /** What the thread answers. Rejects with a SqliteThreadError, or the ChatError a job threw; never hangs when the thread dies. */
  call(body: Body): Promise<unknown>;
  /** Lets it finish what it was asked before, and ends it. */
  close(): Promise<void>;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

interface Life {
  readonly worker: Worker;
  readonly waiting: Map<number, Waiting>;
  readonly ended: Promise<void>;
}

/** The thread that runs `url`, started at the first call and again at the first one after it died. */
export function createThread<Body>(options: {
  readonly url: URL;
  readonly name: string;
  readonly workerData: unknown;
  readonly log: Log;
}): Thread<Body> {
  let life: Life | undefined;
  let closed = false;
  let lastId = 0;

  function living(): Life {
    life ??= start(options, () => {
      life = undefined;
    });
    return life;
  }

  function ask(target: Life, body: Body | typeof CLOSE): Promise<unknown> {
    lastId += 1;
    const request: ThreadRequest<Body> = { id: lastId, body };
    return new Promise((resolve, reject) => {
      // Posted first: what cannot be cloned throws here and must not be waited for.
      target.worker.postMessage(request);
      target.waiting.set(request.id, { resolve, reject });
    });
  }

  return {
    async call(body) {
      if (closed) throw new SqliteThreadError(THREAD_GONE, `the ${options.name} thread is closed`);
      return ask(living(), body);
    },
    async close() {
      closed = true;
      if (life === undefined) return;
      const { ended } = life;
      await ask(life, CLOSE).catch((error: Error) => {
        options.log.warn('sqlite_thread_close_failed', { thread: options.name, error: error.message });
      });
      await ended;
    },
  };
}

/**
 * What passes through a thread is garbage a moment later. With the usual 48 MB that much of it would lie about, and with it
 * SQLite's memory for statements nobody has any more: many times what the thread needs.
 */
const YOUNG_MB = 3;

function start(
  { url, name, workerData, log }: { url: URL; name: string; workerData: unknown; log: Log },
  onEnd: () => void,
): Life {
  const worker = new Worker(url, {
    name,
    workerData,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  const waiting = new Map<number, Waiting>();
  let cause = 'it ended';

  worker.on('message', (reply: ThreadReply) => settle(waiting, reply));
  worker.on('messageerror', (error) => {
    cause = error.message;
    void worker.terminate();
  });
  worker.on('error', (error) => {
    cause = error instanceof Error ? error.message : String(error);
  });
  const ended = new Promise<void>((resolve) => {
    worker.on('exit', (exitCode) => {
      onEnd();
      if (exitCode !== 0) log.error('sqlite_thread_died', { thread: name, exitCode, error: cause });
      for (const { reject } of waiting.values()) {
        reject(new SqliteThreadError(THREAD_GONE, `the ${name} thread is gone: ${cause}`));
      }
      waiting.clear();
      resolve();
    });
  });
  return { worker, waiting, ended };
}

function settle(waiting: Map<number, Waiting>, reply: ThreadReply): void {
  const call = waiting.get(reply.id);
  waiting.delete(reply.id);
  if ('failure' in reply) call?.reject(fromFailure(reply.failure));
  else call?.resolve(reply.value);
}

import { workerData } from 'node:worker_threads';
import { moveLog, openForCheckpoints } from './open-database.ts';
import { serveThread } from './serve-thread.ts';
import type { ThreadData } from './threads.ts';

serveThread<'checkpoint'>(() => {
  const { file } = workerData as ThreadData;
  const db = openForCheckpoints(file);
  return {
    handle: (_, answer) => answer(() => moveLog(db)),
    close(done) {
      db.close();
      done();
    },
  };
});

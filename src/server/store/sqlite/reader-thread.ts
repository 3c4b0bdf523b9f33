import { workerData } from 'node:worker_threads';
import { openForReading } from './open-database.ts';
import { runStatement } from './run-statement.ts';
import type { SqlStatement } from './run-statement.ts';
import { serveThread } from './serve-thread.ts';
import type { ThreadData } from './threads.ts';

serveThread<SqlStatement>(() => {
  const { file } = workerData as ThreadData;
  const db = openForReading(file);
  return {
    handle: (statement, answer) => answer(() => runStatement(db, statement)),
    close(done) {
      db.close();
      done();
    },
  };
});

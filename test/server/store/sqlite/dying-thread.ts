import { serveThread } from '../../../../src/server/store/sqlite/serve-thread.ts';

/** Echoes, keeps silent, or dies of what nobody catches. */
serveThread<string>(() => ({
  handle(body, answer) {
    if (body === 'never') return;
    if (body === 'die') {
      setImmediate(() => {
        throw new Error('as asked');
      });
      return;
    }
    answer(() => body);
  },
  close: (done) => done(),
}));

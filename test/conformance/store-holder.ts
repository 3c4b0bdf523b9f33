import { openStore } from '../../src/server/store/open-store.ts';

/** A process that opens a store and does not let go of it: `node store-holder.ts DSN FOLDER`. */
const [mysqlDsn = '', dataDir = ''] = process.argv.slice(2);
await openStore({
  mysqlDsn,
  dataDir,
  log: { debug() {}, info() {}, warn() {}, error() {} },
  clock: { now: () => Date.now() },
  keepConnectionsMs: 1,
});
process.stdout.write('held');
setInterval(() => {}, 60_000);

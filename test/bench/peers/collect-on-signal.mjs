// Loaded before a server whose memory is compared (`node --expose-gc --import …`): SIGUSR2 collects its garbage, and says
// in a file what is still in use.
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

process.on('SIGUSR2', () => {
  // The last resort gives back what V8 would keep for the next garbage.
  globalThis.gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  const { heapUsed, external } = process.memoryUsage();
  writeFileSync(join(tmpdir(), `bench-memory-${process.pid}`), String(heapUsed + external));
});

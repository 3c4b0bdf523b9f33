// Loaded before a server whose memory is compared (`node --expose-gc --import …`): SIGUSR2 collects its garbage, and says
// in a file what is still in use.
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

process.on('SIGUSR2', () => {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  writeFileSync(join(tmpdir(), `bench-memory-${process.pid}`), String(heapUsed + external));
});

import process from 'node:process';

/**
 * Loaded before a server that is measured (`node --expose-gc --import …`): SIGUSR2 collects its garbage, so that memory
 * can be compared; and it ends with whoever started it, whatever became of that.
 */
process.on('SIGUSR2', () => {
  if ('gc' in globalThis && typeof globalThis.gc === 'function')
    globalThis.gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
});
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.channel?.unref();

import { pino } from 'pino';

/** Where the log goes: stdout, without ever holding up the event loop. */
export interface LogOutput {
  write(text: string): void;
  /** Writes what is still in memory, now: before the process ends. */
  flush(): void;
}

const MOST_UNWRITTEN = 16 * 1024 * 1024;

/**
 * Standard output for the log. A reader that is slow costs memory up to 16 MiB, then lines; one that has gone costs
 * the log, never the server.
 */
export function openLogOutput(fd = 1): LogOutput {
  const stream = pino.destination({ dest: fd, sync: false, maxLength: MOST_UNWRITTEN });
  let open = true;
  stream.on('error', () => {
    open = false;
  });
  return {
    write(text) {
      if (open) stream.write(text);
    },
    flush() {
      if (!open) return;
      try {
        stream.flushSync();
      } catch {
        open = false;
      }
    },
  };
}

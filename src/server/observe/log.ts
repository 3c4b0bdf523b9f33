import { pino, stdTimeFunctions } from 'pino';
import { visibleJson, visibleText } from '../../protocol/visible-text.ts';
import type { Log, LogFields } from '../chat/ports.ts';
import { toSafeFields } from './log-fields.ts';
import { toPrettyLine } from './pretty-line.ts';

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly format: 'json' | 'pretty';
  /** In every line: which server this is. */
  readonly name: string;
  /** Pretty lines are coloured. */
  readonly colour?: boolean;
  /** Takes whole lines with their line ends. */
  readonly write: (text: string) => void;
}

/** The server's log: what its parts get, and a way to speak to whoever started it. */
export interface ServerLog extends Log {
  /** A line for people, at any level: plain when pretty, `msg` of an info line in JSON. */
  say(event: string, line: string): void;
}

/**
 * One line per event: `{"level","time","server","event","msg",…}`, or the same for people. Fields are made safe first:
 * no token, password or message text, and nothing in them can forge a line or control a terminal.
 */
export function createLog({ level, format, name, colour = false, write }: LogOptions): ServerLog {
  const toLine = format === 'json' ? toJsonLine : (line: string) => toPrettyLine(line, colour);
  const logger = pino(
    {
      level,
      base: { server: name },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line) => write(toLine(line)) },
  );
  const spoken = logger.child({}, { level: 'info' });
  const writer = (method: LogOptions['level']) => (event: string, fields?: LogFields) => {
    if (logger.isLevelEnabled(method)) logger[method](toEntry(event, fields));
  };
  return {
    debug: writer('debug'),
    info: writer('info'),
    warn: writer('warn'),
    error: writer('error'),
    say(event, line) {
      if (format === 'pretty') write(`${visibleText(line)}\n`);
      else spoken.info({ event, msg: visibleText(line) });
    },
  };
}

function toEntry(event: string, fields: LogFields = {}): object {
  const {
    msg = event.replaceAll('_', ' '),
    level: _l,
    time: _t,
    server: _s,
    event: _e,
    ...rest
  } = toSafeFields(fields);
  return { event, msg, ...rest };
}

function toJsonLine(line: string): string {
  return `${visibleJson(line.trimEnd())}\n`;
}

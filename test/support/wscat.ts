import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { cleanEnvironment, REPOSITORY } from './chatd.ts';
import { Transcript } from './transcript.ts';

/** The real wscat in a terminal of its own, as the seed's document uses it. */
export interface Wscat {
  /** Everything the terminal showed. */
  readonly screen: Transcript;
  /** Types a line. */
  type(line: string): void;
  /** Waits until a frame is shown that `matches`, and gives it. */
  shows(matches: (frame: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
  /** Presses Ctrl-C and waits for the end. */
  quit(): Promise<void>;
  readonly exited: Promise<unknown>;
}

/** Runs a wscat command line (`wscat -c "ws://…"`) through a shell, in a pseudo terminal; resolves when it is connected. */
export async function startWscat(commandLine: string): Promise<Wscat> {
  const child = spawn('script', ['-qefc', commandLine, '/dev/null'], {
    env: cleanEnvironment({
      PATH: `${join(REPOSITORY, 'node_modules/.bin')}:${process.env['PATH']}`,
      TERM: 'dumb',
      COLUMNS: '4000',
    }),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const screen = new Transcript([child.stdout, child.stderr]);
  const exited = once(child, 'exit');
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  void exited.then(() => process.removeListener('exit', killWithUs));
  await Promise.race([
    screen.until((text) => text.includes('Connected (press CTRL+C to quit)')),
    exited.then(() => {
      throw new Error(`wscat ended:\n${screen.text}`);
    }),
  ]);
  return {
    screen,
    exited,
    type: (line) => void child.stdin.write(`${line}\r`),
    async shows(matches) {
      await screen.until((text) => framesOn(text).some(matches));
      const frame = framesOn(screen.text).find(matches);
      if (frame === undefined) throw new Error('the frame has gone');
      return frame;
    },
    async quit() {
      child.stdin.write('\u0003');
      await exited;
    },
  };
}

/** The frames a wscat screen shows: lines that begin with `< `, between what the terminal is told to do. */
function framesOn(screen: string): Record<string, unknown>[] {
  const plain = screen.replaceAll(/\u001b\[[0-9;]*[A-Za-z]/g, '').replaceAll('\r', '\n');
  return plain.split('\n').flatMap((line) => {
    const at = line.indexOf('< {');
    if (at === -1) return [];
    try {
      return [JSON.parse(line.slice(at + 2)) as Record<string, unknown>];
    } catch {
      return [];
    }
  });
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { BIN, type Chatd, cleanEnvironment } from './chatd.ts';
import { childrenOf } from './process-usage.ts';
import { Transcript } from './transcript.ts';

/** `chatd console` in a pseudo terminal whose every byte is seen as it comes: for how soon something is shown. */
export interface ConsoleTerminal {
  /** Of the console itself. */
  readonly pid: number;
  /** Types a key and waits until `mark` is drawn after it; gives the ms that took. */
  press(key: string, mark: string): Promise<number>;
  /** Waits until `mark` is drawn, now or later. */
  shows(mark: string): Promise<void>;
  signal(name: NodeJS.Signals): void;
  end(): Promise<void>;
}

export async function openConsoleTerminal(
  chatd: Chatd,
  { columns = 80, rows = 24 } = {},
): Promise<ConsoleTerminal> {
  const command = `stty rows ${rows} cols ${columns}; exec ${process.execPath} ${BIN} console --lang en -f ${chatd.configFile}`;
  const script = spawn('script', ['-qefc', command, '/dev/null'], {
    cwd: chatd.directory,
    env: cleanEnvironment({ TERM: 'xterm-256color', SHELL: '/bin/sh' }),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const exited = once(script, 'exit');
  const screen = new Transcript([script.stdout, script.stderr]);
  const shows = async (mark: string, from = 0) => {
    await screen
      .until((text) => plain(text.slice(from)).includes(mark), 20_000)
      .catch(() => {
        throw new Error(
          `"${mark}" was not drawn; drawn was:\n${plain(screen.text.slice(from)).slice(0, 1500)}`,
        );
      });
  };
  await shows('● live');
  const [pid] = childrenOf(script.pid ?? 0);
  if (pid === undefined) throw new Error(`no console: ${screen.text}`);

  return {
    pid,
    shows: (mark) => shows(mark),
    async press(key, mark) {
      const from = screen.text.length;
      const since = performance.now();
      script.stdin.write(key);
      await shows(mark, from);
      return performance.now() - since;
    },
    signal: (name) => void process.kill(pid, name),
    async end() {
      if (script.exitCode !== null || script.signalCode !== null) return;
      process.kill(pid, 'SIGKILL');
      // It stops with what runs in it.
      script.kill('SIGCONT');
      script.kill('SIGKILL');
      await exited;
    },
  };
}

/** Without colours and moves of the cursor. */
function plain(text: string): string {
  return text.replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, '');
}

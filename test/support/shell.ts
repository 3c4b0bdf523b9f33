import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Transcript } from './transcript.ts';

/** A bash in a pseudo terminal, as somebody sits before it. */
export interface Shell {
  /** Types a line. */
  type(line: string): void;
  /** Waits until a line matching `pattern` is shown below everything waited for so far. `…` in it stands for any text. */
  shows(pattern: string, timeoutMs?: number): Promise<void>;
  /** Presses Ctrl-C and waits for the prompt. */
  interrupt(): Promise<void>;
  /** Leaves the shell, which must be at its prompt. */
  exit(): Promise<void>;
  /** Ends it however it stands, and what runs in it. */
  kill(): void;
}

const PROMPT = 'ready-for-the-next>';

export async function openShell(folder: string, env: NodeJS.ProcessEnv): Promise<Shell> {
  // The shell that script runs the command with takes the prompt out of the environment.
  const bash = `exec env PS1='${PROMPT} ' bash --noprofile --norc -i`;
  const child = spawn('script', ['-qefc', bash, '/dev/null'], {
    cwd: folder,
    env: { ...env, TERM: 'dumb' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const screen = new Transcript([child.stdout, child.stderr]);
  const exited = once(child, 'exit');
  let seen = 0;
  const plain = () => screen.text.replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replaceAll('\r', '');
  const waitFor = async (pattern: RegExp, timeoutMs: number) => {
    const find = () => pattern.exec(plain().slice(seen));
    await screen.until(() => find() !== null, timeoutMs);
    const found = find();
    if (found !== null) seen += found.index + found[0].length;
  };
  const type = (text: string) => void child.stdin.write(text);
  const prompt = () => waitFor(new RegExp(PROMPT), 10_000);

  await prompt();
  type('stty cols 2000\r');
  await prompt();
  return {
    type: (line) => type(`${line}\r`),
    shows: (pattern, timeoutMs = 10_000) => waitFor(toRegExp(pattern), timeoutMs),
    async interrupt() {
      // A prompt that is there already is none of what follows: bash, still busy with the signal, would drop what is typed.
      seen = plain().length;
      type('\u0003');
      await prompt();
    },
    async exit() {
      type('exit\r');
      await exited;
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

function toRegExp(pattern: string): RegExp {
  const parts = pattern.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(parts.join('[^\\n]*'));
}

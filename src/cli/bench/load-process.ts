import process from 'node:process';
import type { LoadAnswer, LoadCommand } from './load-order.ts';
import { LoadShare } from './load-share.ts';

/** The other end of load.ts: a process that makes its share of the load, so that whoever measures stays idle. */

const PROGRESS_MS = 50;

let share: LoadShare | undefined;

process.on('message', (command: LoadCommand) => {
  obey(command).then(answer, (error: unknown) => answer({ is: 'failed', message: String(error) }));
});
// Ctrl-C on a terminal reaches all processes: the one that began this ends it.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));

async function obey(command: LoadCommand): Promise<LoadAnswer> {
  if (command.do === 'prepare') {
    share = new LoadShare(command.order, command.share);
    return { is: 'prepare' };
  }
  if (share === undefined) throw new Error('not prepared');
  if (command.do === 'connect') return { is: 'connect', ...(await share.connect(command.atOnce)) };
  if (command.do === 'churn') {
    return { is: 'churn', churned: await share.churn(command.atOnce, command.times) };
  }
  if (command.do === 'tally') return { is: 'tally', tally: share.fullTally() };
  share.send(command.times);
  tellProgress(share);
  return { is: 'send' };
}

function tellProgress(share: LoadShare): void {
  setInterval(() => {
    answer({ is: 'progress', tally: share.tally(), isFinished: share.isFinished });
  }, PROGRESS_MS);
}

function answer(words: LoadAnswer): void {
  process.send?.(words);
}

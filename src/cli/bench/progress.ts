import process from 'node:process';
import type { CommandContext } from '../command.ts';
import type { Bilingual } from '../exit-codes.ts';
import type { LoadProgress } from './load.ts';

/** What somebody who waits is told: a line a second, on a terminal alone. */
export interface Progress {
  say(text: Bilingual): void;
  /** How the load is going; told more often than once a second, most of it is left out. */
  traffic(progress: LoadProgress): void;
}

const EVERY_MS = 900;

export function createProgress({ print, json }: CommandContext): Progress {
  if (json || process.stderr.isTTY !== true) return { say: () => undefined, traffic: () => undefined };
  let last = { acked: 0, delivered: 0, at: performance.now() };
  return {
    say: (text) => print.note(text),
    traffic({ at, tally }) {
      const now = { acked: tally.acked, delivered: tally.delivered, at: performance.now() };
      const seconds = (now.at - last.at) / 1000;
      if (seconds * 1000 < EVERY_MS) return;
      const messages = Math.round((now.acked - last.acked) / seconds);
      const deliveries = Math.round((now.delivered - last.delivered) / seconds);
      last = now;
      const [en, zh] = WORDS[at];
      print.note({
        en: `${en}  ${messages} messages/s  ${deliveries} deliveries/s`,
        zh: `${zh}  每秒 ${messages} 条消息, ${deliveries} 次投递`,
      });
    },
  };
}

const WORDS: Readonly<Record<LoadProgress['at'], readonly [en: string, zh: string]>> = {
  sending: ['sending', '发送中'],
  measuring: ['measuring', '开始测量'],
  measured: ['measured', '测量结束'],
  waiting: ['waiting for the rest', '等待其余消息'],
};

import process from 'node:process';
import { type BenchPlan, toPlan } from '../bench/bench-options.ts';
import { isSound, printResult, toResult } from '../bench/bench-result.ts';
import type { LoadProgress } from '../bench/load.ts';
import { measure } from '../bench/measure.ts';
import type { Stage } from '../bench/stage.ts';
import type { Command, CommandContext, Options } from '../command.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { textOption } from '../option-values.ts';

/** Measures a server under load: the running one, or with `--db` one of its own. Exit 1 if anything was lost, doubled or out of order. */
export const bench: Command = async (context, _args, options) => {
  const plan = toPlan(options);
  const interruption = new AbortController();
  const stop = listenForEnd(interruption);
  try {
    const measured = await onStage(context, { plan, options, signal: interruption.signal }, (stage) =>
      measure({ plan, stage, tell: progressLine(context), signal: interruption.signal }),
    );
    const result = toResult(plan, measured);
    printResult(context.print, result);
    return isSound(result) ? EXIT.done : EXIT.refused;
  } catch (error) {
    throw interruption.signal.aborted ? interruption.signal.reason : error;
  } finally {
    stop();
  }
};

interface Setting {
  readonly plan: BenchPlan;
  readonly options: Options;
  readonly signal: AbortSignal;
}

/** Gives `work` a server with all it needs; what was made for that is taken back whatever comes of it. */
async function onStage<T>(
  context: CommandContext,
  { plan, options, signal }: Setting,
  work: (stage: Stage) => Promise<T>,
): Promise<T> {
  if (plan.database === undefined) {
    const { openRunningServer } = await import('../bench/running-server.ts');
    const stage = await openRunningServer(context, plan, signal);
    return work(stage).finally(async () => tellLeft(context, await stage.close()));
  }
  const { openOwnDatabase } = await import('../bench/own-database.ts');
  const { openOwnServer } = await import('../bench/own-server.ts');
  const database = await openOwnDatabase(context, { kind: plan.database, dsn: textOption(options, 'dsn') });
  const stage = await openOwnServer(context, plan, database);
  return work(stage).finally(() => stage.close());
}

interface Left {
  readonly users: number;
  readonly groups: readonly string[];
  readonly enabled: number;
  readonly prefix: string;
}

function tellLeft({ print }: CommandContext, { users, groups, enabled, prefix }: Left): void {
  const [unlessEn, unlessZh] =
    enabled === 0 ? ['', ''] : [` (${enabled} could not be)`, `(${enabled} 个未能停用)`];
  print.note({
    en: `left behind: ${users} users ${prefix}-…, disabled${unlessEn}; ${groups.length} groups without members; their messages`,
    zh: `留下: ${users} 个已停用的用户 ${prefix}-…${unlessZh}; ${groups.length} 个空群组; 它们的消息`,
  });
}

// A line a second, on a terminal alone.
function progressLine({ print, json }: CommandContext): (progress: LoadProgress) => void {
  if (json || process.stderr.isTTY !== true) return () => undefined;
  let last = { acked: 0, delivered: 0, at: performance.now() };
  return ({ at, tally }) => {
    const now = { acked: tally.acked, delivered: tally.delivered, at: performance.now() };
    if (now.at - last.at < 500) return;
    const perSecond = (from: number, to: number) => Math.round(((to - from) * 1000) / (now.at - last.at));
    const [messages, deliveries] = [
      perSecond(last.acked, now.acked),
      perSecond(last.delivered, now.delivered),
    ];
    last = now;
    print.note({
      en: `${at}  ${messages} messages/s  ${deliveries} deliveries/s`,
      zh: `${at}  每秒 ${messages} 条消息, ${deliveries} 次投递`,
    });
  };
}

// The first takes back what was made, the second ends at once.
function listenForEnd(interruption: AbortController): () => void {
  const end = (signal: NodeJS.Signals) => {
    const code = signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
    interruption.abort(new CommandError(code, 'interrupted', { en: 'interrupted', zh: '已中断' }));
  };
  process.once('SIGINT', end).once('SIGTERM', end);
  return () => void process.removeListener('SIGINT', end).removeListener('SIGTERM', end);
}

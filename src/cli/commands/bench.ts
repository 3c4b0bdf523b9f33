import process from 'node:process';
import { type BenchPlan, toPlan } from '../bench/bench-options.ts';
import { isSound, toResult } from '../bench/bench-result.ts';
import { measure } from '../bench/measure.ts';
import { createProgress } from '../bench/progress.ts';
import { RESULT_FIELDS } from '../bench/result-fields.ts';
import type { LeftBehind } from '../bench/running-server.ts';
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
    const { signal } = interruption;
    const progress = createProgress(context);
    progress.say({ en: 'getting ready', zh: '准备中' });
    const measured = await onStage(context, { plan, options, signal }, (stage) =>
      measure({ plan, stage, progress, signal }),
    );
    const result = toResult(plan, measured);
    context.print.details(RESULT_FIELDS, result);
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
  const stage = await openOwnServer({ ...context, signal }, plan, database);
  return work(stage).finally(() => stage.close());
}

function tellLeft({ print }: CommandContext, { users, groups, enabled, prefix }: LeftBehind): void {
  const [unlessEn, unlessZh] =
    enabled === 0 ? ['', ''] : [` (${enabled} could not be disabled)`, `(${enabled} 个未能停用)`];
  print.note({
    en: `left behind, with their messages: disabled users ${prefix}-1 to ${prefix}-${users}${unlessEn}; groups without members: ${groups.length}`,
    zh: `留下(含消息): 已停用的用户 ${prefix}-1 至 ${prefix}-${users}${unlessZh}; 空群组: ${groups.length}`,
  });
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

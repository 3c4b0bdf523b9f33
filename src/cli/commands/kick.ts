import type { TargetResult, TargetResults } from '../../protocol/admin-users.ts';
import { parseDuration } from '../../protocol/duration.ts';
import type { AdminCall } from '../admin-client.ts';
import type { Command, CommandContext } from '../command.ts';
import type { Bilingual } from '../exit-codes.ts';
import { keptOutWords } from '../kept-out-words.ts';
import { textOption } from '../option-values.ts';
import { printTargets } from '../print-targets.ts';
import { confirm } from '../prompt.ts';
import { expandDash } from '../stdin.ts';
import { usageError } from '../usage-error.ts';
import { withAdmin } from '../with-admin.ts';

/** So many may be kicked without a question. */
const MANY = 20;
/** The most the server takes at once. */
const AT_ONCE = 1000;

export const kick: Command = async (context, args, options) => {
  const targets = await expandDash(context, args);
  const how = { reason: textOption(options, 'reason'), for: durationOf(textOption(options, 'for')) };
  if (targets.length > MANY) {
    const count = targets.length;
    await confirm(context, { en: `Disconnect ${count}?`, zh: `断开 ${count} 个?` });
  }
  const results = await inParts(context, targets, (call, part) =>
    call('user.kick', {
      ...how,
      users: part.filter((target) => !isConnection(target)),
      connections: part.filter(isConnection),
    }),
  );
  printTargets(context, results, (result) => sentence({ en: 'kicked', zh: '已断开' }, result, 'timed'));
};

export const ban: Command = async (context, args, options) => {
  const users = await expandDash(context, args);
  const reason = textOption(options, 'reason');
  const who = users.length > MANY ? `${users.length}` : users.join(' ');
  await confirm(context, {
    en: `Ban ${who}? They cannot come back until the ban is lifted.`,
    zh: `封禁 ${who}? 解除之前无法再登录。`,
  });
  const results = await inParts(context, users, (call, part) => call('user.ban', { users: part, reason }));
  printTargets(context, results, (result) => sentence({ en: 'banned', zh: '已封禁' }, result, 'lasting'));
};

export const unban: Command = async (context, args) => {
  const users = await expandDash(context, args);
  const results = await inParts(context, users, (call, part) => call('user.unban', { users: part }));
  printTargets(context, results, (result) => sentence({ en: 'let in', zh: '已解除' }, result, 'over'));
};

// A keep-out is stored, so a database without a server will do.
async function inParts(
  context: CommandContext,
  targets: readonly string[],
  act: (call: AdminCall, part: readonly string[]) => Promise<TargetResults>,
): Promise<readonly TargetResult[]> {
  if (targets.length === 0) throw usageError({ en: 'nobody is named', zh: '没有指定任何人' });
  return withAdmin(context, 'database', async (call) => {
    const results: TargetResult[] = [];
    for (let at = 0; at < targets.length; at += AT_ONCE) {
      results.push(...(await act(call, targets.slice(at, at + AT_ONCE))).results);
    }
    return results;
  });
}

function isConnection(target: string): boolean {
  return target.startsWith('c-');
}

// The server reads it, too; what is none is wrong usage and not a refusal.
function durationOf(text: string | undefined): string | undefined {
  if (text === undefined || parseDuration(text) !== undefined) return text;
  throw usageError({
    en: `--for: expected a duration such as 10m, got ${text}`,
    zh: `--for: 应为时长, 如 10m, 现为 ${text}`,
  });
}

function sentence(
  done: Bilingual,
  { target, user, ended, keptOutUntil }: TargetResult,
  kind: 'timed' | 'lasting' | 'over',
): Bilingual {
  const who = user === undefined ? target : `${user.id} ${user.name}`;
  const until = kind === 'timed' && keptOutUntil !== undefined ? keptOutWords(keptOutUntil) : undefined;
  const connections = {
    en: `  ${ended} ${ended === 1 ? 'connection' : 'connections'}`,
    zh: `  ${ended} 个连接`,
  };
  const lost = kind === 'over' ? { en: '', zh: '' } : connections;
  return {
    en: `${done.en}  ${who}${lost.en}${until === undefined ? '' : `  ${until.en}`}`,
    zh: `${done.zh}  ${who}${lost.zh}${until === undefined ? '' : `  ${until.zh}`}`,
  };
}

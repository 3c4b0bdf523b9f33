import { z } from 'zod';
import type { TargetResults } from '../../protocol/admin-users.ts';
import { parseDuration } from '../../protocol/duration.ts';
import { ChatError } from '../../protocol/error-codes.ts';
import { visibleText } from '../../protocol/visible-text.ts';
import { type AdminCommand, defineCommand, type Outcome } from './admin-command.ts';
import type { AdminParts, AuditParts } from './admin-parts.ts';
import { createFindUser } from './find-user.ts';
import { createKick } from './kick.ts';
import { namedUser, toNamedUser, userSpec } from './schemas.ts';
import { eachTarget, ERROR_CODES } from './target-results.ts';

type Parts = Pick<AdminParts, 'users' | 'accounts' | 'connections' | 'keepOutMs'> & Pick<AuditParts, 'log'>;

/** Ending connections so that they stay ended. Each target has an answer of its own, and an entry in the audit. */
export function kickCommands(parts: Parts): readonly AdminCommand[] {
  const { accounts, keepOutMs, log } = parts;
  const findUser = createFindUser(parts.users);
  const kick = createKick(parts, findUser);

  return [
    defineCommand('user.kick', {
      summary: 'End connections, and refuse those users for a while',
      input: kickRequest,
      answer: targetResults,
      outcomes: ({ users = [], connections = [], ...how }, answer) =>
        toOutcomes([...users, ...connections], answer, howOf(how)),
      async run({ users = [], connections = [], reason = '', for: duration }, { actor, language }) {
        const dismissal = { keepOutMs: toMs(duration) ?? keepOutMs, reason: toReason(reason), by: actor };
        return { results: await kick({ users, connections }, dismissal, language) };
      },
    }),
    defineCommand('user.ban', {
      summary: 'Refuse users until that is lifted; ends tokens and connections. Never the last administrator',
      input: z.object({ users: someUsers, reason }),
      answer: targetResults,
      outcomes: ({ users, reason }, answer) => toOutcomes(users, answer, howOf({ reason })),
      async run({ users, reason = '' }, { actor, language }) {
        const acts = users.map((target) => ({
          target,
          async act() {
            const { id } = await findUser(target, 'users');
            const { user, ended } = await accounts.ban(id, { reason: toReason(reason), by: actor });
            return { target, user: toNamedUser(user), ended };
          },
        }));
        return { results: await eachTarget(acts, { log, language }) };
      },
    }),
    defineCommand('user.unban', {
      summary: 'Lift bans, and let in again who was kicked',
      input: z.object({ users: someUsers }),
      answer: targetResults,
      outcomes: ({ users }, answer) => toOutcomes(users, answer, ''),
      async run({ users }, { language }) {
        const acts = users.map((target) => ({
          target,
          async act() {
            const user = await accounts.unban((await findUser(target, 'users')).id);
            return { target, user: toNamedUser(user), ended: 0 };
          },
        }));
        return { results: await eachTarget(acts, { log, language }) };
      },
    }),
  ];
}

const MAX_TARGETS = 1000;
const MAX_REASON = 200;
/** Ten years: whoever is to stay away longer is banned. */
const MAX_KEEP_OUT_MS = 3650 * 86_400_000;

/** As it is shown everywhere, so that nothing in it moves a cursor or breaks a line of somebody's log. */
function toReason(reason: string): string {
  return visibleText(reason.trim());
}

/** Throws invalid_field for what is no duration. */
function toMs(duration: number | string | undefined): number | undefined {
  if (duration === undefined) return undefined;
  const ms = parseDuration(String(duration));
  if (ms !== undefined && ms <= MAX_KEEP_OUT_MS) return ms;
  throw new ChatError('invalid_field', {
    field: 'for',
    text: {
      zh: '应为时长, 如 60 (秒) 或 10m, 至多十年',
      en: 'a duration such as 60 (seconds) or 10m, at most ten years',
    },
  });
}

/** For the audit: ` for 10m: 双开`. */
function howOf(how: { reason?: string | undefined; for?: number | string | undefined }): string {
  const reason = toReason(how.reason ?? '');
  return `${how.for === undefined ? '' : ` for ${how.for}`}${reason === '' ? '' : `: ${reason}`}`;
}

function toOutcomes(
  targets: readonly string[],
  answer: TargetResults | undefined,
  how: string,
): readonly Outcome[] {
  return targets.map((target, index) => {
    const { user, error } = answer?.results[index] ?? {};
    const isConnection = user !== undefined && target !== user.id && !target.startsWith('@');
    const unknown = target.startsWith('c-') ? target : `user:${target}`;
    const who = user === undefined ? unknown : `user:${user.id}${isConnection ? ` ${target}` : ''}`;
    return { target: `${who}${how}`, ...(error === undefined ? {} : { result: error.code }) };
  });
}

const reason = z
  .string()
  .max(MAX_REASON)
  .optional()
  .meta({ description: 'told to the user', examples: ['维护'] });
const someUsers = z.array(userSpec).min(1).max(MAX_TARGETS);

const kickRequest = z
  .object({
    users: z.array(userSpec).max(MAX_TARGETS).optional(),
    connections: z
      .array(z.string().min(1).max(64))
      .max(MAX_TARGETS)
      .optional()
      .meta({ description: 'each means its user, unless `for` is 0: then that connection alone' }),
    reason,
    for: z
      .union([z.number().min(0), z.string().max(32)])
      .optional()
      .meta({ description: 'seconds, or a duration such as 10m; Kick.KeepOut if absent, 0 for not at all' }),
  })
  .refine(
    ({ users = [], connections = [] }) => {
      const count = users.length + connections.length;
      return count > 0 && count <= MAX_TARGETS;
    },
    { message: `name 1 to ${MAX_TARGETS} users or connections`, path: ['users'] },
  );

const targetResults = z.object({
  results: z.array(
    z.object({
      target: z.string().meta({ description: 'as it was named' }),
      user: namedUser.optional(),
      ended: z.number().meta({ description: 'connections that ended' }),
      keptOutUntil: z
        .number()
        .optional()
        .meta({ description: 'ms since 1970; absent if not kept out, or until a ban is lifted' }),
      error: z.object({ code: z.enum(ERROR_CODES), msg: z.string() }).optional(),
    }),
  ),
});

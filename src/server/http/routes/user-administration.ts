import { z } from 'zod';
import { toChatError } from '../../../protocol/error-codes.ts';
import type { Accounts } from '../../auth/accounts.ts';
import type { Clock, Identity, Log } from '../../chat/ports.ts';
import type { AuditEntry, AuditLog } from '../../chat/record-ports.ts';
import type { User, UserStore } from '../../chat/store-ports.ts';
import { userId } from '../fields.ts';
import { defineRoute } from '../route.ts';
import type { Call, Route } from '../route.ts';
import { requireUser, toPublicUser, userSchema } from './users.ts';

interface Administration extends Records {
  readonly accounts: Accounts;
  readonly users: UserStore;
}

interface Records {
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly log: Log;
}

/** The seed's routes for administrators. What they do is written to the audit, done or refused. */
export function userAdministrationRoutes(parts: Administration): readonly Route[] {
  return [addRoute(parts), changeRoute(parts), removeRoute(parts)];
}

const tag = 'user administration';
/** A refused name may be of any length: so much of it tells what was tried. */
const MAX_NAME_SHOWN = 190;
const status = z.int().min(0).max(1).optional().meta({ description: '1 enabled, 0 disabled' });

const addRoute = ({ accounts, ...records }: Administration): Route =>
  defineRoute({
    method: 'POST',
    path: '/v1/user',
    summary: 'Make an account for somebody',
    tag,
    who: 'admin',
    seed: true,
    body: z.object({ name: z.string(), password: z.string(), status }),
    answer: userSchema,
    handler: async (call) => {
      const { name, password } = call.body;
      const adding = { action: 'user.add', target: `user:@${name.slice(0, MAX_NAME_SHOWN)}` };
      const user = await audited(records, call, adding, () => accounts.add({ name, password }));
      if (call.body.status !== 0) return toPublicUser(user);
      const disabling = { action: 'user.disable', target: `user:${user.id}` };
      return toPublicUser(await audited(records, call, disabling, () => accounts.disable(user.id)));
    },
  });

const changeRoute = ({ accounts, users, ...records }: Administration): Route =>
  defineRoute({
    method: 'PUT',
    path: '/v1/user',
    summary: "Change somebody's name, password or status",
    tag,
    who: 'admin',
    seed: true,
    body: z.object({ id: userId, name: z.string().optional(), password: z.string().optional(), status }),
    answer: userSchema,
    handler: async (call) => {
      const { id } = call.body;
      let user = await requireUser(users, id);
      for (const { action, change } of changesOf(accounts, user, call.body)) {
        user = await audited(records, call, { action, target: `user:${id}` }, change);
      }
      return toPublicUser(user);
    },
  });

interface Change {
  readonly action: string;
  readonly change: () => Promise<User>;
}

// A page that edits a user sends all of him back: only what differs is a change.
function changesOf(
  accounts: Accounts,
  user: User,
  wanted: {
    readonly name?: string | undefined;
    readonly password?: string | undefined;
    readonly status?: number | undefined;
  },
): Change[] {
  const { id } = user;
  const { name, password, status } = wanted;
  const changes: Change[] = [];
  if (name !== undefined && name !== user.name) {
    changes.push({ action: 'user.rename', change: () => accounts.rename(id, name) });
  }
  if (password !== undefined && password !== '') {
    changes.push({ action: 'user.passwd', change: () => accounts.setPassword(id, password) });
  }
  if (status === 1 && !user.enabled)
    changes.push({ action: 'user.enable', change: () => accounts.enable(id) });
  if (status === 0 && user.enabled)
    changes.push({ action: 'user.disable', change: () => accounts.disable(id) });
  return changes;
}

const removeRoute = ({ accounts, ...records }: Administration): Route =>
  defineRoute({
    method: 'DELETE',
    path: '/v1/user/:id',
    summary: 'Remove an account: never your own, never the last administrator',
    tag,
    who: 'admin',
    seed: true,
    params: z.object({ id: userId }),
    answer: z.null(),
    handler: async (call) => {
      const { id } = call.params;
      await audited(records, call, { action: 'user.remove', target: `user:${id}` }, () =>
        accounts.remove(id, call.by.userId),
      );
      return null;
    },
  });

async function audited<T>(
  records: Records,
  { by, address }: Pick<Call<Identity>, 'by' | 'address'>,
  what: { readonly action: string; readonly target: string },
  act: () => Promise<T>,
): Promise<T> {
  const entry = { ...what, actor: `user:${by.userId}`, address };
  try {
    const done = await act();
    await record(records, { ...entry, result: 'ok' });
    return done;
  } catch (error) {
    await record(records, { ...entry, result: toChatError(error).code });
    throw error;
  }
}

// What was done is done: an audit that cannot be written is an error of ours, and goes to the log with all it says.
async function record({ audit, clock, log }: Records, what: Omit<AuditEntry, 'at'>): Promise<void> {
  const entry = { at: clock.now(), ...what };
  log.info('operator', { ...entry });
  await audit.append(entry).catch((cause: unknown) => log.error('audit_failed', { ...entry, cause }));
}

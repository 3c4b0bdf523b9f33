import type { NamedUser, TargetResult } from '../../protocol/admin-users.ts';
import { ChatError, type Language } from '../../protocol/error-codes.ts';
import type { UserId } from '../../protocol/ids.ts';
import type { LiveConnection } from '../chat/connection-ports.ts';
import type { AdminParts, AuditParts } from './admin-parts.ts';
import type { FindUser } from './find-user.ts';
import { toNamedUser } from './schemas.ts';
import { eachTarget } from './target-results.ts';

interface Targets {
  readonly users: readonly string[];
  readonly connections: readonly string[];
}

interface Dismissal {
  readonly keepOutMs: number;
  readonly reason: string;
  readonly by: string;
}

type Kick = (targets: Targets, how: Dismissal, language?: Language) => Promise<readonly TargetResult[]>;

/**
 * Kicks users by name or by connection, one after the other, each user once: what names him again ends nothing more.
 * Connections are looked up before anybody is kicked, as the operator saw them.
 */
export function createKick(
  { accounts, connections, log }: Pick<AdminParts, 'accounts' | 'connections'> & Pick<AuditParts, 'log'>,
  findUser: FindUser,
): Kick {
  return async (targets, how, language) => {
    const kicked = new Map<UserId, TargetResult>();

    async function kickUser(target: string, id: UserId): Promise<TargetResult> {
      const before = kicked.get(id);
      if (before !== undefined) return { ...before, target, ended: 0 };
      const { user, ended } = await accounts.kick(id, how);
      const until = how.keepOutMs === 0 ? undefined : user.keepOut?.until;
      const result = { target, user: toNamedUser(user), ended, keptOutUntil: until };
      kicked.set(id, result);
      return result;
    }

    function kickConnection(
      target: string,
      found: LiveConnection | undefined,
    ): Promise<TargetResult> | TargetResult {
      if (found === undefined) throw goneAlready(target);
      if (how.keepOutMs > 0) return kickUser(target, found.userId);
      const isEnded = connections.endOne(target, 'kicked', toEndDetail(how));
      if (!isEnded) throw goneAlready(target);
      return { target, user: nameOf(found), ended: 1 };
    }

    const found = targets.connections.map((id) => ({ id, connection: connections.get(id) }));
    const ofUsers = targets.users.map((target) => ({
      target,
      act: async () => kickUser(target, (await findUser(target, 'users')).id),
    }));
    const ofConnections = found.map(({ id, connection }) => ({
      target: id,
      act: async () => kickConnection(id, connection),
    }));
    return eachTarget([...ofUsers, ...ofConnections], { log, language });
  };
}

function nameOf({ userId, name }: LiveConnection): NamedUser {
  return { id: String(userId), name };
}

/** He may come back at once. */
function toEndDetail({ reason, by }: Dismissal) {
  const cause = `kicked by ${by}`;
  return reason === '' ? { cause, retryMs: 0 } : { cause: `${cause}: ${reason}`, text: reason, retryMs: 0 };
}

function goneAlready(id: string): ChatError {
  return new ChatError('not_found', {
    field: 'connections',
    text: { zh: `连接 ${id} 已不在`, en: `connection ${id} has gone` },
  });
}

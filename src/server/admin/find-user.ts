import { ChatError } from '../../protocol/error-codes.ts';
import { toUserId } from '../../protocol/ids.ts';
import type { User, UserStore } from '../chat/store-ports.ts';

/** The user `spec` names: `2` or `@alice`. Rejects with not_found, invalid_field. */
export type FindUser = (spec: string, field?: string) => Promise<User>;

export function createFindUser(users: Pick<UserStore, 'byId' | 'byName'>): FindUser {
  return async (spec, field = 'user') => {
    const user = await look(users, spec.trim(), field);
    if (user === undefined) throw unknownUser(spec, field);
    return user;
  };
}

function look(
  users: Pick<UserStore, 'byId' | 'byName'>,
  spec: string,
  field: string,
): Promise<User | undefined> {
  if (spec.startsWith('@') && spec.length > 1) return users.byName(spec.slice(1));
  const id = toUserId(spec);
  if (id === undefined) throw notASpec(spec, field);
  return users.byId(id);
}

function unknownUser(spec: string, field: string): ChatError {
  return new ChatError('not_found', {
    field,
    text: {
      zh: `没有用户 ${spec}。先建一个: chatd user add NAME`,
      en: `no user ${spec}. Add one first: chatd user add NAME`,
    },
  });
}

function notASpec(spec: string, field: string): ChatError {
  const isName = spec !== '' && !/^[\d@-]/.test(spec);
  return new ChatError('invalid_field', {
    field,
    text: {
      zh: `用户应写作 2 或 @alice, 现为 "${spec}"${isName ? `。是否想用 @${spec}?` : ''}`,
      en: `a user is written 2 or @alice, not "${spec}"${isName ? `. Did you mean @${spec}?` : ''}`,
    },
  });
}

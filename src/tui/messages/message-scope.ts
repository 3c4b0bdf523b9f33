import type { MessageItem, MessageWatch } from '../../protocol/admin-records.ts';

/** Whose messages are shown: `2`, `@alice` and `user:2` are a user's, all else (`all`, `group:dev`) a group's. */
export function scopeOf(filter: string): Pick<MessageWatch, 'user' | 'group'> {
  const text = filter.trim();
  if (text === '') return {};
  const [, kind, named = ''] = /^(user|group):\s*(.*)$/.exec(text) ?? [];
  if (kind === 'user') return { user: named };
  if (kind === 'group') return { group: named };
  return /^(@.|\d+$)/.test(text) ? { user: text } : { group: text };
}

export function filterOf({ user, group }: Pick<MessageWatch, 'user' | 'group'>): string {
  if (user !== undefined) return /^(@.|\d+$)/.test(user) ? user : `user:${user}`;
  if (group === undefined) return '';
  return /^(@.|\d+$|user:|group:)/.test(group) ? `group:${group}` : group;
}

/** False for what was told under an earlier filter, as far as a message itself shows it. */
export function isInScope(item: MessageItem, { user, group }: Pick<MessageWatch, 'user' | 'group'>): boolean {
  if (group !== undefined) return item.group === group;
  if (user === undefined || user.startsWith('@') || item.to === undefined) return true;
  return item.from.id === user || item.to.id === user;
}

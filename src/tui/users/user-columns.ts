import type { AdminUser } from '../../protocol/admin-users.ts';
import type { Column } from '../columns.ts';
import { duration } from '../figures.ts';
import type { Tone } from '../lines.ts';
import { dateAndTime } from '../times.ts';
import { say, type Shared } from '../view.ts';

export const USER_COLUMNS: readonly Column<AdminUser>[] = [
  { title: { zh: '用户', en: 'USER' }, width: 7, show: ({ id }) => id },
  { title: { zh: '名字', en: 'NAME' }, width: 12, grows: 1, show: ({ name }) => name },
  {
    title: { zh: '角色', en: 'ROLE' },
    width: 6,
    from: 64,
    show: ({ role }, shared) =>
      role === 'admin' ? say(shared, { zh: '管理员', en: 'admin' }) : say(shared, { zh: '用户', en: 'user' }),
    tone: ({ role }) => (role === 'admin' ? 'accent' : undefined),
  },
  { title: { zh: '状态', en: 'STATE' }, width: 9, show: accountState, tone: accountTone },
  {
    title: { zh: '在线', en: 'ONLINE' },
    width: 7,
    from: 44,
    show: ({ online }, shared) => (online ? `${shared.glyphs.dot} ${say(shared, ONLINE)}` : ''),
    tone: ({ online }) => (online ? 'good' : undefined),
  },
  {
    title: { zh: '创建于', en: 'CREATED' },
    width: 16,
    from: 72,
    show: ({ createdAt }) => dateAndTime(createdAt),
  },
  {
    title: { zh: '原因', en: 'REASON' },
    width: 10,
    grows: 1,
    from: 96,
    show: ({ keepOut }) => (keepOut === undefined ? '' : `${keepOut.reason} (${keepOut.by})`),
  },
];

/** `enabled`, `disabled`, `banned`, or how long he is kept out still. */
function accountState({ enabled, keepOut }: AdminUser, shared: Shared): string {
  if (!enabled) return say(shared, { zh: '已停用', en: 'disabled' });
  if (keepOut === undefined) return say(shared, { zh: '正常', en: 'enabled' });
  if (keepOut.until === undefined) return say(shared, { zh: '已封禁', en: 'banned' });
  const left = duration(Math.max(0, keepOut.until - shared.now));
  return say(shared, { zh: `禁入 ${left}`, en: `out ${left}` });
}

function accountTone({ enabled, keepOut }: AdminUser): Tone | undefined {
  if (!enabled || (keepOut !== undefined && keepOut.until === undefined)) return 'bad';
  return keepOut === undefined ? undefined : 'warn';
}

const ONLINE = { zh: '在线', en: 'yes' } as const;

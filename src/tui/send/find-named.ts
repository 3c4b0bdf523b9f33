import type { ConnectionPage } from '../../protocol/admin-connections.ts';
import type { GroupDetail, UserDetail } from '../../protocol/admin-users.ts';
import { count } from '../figures.ts';
import { say, type Effect, type Shared } from '../view.ts';
import type { Found, SendMessage, SendState } from './send-state.ts';

type Named = 'to' | 'as';

/** Asks who is named in the form, where that was not asked yet. */
export function findNamed(state: SendState, shared: Shared): readonly Effect<SendMessage>[] {
  return [...findField(state, 'to', shared), ...findField(state, 'as', shared)];
}

/** What is asked for in that field now: changes with the kind of the recipient. */
export function specOf(state: SendState, field: Named): string {
  const text = state[field].text.trim();
  return field === 'to' && state.kind === 'group' && text !== '' ? `group:${text}` : text;
}

/** The fields as asked for: what was known of other names is forgotten. */
export function withAsked(state: SendState): SendState {
  const asked = (field: Named): Found =>
    state.found[field].spec === specOf(state, field) ? state.found[field] : { spec: specOf(state, field) };
  return { ...state, found: { to: asked('to'), as: asked('as') } };
}

function findField(state: SendState, field: Named, shared: Shared): readonly Effect<SendMessage>[] {
  const spec = specOf(state, field);
  if (spec === '' || spec === state.found[field].spec) return [];
  const found = (what: Omit<Found, 'spec'>): SendMessage => ({
    is: 'found',
    field,
    found: { spec, ...what },
  });
  const failed = ({ text }: { readonly text: string }) => found({ text, tone: 'bad' });
  const name = state[field].text.trim();
  if (field === 'to' && state.kind === 'group') {
    const done = (group: GroupDetail) => found(aboutGroup(group, shared));
    return [{ do: 'call', method: 'group.get', input: { group: name }, done, failed }];
  }
  const done = (user: UserDetail) => found(aboutUser(user, shared));
  return [{ do: 'call', method: 'user.get', input: { user: name }, done, failed }];
}

/** Where the recipient is, when it is known that he is online. */
export function findConnection(found: Found, shared: Shared): readonly Effect<SendMessage>[] {
  const { spec, onlineId, text = '' } = found;
  if (onlineId === undefined) return [];
  const told = (where: string): SendMessage => ({
    is: 'found',
    field: 'to',
    found: { spec, text: text + where, tone: 'good' },
  });
  const done = ({ items: [item] }: ConnectionPage): SendMessage => {
    if (item === undefined) return told('');
    const { address, client } = item;
    return told(` ${address}, ${say(shared, { zh: `${client} 客户端`, en: `${client} client` })}`);
  };
  const input = { filter: `user:${onlineId}`, limit: 1 };
  return [{ do: 'call', method: 'connection.list', input, done, failed: () => told('') }];
}

function aboutUser({ id, name, online, keepOut }: UserDetail, shared: Shared): Omit<Found, 'spec'> {
  const { dot } = shared.glyphs;
  const state = online
    ? `${dot} ${say(shared, { zh: '在线', en: 'online' })}`
    : say(shared, { zh: '离线: 下次同步时收到', en: 'offline: gets it at the next sync' });
  const kept = keepOut === undefined ? '' : `${say(shared, { zh: '被禁入', en: 'kept out' })}, `;
  const text = `${id} ${name}  ${kept}${state}`;
  return online ? { text, tone: 'good', onlineId: id } : { text, tone: 'dim' };
}

function aboutGroup({ name, members, memberCount }: GroupDetail, shared: Shared): Omit<Found, 'spec'> {
  const online = count(members.filter((member) => member.online).length);
  const all = count(memberCount);
  const text = say(shared, {
    zh: `${name}  ${all} 名成员, ${online} 人在线`,
    en: `${name}  ${all} members, ${online} online`,
  });
  return { text, tone: 'good' };
}

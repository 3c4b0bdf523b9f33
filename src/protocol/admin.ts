import type {
  ConnectionDetail,
  ConnectionHistory,
  ConnectionPage,
  ConnectionQuery,
  ConnectionView,
  ConnectionWatch,
} from './admin-connections.ts';
import type {
  AuditPage,
  AuditQuery,
  EventPage,
  EventQuery,
  EventTick,
  MessagePage,
  MessageQuery,
  MessageTick,
  MessageRecall,
  MessageRecalled,
  MessageWatch,
  OperatorMessage,
  SentMessage,
} from './admin-records.ts';
import type { Stats, StatsNow } from './admin-stats.ts';
import type {
  AdminGroup,
  AdminToken,
  AdminUser,
  BanPage,
  BanRequest,
  GroupDetail,
  GroupPage,
  KickRequest,
  MembersAnswer,
  NewAdminGroup,
  OneUser,
  PageQuery,
  SomeMembers,
  TargetResults,
  TokenVerdict,
  UnbanRequest,
  UserDetail,
  UserPage,
} from './admin-users.ts';

/**
 * What operators' tools and the server say to each other: one table of methods, what each takes and gives. The same
 * methods over HTTP, over the admin channel (admin-channel.ts) and from the command line. Users are named `2` or `@alice`.
 */
export interface AdminMethods {
  'connection.list': Method<ConnectionQuery, ConnectionPage>;
  'connection.get': Method<{ readonly connection: string }, ConnectionDetail>;
  'connection.history': Method<OneUser & HistoryPaging, ConnectionHistory>;
  'user.kick': Method<KickRequest, TargetResults>;
  'user.ban': Method<BanRequest, TargetResults>;
  'user.unban': Method<UnbanRequest, TargetResults>;
  'ban.list': Method<PageQuery, BanPage>;
  'user.list': Method<PageQuery & { readonly name?: string | undefined }, UserPage>;
  'user.get': Method<OneUser, UserDetail>;
  'user.add': Method<{ readonly name: string; readonly password: string }, AdminUser>;
  'user.passwd': Method<{ readonly user: string; readonly password: string }, AdminUser>;
  'user.enable': Method<OneUser, AdminUser>;
  'user.disable': Method<OneUser, AdminUser>;
  'user.promote': Method<OneUser, AdminUser>;
  'user.demote': Method<OneUser, AdminUser>;
  'group.list': Method<PageQuery, GroupPage>;
  'group.get': Method<{ readonly group: string }, GroupDetail>;
  'group.create': Method<NewAdminGroup, AdminGroup>;
  'group.add': Method<SomeMembers, MembersAnswer>;
  'group.remove': Method<SomeMembers, MembersAnswer>;
  'message.send': Method<OperatorMessage, SentMessage>;
  'message.list': Method<MessageQuery, MessagePage>;
  'message.recall': Method<MessageRecall, MessageRecalled>;
  'stats.get': Method<NoInput, Stats>;
  'event.list': Method<EventQuery, EventPage>;
  'audit.list': Method<AuditQuery, AuditPage>;
  'token.create': Method<OneUser & { readonly expire?: number | undefined }, AdminToken>;
  'token.check': Method<{ readonly token: string }, TokenVerdict>;
}

export type AdminMethod = keyof AdminMethods;
export type AdminInput<M extends AdminMethod> = AdminMethods[M]['input'];
export type AdminAnswer<M extends AdminMethod> = AdminMethods[M]['answer'];

/**
 * What a channel can have told on a clock: each takes its settings, and sends its answer again and again. On a channel
 * each of them is on or off; watching it again changes its settings.
 */
export interface AdminWatches {
  'stats.watch': Method<NoInput, StatsNow>;
  'event.watch': Method<Pick<EventQuery, 'filter'>, EventTick>;
  'message.watch': Method<MessageWatch, MessageTick>;
  'connection.watch': Method<ConnectionWatch, ConnectionView>;
}

export type AdminWatch = keyof AdminWatches;
export type WatchInput<W extends AdminWatch> = AdminWatches[W]['input'];
export type WatchData<W extends AdminWatch> = AdminWatches[W]['answer'];

/**
 * Where each method is over HTTP. `:name` in a path is that part of the input; of the rest a GET takes a query, a POST a
 * JSON body.
 */
export const ADMIN_ROUTES = {
  'connection.list': { method: 'GET', path: '/v1/admin/connections' },
  'connection.get': { method: 'GET', path: '/v1/admin/connections/:connection' },
  'connection.history': { method: 'GET', path: '/v1/admin/users/:user/connections' },
  'user.kick': { method: 'POST', path: '/v1/admin/kick' },
  'user.ban': { method: 'POST', path: '/v1/admin/ban' },
  'user.unban': { method: 'POST', path: '/v1/admin/unban' },
  'ban.list': { method: 'GET', path: '/v1/admin/bans' },
  'user.list': { method: 'GET', path: '/v1/admin/users' },
  'user.get': { method: 'GET', path: '/v1/admin/users/:user' },
  'user.add': { method: 'POST', path: '/v1/admin/users' },
  'user.passwd': { method: 'POST', path: '/v1/admin/users/passwd' },
  'user.enable': { method: 'POST', path: '/v1/admin/users/enable' },
  'user.disable': { method: 'POST', path: '/v1/admin/users/disable' },
  'user.promote': { method: 'POST', path: '/v1/admin/users/promote' },
  'user.demote': { method: 'POST', path: '/v1/admin/users/demote' },
  'group.list': { method: 'GET', path: '/v1/admin/groups' },
  'group.get': { method: 'GET', path: '/v1/admin/groups/:group' },
  'group.create': { method: 'POST', path: '/v1/admin/groups' },
  'group.add': { method: 'POST', path: '/v1/admin/groups/add' },
  'group.remove': { method: 'POST', path: '/v1/admin/groups/remove' },
  'message.send': { method: 'POST', path: '/v1/admin/messages' },
  'message.list': { method: 'GET', path: '/v1/admin/messages' },
  'message.recall': { method: 'POST', path: '/v1/admin/messages/recall' },
  'stats.get': { method: 'GET', path: '/v1/admin/stats' },
  'event.list': { method: 'GET', path: '/v1/admin/events' },
  'audit.list': { method: 'GET', path: '/v1/admin/audit' },
  'token.create': { method: 'POST', path: '/v1/admin/tokens' },
  'token.check': { method: 'POST', path: '/v1/admin/tokens/check' },
} as const satisfies Record<AdminMethod, { method: 'GET' | 'POST'; path: string }>;

/** A method as an HTTP request: the path with its query, and the body of a POST. */
export function toAdminRequest<M extends AdminMethod>(name: M, input: AdminInput<M>): AdminRequest {
  const { method, path } = ADMIN_ROUTES[name];
  const rest = new Map(Object.entries(input).filter(([, value]) => value !== undefined));
  const filled = path.replaceAll(/:(\w+)/g, (_all, key: string) => {
    const value = encodeURIComponent(String(rest.get(key)));
    rest.delete(key);
    return value;
  });
  if (method === 'POST') return { method, path: filled, body: JSON.stringify(Object.fromEntries(rest)) };
  const query = [...rest].map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`).join('&');
  return { method, path: query === '' ? filled : `${filled}?${query}` };
}

export interface AdminRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
}

interface Method<Input, Answer> {
  readonly input: Input;
  readonly answer: Answer;
}

export type NoInput = Readonly<Record<string, never>>;

export interface HistoryPaging {
  /** `next` of the page before. */
  readonly before?: string | undefined;
  /** At most 200; 50 if absent. */
  readonly limit?: number | undefined;
}

import { banView } from './connections/ban-view.ts';
import { connectionsView } from './connections/connections-view.ts';
import { disconnectView } from './connections/disconnect-view.ts';
import { historyView } from './connections/history-view.ts';
import { unbanView } from './connections/unban-view.ts';
import { userView } from './connections/user-view.ts';
import { eventView } from './events/event-view.ts';
import { eventsView } from './events/events-view.ts';
import { groupView } from './groups/group-view.ts';
import { groupsView } from './groups/groups-view.ts';
import { messagesView } from './messages/messages-view.ts';
import { metricsView } from './metrics/metrics-view.ts';
import { sendView } from './send/send-view.ts';
import { usersView } from './users/users-view.ts';
import { keysView } from './keys-view.ts';
import type { AnyView, ViewArguments } from './view.ts';

/** Every view there is, by name. */
const VIEWS: { readonly [N in keyof ViewArguments]: AnyView } = {
  connections: connectionsView,
  messages: messagesView,
  users: usersView,
  groups: groupsView,
  events: eventsView,
  metrics: metricsView,
  user: userView,
  history: historyView,
  group: groupView,
  event: eventView,
  disconnect: disconnectView,
  ban: banView,
  unban: unbanView,
  send: sendView,
  keys: keysView,
};

/** The six, in the order of their keys. */
export const SCREENS = ['connections', 'messages', 'users', 'groups', 'events', 'metrics'] as const;
export type ScreenName = (typeof SCREENS)[number];

export function viewOf(name: keyof ViewArguments): AnyView {
  return VIEWS[name];
}

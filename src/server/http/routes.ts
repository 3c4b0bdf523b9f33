import type { HttpParts } from './http-parts.ts';
import type { Route } from './route.ts';
import { conversationsRoute } from './routes/conversations.ts';
import { groupRoutes } from './routes/groups.ts';
import { historyRoute } from './routes/history.ts';
import { readRoutes } from './routes/reads.ts';
import { recallRoute } from './routes/recall.ts';
import { sendRoute } from './routes/send.ts';
import { serverRoutes } from './routes/server.ts';
import { uploadRoutes } from './routes/uploads.ts';
import { userAdministrationRoutes } from './routes/user-administration.ts';
import { userRoutes } from './routes/users.ts';

/** The route table: everything the HTTP API answers, but for what operators get. */
export function routes(parts: HttpParts): readonly Route[] {
  const { accounts, chat, clock, log, store } = parts;
  return [
    ...userRoutes(accounts, store.users),
    ...userAdministrationRoutes({ accounts, users: store.users, audit: store.audit, clock, log }),
    historyRoute(store, chat.reads),
    sendRoute(chat),
    ...readRoutes(chat.reads, store),
    recallRoute(chat),
    conversationsRoute(store),
    ...groupRoutes(chat.groups),
    ...uploadRoutes(parts),
    ...serverRoutes(parts),
  ];
}

import type { ChatClient, ClientStatus, CloseReason } from '../../client/chat-client.ts';
import type { SystemFrame } from '../../protocol/frames.ts';
import { leaveChat } from './chat-list.ts';
import type { ChatList } from './chat-list.ts';
import type { Core, Visit } from './core.ts';
import type { History } from './history.ts';
import type { Members } from './members.ts';
import type { Names } from './names.ts';
import type { Presence } from './presence.ts';
import type { Reading } from './reading.ts';
import { showSignIn, signedOut } from './sign-in.ts';
import type { ConnectionState } from './state.ts';
import { takeBack } from './thread-book.ts';
import type { Typing } from './typing.ts';

export interface LinkParts {
  readonly resume: (visit: Visit) => void;
  readonly history: History;
  readonly list: ChatList;
  readonly reading: Reading;
  readonly presence: Presence;
  readonly typing: Typing;
  readonly names: Names;
  readonly members: Members;
}

/** The connection of a visit: what comes in by it, and what its state means to people. */
export interface Link {
  /** Loads the list, then connects. */
  open(visit: Visit): void;
  /** Connects at once: from waiting, or after it has ended. */
  reconnect(): void;
}

/** ms until the server is asked again where it is. */
const TRY_AGAIN = 2_000;
/** Who takes back by this id is no user. */
const OPERATOR = '0';

export function createLink(core: Core, parts: LinkParts): Link {
  let isTakingOver = false;

  function followStatus(visit: Visit, status: ClientStatus): void {
    const before = core.state.connection;
    if (status.state === 'open') isTakingOver = false;
    if (status.state === 'waiting' || status.state === 'ended') visit.people.forgetPresence();
    if (status.state === 'ended' && endsVisit(core, visit, { why: status.why, isTakingOver })) return;
    core.set({ connection: toConnection(status, before) });
    if (status.state !== 'open') return;
    parts.list.refresh(visit);
    parts.history.reload();
    parts.presence.watchAnew(visit);
  }

  async function open(visit: Visit): Promise<void> {
    isTakingOver = false;
    // First, so that what comes by the connection is counted on top of it.
    const [about] = await Promise.all([core.api.about().catch(() => undefined), parts.list.load(visit)]);
    if (visit.isEnded) return;
    if (about === undefined) {
      const nextTryAt = core.world.clock.now() + TRY_AGAIN;
      core.set({ connection: { kind: 'waiting', nextTryAt, text: core.words.no_answer } });
      core.after(TRY_AGAIN, () => {
        if (!visit.isEnded) void open(visit);
      });
      return;
    }
    const client = core.world.createWebSocket(visit.token, { url: about.wsUrl, history: 1 });
    visit.client = client;
    client.onStatusChange((status) => {
      if (!visit.isEnded) followStatus(visit, status);
    });
    listen(core, visit, { client, parts });
    connect(client);
    parts.resume(visit);
  }

  return {
    open: (visit) => void open(visit),
    reconnect() {
      const { visit, state } = core;
      if (visit?.client === undefined) return;
      isTakingOver = state.connection.kind === 'replaced';
      const kept = core.kept.signedIn();
      // Another window of this browser may have signed in since: its token is the one that counts.
      if (kept?.id === visit.me.id && kept.token !== visit.token) {
        visit.token = kept.token;
        visit.client.setToken(kept.token);
      }
      connect(visit.client);
    },
  };
}

// How it went is told by the status.
function connect(client: ChatClient): void {
  client.connect().catch(() => {});
}

/** Whether an end of the connection is the end of the visit. */
function endsVisit(
  core: Core,
  visit: Visit,
  { why, isTakingOver }: { why: CloseReason; isTakingOver: boolean },
): boolean {
  if (visit.isRenewing) return true;
  switch (why.name) {
    case 'invalid_token':
    case 'token_expired':
    case 'logged_out':
      signedOut(core);
      return true;
    case 'account_disabled':
      signedOut(core, why.text || core.words.account_disabled);
      return true;
    case 'replaced':
      // "Use here" was refused: somebody has signed in later. Only another signing in wins now.
      if (isTakingOver) showSignIn(core, core.words.signed_out_by_other);
      return isTakingOver;
    default:
      return false;
  }
}

function toConnection(status: ClientStatus, before: ConnectionState): ConnectionState {
  switch (status.state) {
    case 'open':
    case 'syncing':
      return { kind: 'online' };
    case 'waiting': {
      const { why, nextTryAt } = status;
      if (why.name === 'kicked') return { kind: 'kicked', reason: why.text, until: nextTryAt };
      return { kind: 'waiting', nextTryAt, text: why.text };
    }
    case 'ended': {
      const { why } = status;
      if (why.name === 'replaced') return { kind: 'replaced' };
      if (why.name === 'kicked') return { kind: 'kicked', reason: why.text, until: undefined };
      return { kind: 'ended', text: why.text };
    }
    case 'idle':
    case 'connecting':
    case 'closed':
      return before.kind === 'connecting' ? before : { kind: 'connecting', isAgain: true };
  }
}

function listen(core: Core, visit: Visit, { client, parts }: { client: ChatClient; parts: LinkParts }): void {
  const when: ChatClient['on'] = (event, act) =>
    client.on(event, (value) => {
      if (visit.isEnded) return;
      act(value);
      core.touch();
    });

  when('message', (message) => {
    const isNew = visit.chats.byConversation(message.conversationId) === undefined;
    const chat = visit.chats.received(message);
    parts.history.received(visit, chat.key, message);
    parts.names.need(visit, [message.sendId, ...(chat.peerId === undefined ? [] : [chat.peerId])]);
    if (!isNew) return;
    // A group's name comes by the list alone.
    if (chat.kind === 'group') parts.list.refresh(visit);
    parts.presence.watchAnew(visit);
  });
  when('recall', ({ conversationId, seq, by }) => {
    const chat = visit.chats.byConversation(conversationId);
    if (chat === undefined) return;
    visit.chats.recalled(chat, seq);
    const pages = visit.threads.get(chat.key);
    if (pages !== undefined) takeBack(pages, seq, by);
    if (pages !== undefined && by !== '' && by !== OPERATOR) parts.names.need(visit, [by]);
    if (seq > chat.readSeq) parts.list.refresh(visit);
  });
  when('read', (notice) => parts.reading.heard(visit, notice));
  when('typing', ({ conversationId, userId }) => {
    const chat = visit.chats.byConversation(conversationId);
    if (chat === undefined || userId === visit.me.id) return;
    parts.typing.heard(visit, chat, userId);
    parts.names.need(visit, [userId]);
  });
  when('presence', ({ userId, online, lastSeen }) => visit.people.presence(userId, online, lastSeen));
  when('conversation', (state) => parts.reading.synced(visit, state));
  when('reset', ({ conversationId }) => {
    const chat = visit.chats.byConversation(conversationId);
    if (chat === undefined) return;
    visit.chats.forget(chat);
    parts.reading.reset(visit, chat);
    parts.history.reset(visit, chat.key);
    parts.list.refresh(visit);
  });
  when('gone', ({ conversationId }) => {
    const chat = visit.chats.byConversation(conversationId);
    if (chat?.kind === 'group') leaveChat(visit, chat.key);
  });
  when('system', (frame) => noticed(core, visit, { frame, parts }));
}

interface Noticed {
  readonly frame: SystemFrame;
  readonly parts: LinkParts;
}

function noticed(core: Core, visit: Visit, { frame, parts }: Noticed): void {
  const { systemType, groupInfo } = frame;
  const { groupId, groupName, memberIds, creatorId } = groupInfo;
  const isAboutMe = memberIds.includes(visit.me.id);
  const key = `g:${groupId}` as const;
  const known = visit.chats.get(key);
  if (systemType === 'group_dismiss' || (systemType === 'group_leave' && isAboutMe)) {
    leaveChat(visit, key);
    const say = systemType === 'group_dismiss' ? core.words.dismissed : core.words.removed_from;
    if (known !== undefined) core.toast(say(groupName || core.words.left_without_name));
    return;
  }
  const chat = visit.chats.ensure(key, groupName);
  visit.chats.learn(chat, groupId);
  if (visit.open === key) parts.members.meet(visit, key);
  if (known !== undefined) return;
  chat.openedAt = core.world.clock.now();
  if (creatorId !== visit.me.id) core.toast(core.words.added_to(groupName));
  parts.list.refresh(visit);
}

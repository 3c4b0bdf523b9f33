import { ClientError } from '../../client/chat-client.ts';
import type { Ack, OutgoingMessage } from '../../client/chat-client.ts';
import { CONTENT_TYPE } from '../../protocol/frames.ts';
import { ApiError } from '../api/api-error.ts';
import type { Core, Visit } from './core.ts';
import { putBack, unsentOf } from './kept-unsent.ts';
import { openChatOf } from './open-chat.ts';
import type { Presence } from './presence.ts';
import { randomName } from './random-name.ts';
import type { ChatKey } from './state.ts';
import { countUnread, createUnsent, settleSent } from './thread-book.ts';
import type { Entry, Pages } from './thread-book.ts';

/** What the user sends: shown at once, then stored, or failed with another try. */
export interface Sending {
  draft(text: string): void;
  sendText(text: string): void;
  sendFile(file: File): void;
  retry(itemKey: string): void;
  discard(itemKey: string): void;
  /** The visit has a connection now: what waited for one is sent, of an earlier life of the page too. */
  resume(visit: Visit): void;
}

export function createSending(core: Core, presence: Presence): Sending {
  const { send, keep } = createOutgoing(core, presence);

  function add(visit: Visit, pages: Pages, content: string, file?: File): void {
    const entry = createUnsent(randomName(), visit.me.id, {
      content,
      contentType: file === undefined ? CONTENT_TYPE.text : CONTENT_TYPE.image,
      at: core.world.clock.now(),
    });
    entry.file = file;
    pages.unsent.push(entry);
    void send(visit, { pages, entry });
    core.touch();
  }

  return {
    draft(text) {
      withOpen(core, (visit, pages) => {
        const isTyping = text !== '' && text !== pages.draft;
        pages.draft = text;
        if (isTyping) visit.client?.sendTyping(typingTarget(pages.key));
        core.touch();
      });
    },
    sendText(text) {
      if (text.trim() === '') return;
      withOpen(core, (visit, pages) => {
        pages.draft = '';
        add(visit, pages, text);
      });
    },
    sendFile(file) {
      if (!PICTURES.includes(file.type)) core.toast(core.words.not_an_image, true);
      else withOpen(core, (visit, pages) => add(visit, pages, '', file));
    },
    retry(itemKey) {
      withFailed(core, itemKey, (visit, place) => {
        place.pages.unsent = [...place.pages.unsent.filter((one) => one !== place.entry), place.entry];
        place.entry.way = { kind: 'pending' };
        void send(visit, place);
        core.touch();
      });
    },
    discard(itemKey) {
      withFailed(core, itemKey, (visit, { pages, entry }) => {
        pages.unsent = pages.unsent.filter((one) => one !== entry);
        keep(visit);
        core.touch();
      });
    },
    resume(visit) {
      putBack(visit, core.kept.unsent());
      for (const pages of visit.threads.values()) {
        for (const entry of pages.unsent) {
          if (entry.way?.kind === 'pending') void send(visit, { pages, entry });
        }
      }
      core.touch();
    },
  };
}

/** Sends each message once at a time, and keeps those that are on their way for a reload of the page. */
function createOutgoing(core: Core, presence: Presence) {
  const underWay = new Set<Entry>();

  /** Sends it, unless that is being done. What has no connection yet waits for resume(). */
  async function send(visit: Visit, place: Place): Promise<void> {
    if (underWay.has(place.entry)) return;
    underWay.add(place.entry);
    keep(visit);
    await sendOne(core, visit, { ...place, presence });
    underWay.delete(place.entry);
    keep(visit);
  }

  function keep(visit: Visit): void {
    if (!visit.isEnded) core.kept.keepUnsent(unsentOf(visit));
  }

  return { send, keep };
}

const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];
const PICTURE_NAME = /\.(?:png|jpe?g|gif|webp)$/;

interface Place {
  readonly pages: Pages;
  readonly entry: Entry;
}

async function sendOne(
  core: Core,
  visit: Visit,
  place: Place & { readonly presence: Presence },
): Promise<void> {
  const { pages, entry } = place;
  try {
    if (entry.file !== undefined) await upload(core, visit, entry, entry.file);
    if (visit.isEnded || visit.client === undefined) return;
    const ack = await visit.client.send(toMessage(pages.key, entry));
    if (visit.isEnded) return;
    const isFirst = stored(visit, place, ack);
    // They share a conversation from now on: the other's presence is told.
    if (isFirst) place.presence.watchAnew(visit);
  } catch (error) {
    if (entry.seq === undefined) {
      const isTooLarge =
        entry.file !== undefined && error instanceof ApiError && error.code === 'content_too_large';
      const text = isTooLarge ? core.words.image_too_large : core.explain(error);
      entry.way = { kind: 'failed', error: text, canRetry: canRetry(error) };
    }
  }
  if (!visit.isEnded) core.touch();
}

function stored(visit: Visit, { pages, entry }: Place, ack: Ack): boolean {
  const { content, contentType, senderId: sendId } = entry;
  settleSent(pages, entry, ack);
  const chat = visit.chats.ensure(pages.key);
  const isFirst = chat.conversationId === undefined;
  // A private message does not come back to who sent it: this is all the list will hear of it.
  visit.chats.received({
    ...ack,
    ...target(chat.key),
    recvId: chat.peerId ?? '',
    sendId,
    content,
    contentType,
  });
  // Somebody else's may have been stored behind it already.
  const left = countUnread(pages, chat.readSeq);
  if (left !== undefined) chat.unread = left;
  return isFirst;
}

async function upload(core: Core, visit: Visit, entry: Entry, file: File): Promise<void> {
  const progress = (percent: number): void => {
    entry.way = { kind: 'uploading', percent: Math.round(percent) };
    core.touch();
  };
  progress(0);
  const { base } = core.world;
  const { language } = core.state.settings;
  const uploaded = await core.world.uploadFile({
    base,
    token: visit.token,
    file,
    language,
    onProgress: progress,
  });
  // By its content, whatever its name said.
  if (!PICTURE_NAME.test(uploaded.file)) throw new ApiError('bad_content_type', core.words.not_an_image);
  entry.content = uploaded.host.replace(/\/+$/, '') + uploaded.file;
  entry.file = undefined;
  entry.way = { kind: 'pending' };
  core.touch();
}

function toMessage(key: ChatKey, { content, contentType, key: clientMsgId }: Entry): OutgoingMessage {
  return { ...target(key), content, contentType, clientMsgId };
}

function target(key: ChatKey) {
  const id = key.slice(2);
  return key.startsWith('p:')
    ? ({ chatType: 2, recvId: id } as const)
    : ({ chatType: 1, conversationId: id } as const);
}

function typingTarget(key: ChatKey) {
  const id = key.slice(2);
  return key.startsWith('p:') ? { recvId: id } : { conversationId: id };
}

/** What may have another outcome another time. The rest is refused as often as it is sent. */
const MAY_PASS = new Set([
  'closed',
  'too_many',
  'not_connected',
  'rate_limited',
  'draining',
  'storage_unavailable',
  'storage_full',
  'internal',
  'muted',
  'no_answer',
  'limit_exceeded',
]);

function canRetry(error: unknown): boolean {
  return (error instanceof ClientError || error instanceof ApiError) && MAY_PASS.has(error.code);
}

function withOpen(core: Core, use: (visit: Visit, pages: Pages) => void): void {
  const open = openChatOf(core);
  if (open !== undefined) use(open.visit, open.pages);
}

function withFailed(core: Core, key: string, use: (visit: Visit, place: Place) => void): void {
  withOpen(core, (visit, pages) => {
    const entry = pages.unsent.find((one) => one.key === key && one.way?.kind === 'failed');
    if (entry !== undefined) use(visit, { pages, entry });
  });
}

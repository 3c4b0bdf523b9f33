import { randomBytes } from 'node:crypto';
import type { Dialect, LoadClient, LoadConversation } from './load-order.ts';
import { blankMark, MARK_LENGTH } from './mark.ts';

/** How a client of each dialect comes in and writes. */
export interface Speech {
  /** Of the upgrade's request. */
  path(client: LoadClient, group: string | undefined): string;
  readonly protocol?: string;
  /** What it says once it is upgraded, if anything. */
  readonly hello?: string;
  /** What the answer to that begins with. */
  readonly welcome?: string;
  /** A text as it travels. */
  wrap(json: string): string;
  /** Whether messages carry `seq`. */
  readonly hasSeq: boolean;
}

const asItIs = (json: string) => json;

export const DIALECTS: Readonly<Record<Dialect, Speech>> = {
  chatd: { path: () => '/ws', protocol: 'chatd.v1', wrap: asItIs, hasSeq: true },
  relay: { path: (client, group) => `/ws?${query(client, group)}`, wrap: asItIs, hasSeq: false },
  'socket.io': {
    path: (client, group) => `/socket.io/?EIO=4&transport=websocket&${query(client, group)}`,
    hello: '40',
    welcome: '40',
    // The number asks for an ack; the same for all, since acks tell by clientMsgId what they are of.
    wrap: (json) => `420["chat",${json}]`,
    hasSeq: false,
  },
};

/** The upgrade's request. */
export function upgradeRequest(speech: Speech, client: LoadClient, place: RequestPlace): string {
  const lines = [
    `GET ${speech.path(client, place.group)} HTTP/1.1`,
    `Host: ${place.host}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    `Authorization: Bearer ${client.token}`,
    'User-Agent: chatd-bench',
    ...(speech.protocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${speech.protocol}`]),
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

interface RequestPlace {
  readonly host: string;
  readonly group: string | undefined;
}

/** The text of a message of `stream`, its marks still blank. */
export function messageText(speech: Speech, message: MessagePlan): string {
  const { conversation, recvId, stream, size } = message;
  return speech.wrap(
    JSON.stringify({
      type: 'chat',
      chatType: conversation.group === undefined ? 2 : 1,
      conversationId: conversation.group ?? '',
      recvId,
      content: blankMark('c', stream).padEnd(Math.max(size, MARK_LENGTH), 'x'),
      contentType: 1,
      clientMsgId: blankMark('a', stream),
    }),
  );
}

export interface MessagePlan {
  readonly conversation: LoadConversation;
  /** The other user of a private conversation, else empty. */
  readonly recvId: string;
  readonly stream: number;
  readonly size: number;
}

function query({ user }: LoadClient, group: string | undefined): string {
  return group === undefined ? `user=${user}` : `user=${user}&group=${group}`;
}

import type { Actor } from './api.ts';
import { keyOf, type Line, type Traffic } from './traffic.ts';

/** What was promised about messages, held against what is stored. All but `sent`, `acked`, `refused`, `stored` must be 0. */
export interface Audit {
  readonly sent: number;
  readonly acked: number;
  readonly refused: number;
  readonly stored: number;
  /** Acked, and not stored at the place the ack named. */
  readonly missing: number;
  /** Contents stored more than once. */
  readonly twice: number;
  /** Conversations whose seqs are not 1, 2, 3 … n. */
  readonly withGaps: number;
  /** Refused, and stored all the same. */
  readonly storedThoughRefused: number;
  /** Answers that contradict each other. */
  readonly contradictions: number;
}

/** What a good audit has. */
export const NOTHING_WRONG = { missing: 0, twice: 0, withGaps: 0, storedThoughRefused: 0, contradictions: 0 };

interface Stored {
  readonly id: number;
  readonly seq: number;
  readonly content: string;
}

/** Reads every conversation of the lines through the HTTP API and compares it with what the clients were told. */
export async function auditOf(traffic: Traffic, lines: readonly Line[]): Promise<Audit> {
  const conversations = await readAll(lines);
  const all = conversations.flat();
  const byContent = new Map<string, Stored[]>();
  for (const message of all) {
    const key = keyOf(message.content);
    byContent.set(key, [...(byContent.get(key) ?? []), message]);
  }
  const isMissing = ([key, ack]: [string, { id: string; seq: number }]) =>
    byContent.get(key)?.some(({ id, seq }) => String(id) === ack.id && seq === ack.seq) !== true;
  return {
    sent: traffic.sent,
    acked: traffic.acked.size,
    refused: traffic.refused.size,
    stored: all.length,
    missing: [...traffic.acked].filter(isMissing).length,
    twice: [...byContent.values()].filter((copies) => copies.length > 1).length,
    withGaps: conversations.filter((list) => list.some(({ seq }, at) => seq !== at + 1)).length,
    storedThoughRefused: [...traffic.refused.keys()].filter((key) => byContent.has(key)).length,
    contradictions: traffic.contradictions.length,
  };
}

/** Every message of every conversation the lines write to, by seq. */
async function readAll(lines: readonly Line[]): Promise<Stored[][]> {
  const conversations = new Map<string, { reader: Actor; query: string }>();
  for (const { sender: reader, target } of lines) {
    if (target.chatType === 1) {
      const query = `conversationId=${target.conversationId}&chatType=1`;
      conversations.set(target.conversationId, { reader, query });
    } else {
      const both = [reader.id, target.recvId].toSorted().join(' and ');
      conversations.set(both, { reader, query: `targetUserId=${target.recvId}&chatType=2` });
    }
  }
  return Promise.all([...conversations.values()].map(({ reader, query }) => readConversation(reader, query)));
}

async function readConversation(reader: Actor, query: string): Promise<Stored[]> {
  const list: Stored[] = [];
  for (;;) {
    const after = list.at(-1)?.seq ?? 0;
    const { data } = await reader.request<{ list: Stored[] }>(
      `GET /v1/chat/messages?${query}&afterSeq=${after}&limit=300`,
    );
    if (data.list.length === 0) return list;
    list.push(...data.list);
  }
}

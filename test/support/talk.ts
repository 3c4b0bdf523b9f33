import type { ChatClient, ClientOptions } from '../../src/client/chat-client.ts';
import type { Heard, Place, Said, Target, TalkReport } from './talk-report.ts';

export interface TalkOptions {
  readonly createWebSocket: (token: string, options: ClientOptions) => ChatClient;
  readonly url: string;
  readonly token: string;
  readonly userId: string;
  /** Begins every content, so that no two talkers say the same. */
  readonly name: string;
  readonly targets: readonly Target[];
  /** Sends in flight at a time. */
  readonly atOnce: number;
}

/** What there is to be heard of a conversation: up to which seq, and what of it was taken back. */
export interface Told {
  readonly seq: number;
  readonly recalled: readonly number[];
}

/** Somebody who writes to all his targets in turn, as fast as he is acked, and remembers what he heard. */
export interface Talk {
  readonly client: ChatClient;
  start(): Promise<void>;
  /** Says nothing new any more; resolves when the outcome of everything is known. */
  finish(): Promise<void>;
  /** Resolves when he knows this, by conversation; or, after 10 s, not. */
  knows(everything: Readonly<Record<string, Told>>): Promise<boolean>;
  report(): TalkReport;
}

/**
 * Runs in this process and in a browser, where its source text is sent: it uses nothing that is not an argument or of
 * both. Every tenth send is one that must be refused: its content names the code. Every sixth is taken back.
 */
export function talk({ createWebSocket, url, token, userId, name, targets, atOnce }: TalkOptions): Talk {
  // Waits of some milliseconds: what is tested is what becomes of messages.
  const client = createWebSocket(token, { url, maxRetryMs: 20 });
  const heard: Heard[] = [];
  const said: Said[] = [];
  const recalled: Place[] = [];
  const waiting = new Set<() => void>();
  const moved = () => waiting.forEach((check) => check());
  let isOver = false;
  let workers: readonly Promise<void>[] = [];

  client.on('message', ({ conversationId, sendId, seq, id, content, recalled }) => {
    heard.push({ conversationId, sendId, seq, id, content, ...(recalled === undefined ? {} : { recalled }) });
    moved();
  });
  client.on('recall', ({ conversationId, seq }) => {
    recalled.push({ conversationId, seq });
    moved();
  });
  const say = async (at: number) => {
    const isWrong = at % 10 === 9;
    const target = isWrong ? { chatType: 2 as const, recvId: '999999' } : targets[at % targets.length];
    if (target === undefined) return;
    const content = isWrong ? `no_such_recipient ${name} ${at}` : `${name} ${at}`;
    said.push({ target, content });
    try {
      const { conversationId, seq, id } = await client.send({ ...target, content });
      said[at] = { target, content, ack: { conversationId, seq, id } };
      // If the connection is lost meanwhile, so be it: the server knows whether it was.
      if (at % 6 === 0) await client.recall(conversationId, seq).catch(() => {});
    } catch (error) {
      said[at] = { target, content, refused: String((error as { code?: unknown }).code ?? error) };
    }
    moved();
  };
  const work = async () => {
    for (;;) {
      if (isOver) return;
      await say(said.length);
    }
  };
  const isTold = (conversationId: string, told: Told) => {
    const here = (place: Place) => place.conversationId === conversationId;
    const gone = new Set(
      [...recalled, ...heard.filter((message) => message.recalled)].filter(here).map(({ seq }) => seq),
    );
    const seq = client.positions()[conversationId]?.seq ?? 0;
    return seq >= told.seq && told.recalled.every((one) => gone.has(one));
  };
  return {
    client,
    async start() {
      await client.connect();
      workers = Array.from({ length: atOnce }, work);
    },
    async finish() {
      isOver = true;
      await Promise.all(workers);
    },
    knows: (everything) =>
      new Promise((resolve) => {
        const end = (knowsAll: boolean) => {
          clearTimeout(timer);
          waiting.delete(check);
          resolve(knowsAll);
        };
        const timer = setTimeout(() => end(false), 10_000);
        const check = () => {
          if (Object.entries(everything).every(([id, told]) => isTold(id, told))) end(true);
        };
        waiting.add(check);
        check();
      }),
    report: () => ({ userId, said, heard, recalled }),
  };
}

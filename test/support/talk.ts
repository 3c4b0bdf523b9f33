import type { ChatClient, ClientOptions } from '../../src/client/chat-client.ts';
import type { Heard, Said, Target, TalkReport } from './talk-report.ts';

export interface TalkOptions {
  readonly createWebSocket: (token: string, options: ClientOptions) => ChatClient;
  readonly url: string;
  readonly token: string;
  /** Begins every content, so that no two talkers say the same. */
  readonly name: string;
  readonly targets: readonly Target[];
  /** Sends in flight at a time. */
  readonly atOnce: number;
}

/** Somebody who writes to all his targets in turn, as fast as he is acked, and remembers what he heard. */
export interface Talk {
  readonly client: ChatClient;
  start(): Promise<void>;
  /** Says nothing new any more; resolves when the outcome of everything is known. */
  finish(): Promise<void>;
  /** Resolves when he has heard up to these, by conversation; or, after 10 s, not. */
  heardUpTo(seqs: Readonly<Record<string, number>>): Promise<boolean>;
  report(): TalkReport;
}

/**
 * Runs in this process and in a browser, where its source text is sent: it uses nothing that is not an argument or of
 * both. Every tenth send is one that must be refused: its content names the code.
 */
export function talk({ createWebSocket, url, token, name, targets, atOnce }: TalkOptions): Talk {
  // Waits of some milliseconds: what is tested is what becomes of messages.
  const client = createWebSocket(token, { url, maxRetryMs: 20 });
  const heard: Heard[] = [];
  const said: Said[] = [];
  const waiting = new Set<() => void>();
  const moved = () => waiting.forEach((check) => check());
  let isOver = false;
  let workers: readonly Promise<void>[] = [];

  client.onMessage(({ conversationId, sendId, seq, id, content }) => {
    heard.push({ conversationId, sendId, seq, id, content });
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
    heardUpTo: (seqs) =>
      new Promise((resolve) => {
        const end = (hasAll: boolean) => {
          clearTimeout(timer);
          waiting.delete(check);
          resolve(hasAll);
        };
        const timer = setTimeout(() => end(false), 10_000);
        const check = () => {
          const positions = client.positions();
          if (Object.entries(seqs).every(([id, seq]) => (positions[id]?.seq ?? 0) >= seq)) end(true);
        };
        waiting.add(check);
        check();
      }),
    report: () => ({ said, heard }),
  };
}

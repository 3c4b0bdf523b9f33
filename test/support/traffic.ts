import { randomBytes } from 'node:crypto';
import type { Actor } from './api.ts';
import { connect, type AnyFrame, type Client } from './client.ts';

/** One sender writing into one conversation. */
export interface Line {
  readonly sender: Actor;
  /** The frame without its content: where it goes. */
  readonly target:
    | { readonly chatType: 1; readonly conversationId: string }
    | { readonly chatType: 2; readonly recvId: string };
}

export interface Ack {
  readonly id: string;
  readonly seq: number;
  readonly conversationId: string;
}

interface Server {
  readonly http: string;
  readonly ws: string;
}

export interface TrafficOptions {
  readonly perSecond: number;
  /** Whether what has neither ack nor error is sent again after a reconnect, with the same clientMsgId. */
  readonly resends: boolean;
  /** Characters of a message at least: its key, and dots behind it. */
  readonly size?: number;
}

/** The clientMsgId a stored content was sent with. */
export function keyOf(content: string): string {
  return content.replace(/\.+$/, '');
}

/**
 * Clients that send at a steady rate, each message with a clientMsgId that is also its content, and remember what
 * became of each: acked, refused, or not known. They come back after every end of their connection.
 */
export class Traffic {
  /** By clientMsgId. */
  readonly acked = new Map<string, Ack>();
  readonly refused = new Map<string, string>();
  /** What was told of two outcomes that cannot both be true. */
  readonly contradictions: string[] = [];
  sent = 0;
  reconnects = 0;
  readonly #senders = new Map<Actor, Sender>();
  readonly #lines: readonly Line[];
  readonly #perSecond: number;
  readonly #size: number;
  readonly #waiting = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;
  #startedAt = 0;
  /** Keys of one traffic are not those of another. */
  readonly #name = randomBytes(4).toString('hex');

  constructor(server: Server, lines: readonly Line[], options: TrafficOptions) {
    const { perSecond, resends, size = 0 } = options;
    this.#lines = lines;
    this.#perSecond = perSecond;
    this.#size = size;
    for (const { sender: actor } of lines) {
      if (!this.#senders.has(actor)) this.#senders.set(actor, new Sender(server, actor, resends, this));
    }
  }

  async start(): Promise<void> {
    await Promise.all(this.#all.map((sender) => sender.open()));
    this.#startedAt = performance.now();
    this.#timer = setInterval(() => this.#sendWhatIsDue(), 10);
  }

  /** Sends nothing new any more; what is unanswered goes on being sent again. */
  pause(): void {
    clearInterval(this.#timer);
  }

  /** Messages with neither ack nor error yet. */
  get unanswered(): number {
    return this.#all.reduce((sum, sender) => sum + sender.unanswered.size, 0);
  }

  /** Senders with an open connection. */
  get connected(): number {
    return this.#all.filter(({ isConnected }) => isConnected).length;
  }

  /** Resolves when `condition` holds; looked at after every answer, send and end. */
  until(condition: (traffic: Traffic) => boolean, timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(check);
      };
      const check = () => {
        if (!condition(this)) return;
        done();
        resolve();
      };
      const timer = setTimeout(() => {
        done();
        const { sent, acked, refused, unanswered } = this;
        reject(
          new Error(
            `not so in ${timeoutMs} ms: ${sent} sent, ${acked.size} acked, ${refused.size} refused, ${unanswered} open`,
          ),
        );
      }, timeoutMs);
      this.#waiting.add(check);
      check();
    });
  }

  async stop(): Promise<void> {
    this.pause();
    await Promise.all(this.#all.map((sender) => sender.shutDown()));
  }

  answered(key: string, frame: AnyFrame): void {
    if (frame.type === 'ack') this.#noteAck(key, frame);
    else this.#noteRefusal(key, String(frame['code']));
    this.look();
  }

  #noteAck(key: string, frame: AnyFrame): void {
    const ack = {
      id: String(frame['id']),
      seq: Number(frame['seq']),
      conversationId: String(frame['conversationId']),
    };
    const before = this.acked.get(key);
    if (before !== undefined && (before.id !== ack.id || before.seq !== ack.seq)) {
      this.contradictions.push(`${key}: acked as ${before.seq}, then as ${ack.seq}`);
    }
    if (this.refused.has(key)) this.contradictions.push(`${key}: refused, then acked`);
    this.acked.set(key, ack);
  }

  #noteRefusal(key: string, code: string): void {
    if (this.acked.has(key)) this.contradictions.push(`${key}: acked, then ${code}`);
    this.refused.set(key, code);
  }

  #sendWhatIsDue(): void {
    const due = ((performance.now() - this.#startedAt) / 1000) * this.#perSecond;
    for (; this.sent < due; this.sent += 1) {
      const line = this.#lines[this.sent % this.#lines.length];
      if (line !== undefined) this.#say(line, `${this.#name}-${this.sent}`);
    }
    this.look();
  }

  #say(line: Line, key: string): void {
    this.#senders.get(line.sender)?.say(line, key, key.padEnd(this.#size, '.'));
  }

  get #all(): readonly Sender[] {
    return [...this.#senders.values()];
  }

  /** Something happened: whoever waits looks again. */
  look(): void {
    for (const check of this.#waiting) check();
  }
}

const RETRY_EVERY = 50;

class Sender {
  readonly actor: Actor;
  /** By clientMsgId, in the order of sending. */
  readonly unanswered = new Map<string, object>();
  readonly #server: Server;
  readonly #resends: boolean;
  readonly #traffic: Traffic;
  #client: Client | undefined;
  #stopped = false;

  constructor(server: Server, actor: Actor, resends: boolean, traffic: Traffic) {
    this.#server = server;
    this.actor = actor;
    this.#resends = resends;
    this.#traffic = traffic;
  }

  get isConnected(): boolean {
    return this.#client !== undefined;
  }

  async open(): Promise<void> {
    const client = await connect(this.#server, { token: this.actor.token });
    client.socket.on('message', (bytes) => this.#hear(JSON.parse(String(bytes)) as AnyFrame));
    void client.closed.then(() => this.#comeBack());
    this.#client = client;
    if (this.#resends) for (const frame of this.unanswered.values()) client.send(frame);
  }

  say(line: Line, key: string, content: string): void {
    const frame = { ...line.target, content, contentType: 1, clientMsgId: key };
    this.unanswered.set(key, frame);
    this.#client?.send(frame);
  }

  async shutDown(): Promise<void> {
    this.#stopped = true;
    await this.#client?.close();
  }

  #hear(frame: AnyFrame): void {
    if (frame.type !== 'ack' && frame.type !== 'error') return;
    const key = String(frame['clientMsgId']);
    this.unanswered.delete(key);
    this.#traffic.answered(key, frame);
  }

  async #comeBack(): Promise<void> {
    this.#client = undefined;
    this.#traffic.look();
    while (!this.#stopped && this.#client === undefined) {
      const opened = await this.open().then(
        () => true,
        () => false,
      );
      if (opened) this.#traffic.reconnects += 1;
      else await new Promise((resolve) => setTimeout(resolve, RETRY_EVERY));
    }
  }
}

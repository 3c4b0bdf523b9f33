import type { ErrorFrame, SyncFrame, SyncNotice, SyncPosition } from '../protocol/frames.ts';
import type { Conversations, Round } from './conversations.ts';
import { isPassing } from './is-passing.ts';

export interface CatchUpOptions {
  readonly conversations: Conversations;
  readonly history: number;
  readonly send: (text: string) => void;
  /** All that was missed before the connection was opened has been handed on. */
  readonly onDone: () => void;
  /** The server cannot answer: for this connection it is over. */
  readonly onHopeless: (error: ErrorFrame) => void;
}

/** Conversations named in one frame at first: a frame may have 64 KiB, and each takes up to 130 bytes. */
const MAX_NAMED = 300;
/** ms until it is asked again after an error that will pass. */
const AGAIN_AFTER = 1000;

/**
 * Asks the server for what was missed, one `sync` at a time: when a connection is opened for everything, later for what a
 * gap shows to be missing.
 */
export class CatchUp {
  readonly #options: CatchUpOptions;
  #waiting: SyncFrame[] = [];
  #current: { readonly frame: SyncFrame; readonly round: Round } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStarted = false;
  #isDone = false;
  #maxNamed = MAX_NAMED;

  constructor(options: CatchUpOptions) {
    this.#options = options;
  }

  get isAsking(): boolean {
    return this.#current !== undefined;
  }

  /** On a new connection. */
  start(): void {
    this.stop();
    this.#isStarted = true;
    const { conversations, history } = this.#options;
    // One message at least tells where a conversation stands.
    const limit = conversations.areTold ? 0 : Math.max(1, Math.min(300, history) | 0);
    const positions = conversations.positions();
    const parts = this.#partsOf(positions);
    this.#waiting =
      parts.length > 1 ? [...parts, toFrame({}, limit, false)] : [toFrame(positions, limit, false)];
    this.#next();
  }

  /** The connection is gone. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#waiting = [];
    this.#current = undefined;
    this.#isStarted = false;
    this.#isDone = false;
  }

  /** To be called when something arrived: asks if something is missing before it. */
  look(): void {
    if (!this.#isStarted || this.#current !== undefined || this.#waiting.length > 0) return;
    this.#waiting = this.#partsOf(this.#options.conversations.gaps());
    this.#next();
  }

  take({ conversations: pages, done }: SyncNotice): void {
    const { conversations } = this.#options;
    const current = this.#current;
    if (current === undefined) return;
    for (const page of pages) {
      conversations.takePage(page, current.round);
      // A listener may have closed the client.
      if (this.#current !== current) return;
    }
    if (!done) return;
    this.#current = undefined;
    conversations.endRound(current.round, this.#waiting.length === 0 && !current.frame.only);
    if (!this.#isStarted) return;
    this.#next();
    this.look();
    if (this.#current !== undefined || this.#waiting.length > 0 || this.#isDone) return;
    this.#isDone = true;
    this.#options.onDone();
  }

  /** A server takes no frame so large: the next connection asks by smaller ones. */
  tooLarge(): void {
    this.#maxNamed = Math.ceil(this.#maxNamed / 4);
  }

  /** The answer to a `sync` is an error: it is asked again, unless that is of no use. */
  refused(error: ErrorFrame): void {
    const { code, retryAfterMs = AGAIN_AFTER } = error;
    const current = this.#current;
    if (current === undefined) return;
    if (!isPassing(code)) return this.#options.onHopeless(error);
    this.#timer = setTimeout(() => this.#ask(current.frame), Math.max(retryAfterMs, AGAIN_AFTER));
  }

  #next(): void {
    const next = this.#waiting.shift();
    if (next !== undefined) this.#ask(next);
  }

  #ask(frame: SyncFrame): void {
    this.#current = { frame, round: { named: frame.since, told: new Set() } };
    this.#options.send(JSON.stringify(frame));
  }

  #partsOf(positions: Record<string, SyncPosition>): SyncFrame[] {
    const entries = Object.entries(positions);
    const parts: SyncFrame[] = [];
    while (entries.length > 0)
      parts.push(toFrame(Object.fromEntries(entries.splice(0, this.#maxNamed)), 0, true));
    return parts;
  }
}

function toFrame(since: Record<string, SyncPosition>, limit: number, only: boolean): SyncFrame {
  return { type: 'sync', since, limit, only };
}

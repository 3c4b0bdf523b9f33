import type { AdminWatch } from '../../../protocol/admin.ts';
import type { ChannelReady, RpcAnswer, RpcNotification } from '../../../protocol/admin-channel.ts';
import type { CloseName } from '../../../protocol/close-codes.ts';
import { ChatError, type ErrorCode, type Language, toChatError } from '../../../protocol/error-codes.ts';
import type { Log } from '../../chat/ports.ts';
import type { AdminCaller } from '../admin-command.ts';
import { type ChannelCallParts, type ChannelCalls, createChannelCalls } from './channel-calls.ts';
import { type ChannelWatches, createChannelWatches } from './channel-watches.ts';
import { createIntake, type Intake, type Work } from './intake.ts';
import {
  decodeRpc,
  type RpcCall,
  type RpcEntry,
  type RpcText,
  toFailed,
  toRefused,
  toResult,
} from './rpc.ts';
import type { WatchClocks } from './watch-clocks.ts';

/** The way to an operator's tool. */
export interface ChannelPipe {
  write(text: string): void;
  /** Bytes it has not taken yet. */
  readonly unsent: number;
  pause(): void;
  resume(): void;
  close(ending: ChannelEnding): void;
}

export interface ChannelEnding {
  readonly why: CloseName;
  readonly words?: Readonly<Record<string, string | number>>;
  readonly text?: string;
  readonly cause?: string;
}

/** Who opened a channel, and with what. */
export interface ChannelArrival {
  readonly operator: Operator;
  readonly token: string;
  readonly address: string;
  readonly language: Language;
}

export type Operator = Omit<AdminCaller, 'address'>;

export interface ChannelParts {
  readonly calls: ChannelCallParts;
  readonly clocks: WatchClocks;
  /** Who a token speaks for now. Rejects with unauthorized, token_expired, permission_denied. */
  readonly admit: (token: string) => Promise<Operator>;
  readonly isDraining: () => boolean;
  readonly ready: Omit<ChannelReady, 'actor' | 'at'>;
  readonly now: () => number;
  readonly log: Log;
  /** Sampled by the field `reason`. */
  readonly refusalLog: Log;
  readonly onEnd: (channel: Channel) => void;
}

/** One tool's session: what it asks is answered, what it watches is told. */
export class Channel {
  readonly #arrival: ChannelArrival;
  readonly #pipe: ChannelPipe;
  readonly #parts: ChannelParts;
  readonly #watches: ChannelWatches;
  readonly #calls: ChannelCalls;
  readonly #intake: Intake<RpcText>;
  #token: string;
  #isChecking = false;
  #hasEnded = false;
  #refused = 0;

  constructor(arrival: ChannelArrival, pipe: ChannelPipe, parts: ChannelParts) {
    this.#arrival = arrival;
    this.#pipe = pipe;
    this.#parts = parts;
    this.#token = arrival.token;
    this.#watches = createChannelWatches({
      clocks: parts.clocks,
      isClear: () => pipe.unsent === 0,
      write: (notification) => this.#write(notification),
    });
    this.#calls = createChannelCalls(parts.calls, {
      watches: this.#watches,
      renew: (token) => this.#renew(token),
    });
    this.#intake = createIntake<RpcText>({
      sizeOf: ({ entries }) => entries.length,
      admit: (text) => this.#admit(text),
      pause: () => pipe.pause(),
      resume: () => pipe.resume(),
    });
    const { actor } = arrival.operator;
    this.#write({
      jsonrpc: '2.0',
      method: 'channel.ready',
      params: { ...parts.ready, actor, at: parts.now() },
    });
  }

  receive(text: string): void {
    const decoded = decodeRpc(text);
    if (this.#intake.receive(decoded)) return;
    this.#refused += decoded.entries.length;
    if (this.#refused > MAX_REFUSED) this.#pipe.close({ why: 'rate_limited' });
    else this.#answerAll(decoded, TOO_FAST);
  }

  ended(): void {
    this.#hasEnded = true;
    this.#intake.stop();
    this.#watches.stopAll();
    this.#parts.onEnd(this);
  }

  /** Whether it may go on: the channel of whoever may not any more ends. Never rejects. */
  async check(): Promise<void> {
    if (this.#isChecking || this.#hasEnded) return;
    this.#isChecking = true;
    try {
      await this.#parts.admit(this.#token);
    } catch (error) {
      const { code } = toChatError(error);
      // A database that does not answer says nothing about anybody.
      const why = ENDS[code];
      if (why !== undefined) this.#pipe.close({ why });
    } finally {
      this.#isChecking = false;
    }
  }

  /** Resolves when nothing it asked is under way. */
  settled(): Promise<void> {
    return this.#intake.settled();
  }

  close(ending: ChannelEnding): void {
    this.#pipe.close(ending);
  }

  /** Every text is let in by what its sender is at that moment; only then the next one is looked at. */
  async #admit(text: RpcText): Promise<Work> {
    this.#refused = 0;
    if (this.#parts.isDraining()) return async () => this.#answerAll(text, DRAINING);
    // A new token speaks for itself: the old one may have run out.
    if (text.entries.every(isRenewal))
      return () => this.#handle(text, { ...this.#arrival.operator, ...this.#from() });
    try {
      const operator = await this.#parts.admit(this.#token);
      const { language } = this.#arrival;
      return () => this.#handle(text, { ...operator, ...this.#from(), language });
    } catch (error) {
      const refusal = toChatError(error);
      this.#parts.refusalLog.warn('operator_refused', { ...this.#from(), reason: refusal.code });
      return async () => this.#answerAll(text, refusal);
    }
  }

  #from() {
    return { address: this.#arrival.address };
  }

  async #handle({ isBatch, entries }: RpcText, by: AdminCaller): Promise<void> {
    const done = await Promise.all(entries.map((entry) => this.#answer(entry, by)));
    const answers = done.filter((answer) => answer !== undefined);
    if (answers.length > 0) this.#write(isBatch ? answers : answers[0]);
    // What was just written has left with this turn of the event loop, so that there is room for a tick.
    setImmediate(() => {
      for (const entry of entries) if ('method' in entry) this.#watches.begin(entry.method as AdminWatch);
    });
  }

  async #answer(entry: RpcEntry, by: AdminCaller): Promise<RpcAnswer | undefined> {
    const { language } = this.#arrival;
    if ('failed' in entry) return toFailed(entry.failed, language);
    const outcome = await this.#calls.perform(entry, by);
    const { id } = entry;
    if (id === undefined) return undefined;
    return 'failed' in outcome ? toFailed(outcome.failed, language) : toResult(id, outcome.result);
  }

  /** The same for all that the text asks. */
  #answerAll({ isBatch, entries }: RpcText, error: ChatError): void {
    const { language } = this.#arrival;
    const answers = entries.filter(isAnswered).map((entry) => {
      return toFailed('failed' in entry ? entry.failed : toRefused(entry.id ?? null, error), language);
    });
    if (answers.length > 0) this.#write(isBatch ? answers : answers[0]);
  }

  async #renew(token: string): Promise<null> {
    const { actor } = await this.#parts.admit(token);
    if (actor !== this.#arrival.operator.actor) {
      throw new ChatError('permission_denied', { field: 'token' });
    }
    this.#token = token;
    return null;
  }

  #write(value: RpcAnswer | readonly RpcAnswer[] | RpcNotification | undefined): void {
    if (!this.#hasEnded) this.#pipe.write(JSON.stringify(value));
  }
}

const TOO_FAST = new ChatError('rate_limited', { retryAfterMs: 1000 });
const DRAINING = new ChatError('draining', { retryAfterMs: 1000 });
/** Requests refused because too many wait, until the channel is closed. */
const MAX_REFUSED = 2048;

/** What ends a channel: a new token helps against the first, nothing against the others. */
const ENDS: { readonly [C in ErrorCode]?: CloseName } = {
  token_expired: 'token_expired',
  unauthorized: 'invalid_token',
  permission_denied: 'forbidden',
};

function isRenewal(entry: RpcEntry): boolean {
  return 'method' in entry && entry.method === 'token.renew';
}

function isAnswered(entry: RpcEntry): entry is RpcEntry {
  return 'failed' in entry || (entry as RpcCall).id !== undefined;
}

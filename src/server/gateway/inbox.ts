import { decodeFrame } from '../../protocol/codec.ts';
import { ChatError } from '../../protocol/error-codes.ts';
import { type Refused, toErrorFrame } from '../../protocol/error-frame.ts';
import type { ChatFrame, ClientFrame } from '../../protocol/frames.ts';
import type { Meters } from '../chat/connection-ports.ts';
import type { Clock, FrameSender, HandleFrame, Log, SendLimiter } from '../chat/ports.ts';
import type { SendRoom, WaitingSender } from '../chat/store-ports.ts';
import { type Budget, createBudget } from './budget.ts';
import { costOf } from './frame-cost.ts';
import type { HeldTexts, HoldSpace } from './hold-space.ts';
import type { Ending } from './sessions.ts';

/** What a client sends, one frame after the other, no faster than it may and no more at a time than we hold. */
export interface Inbox {
  receive(text: string): void;
  /** A ping or pong of the WebSocket protocol: does nothing, but costs. */
  countControl(): void;
  /** Refuses what comes from now on, and what waits. Resolves when the outcome of what was taken in is known. */
  settle(): Promise<void>;
  /** Calls `then` when nothing waits any more: now, or once the last that does was handed on. Never if it is dropped. */
  afterHeld(then: () => void): void;
  /**
   * The client is gone: of what waits, what is too fast or has no room is dropped, now and later. Nobody could end its
   * sends any more, and whoever comes and goes would pile up more of them than ever leave.
   */
  leave(): void;
  /** We have ended the session: what waits is dropped. */
  stop(): void;
}

/** The session, as its inbox sees it. */
export interface InboxOwner extends FrameSender {
  /** Stop and go on reading from the socket. */
  pause(): void;
  resume(): void;
  /** A message it sent was taken in. */
  tookIn(): void;
  close(ending: Ending): void;
}

export interface InboxParts {
  readonly handleFrame: HandleFrame;
  readonly limiter: SendLimiter;
  readonly room: SendRoom;
  readonly holdSpace: HoldSpace;
  readonly clock: Clock;
  readonly log: Log;
  readonly meters: Pick<Meters, 'refused'>;
}

export function createInbox(owner: InboxOwner, parts: InboxParts): Inbox {
  return new OrderedInbox(owner, parts);
}

/** Sends of a connection whose outcome is not known yet. */
const MAX_IN_FLIGHT = 256;
/** Frames refused because there was no space to hold them, until the connection is closed. */
const MAX_REFUSED = 1024;
const TOO_FAST = new ChatError('rate_limited', { retryAfterMs: 1000 });
const NO_ROOM = new ChatError('storage_unavailable');
const DRAINING = new ChatError('draining', { retryAfterMs: 1000 });
const ABUSE: Ending = { why: 'rate_limited', words: { retry: 30_000 } };
/** Frames that are no sends (pings of both kinds), by what they cost: a few a minute are usual. */
const CHATTER = { perSecond: 50, burst: 500, hopelessAfterMs: 60_000 };
/** Frames that were wrong: a client that goes on so is broken, and does not get better by coming back. */
const ERRORS = { perSecond: 1, burst: 100 };

class OrderedInbox implements Inbox, WaitingSender {
  readonly #owner: InboxOwner;
  readonly #parts: InboxParts;
  /** Undefined while nothing waits. */
  #held: HeldTexts | undefined;
  #chatter: Budget | undefined;
  #errors: Budget | undefined;
  #refused = 0;
  #inFlight = 0;
  #isAdmitting = false;
  #isInLine = false;
  #isStopped = false;
  #hasLeft = false;
  #onHeldTaken: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #settled: Promise<void> | undefined;
  #onSettled: (() => void) | undefined;
  /** Made when something is sent: most connections have nothing in flight, and many never had. */
  #onDone: (() => void) | undefined;

  constructor(owner: InboxOwner, parts: InboxParts) {
    this.#owner = owner;
    this.#parts = parts;
  }

  receive(text: string): void {
    if (this.#isStopped) return;
    if (this.#settled !== undefined) this.#refuse(text, DRAINING);
    else if (this.#held !== undefined || this.#isBlocked() || !this.#take(text)) this.#hold(text);
  }

  countControl(): void {
    if (!this.#isStopped) this.#countChatter(1);
  }

  settle(): Promise<void> {
    this.#settled ??= new Promise((resolve) => {
      this.#onSettled = resolve;
    });
    for (const text of this.#letGo()) this.#refuse(text, DRAINING);
    // What was sent and not read yet is to be told so, too.
    this.#owner.resume();
    if (this.#inFlight === 0) this.#onSettled?.();
    return this.#settled;
  }

  afterHeld(then: () => void): void {
    if (this.#held === undefined) then();
    else this.#onHeldTaken = then;
  }

  leave(): void {
    this.#hasLeft = true;
    if (this.#timer !== undefined || this.#isInLine) this.stop();
  }

  stop(): void {
    this.#isStopped = true;
    this.#letGo();
  }

  onTurn(): void {
    this.#isInLine = false;
    this.#takeHeld();
  }

  /** Nothing waits any more, nor for anything. Gives what did. */
  #letGo(): readonly string[] {
    clearTimeout(this.#timer);
    if (this.#isInLine) this.#parts.room.leave(this);
    this.#isInLine = false;
    const held = this.#held?.empty() ?? [];
    this.#held = undefined;
    return held;
  }

  #isBlocked(): boolean {
    const isWaiting = this.#isAdmitting || this.#isInLine || this.#timer !== undefined;
    return isWaiting || this.#inFlight >= MAX_IN_FLIGHT;
  }

  /** Deals with what was sent, unless its sender has to wait: then nothing happens before the wait is over. */
  #take(text: string): boolean {
    const frame = this.#decode(text);
    if (frame === undefined) return true;
    if (frame.type === 'chat') return this.#takeSend(frame);
    this.#countChatter(costOf(frame));
    if (!this.#isStopped) this.#handle(frame);
    return true;
  }

  #takeSend(frame: ChatFrame): boolean {
    const answer = this.#parts.room.ask(this);
    if (answer === 'wait') {
      this.#standInLine();
      return false;
    }
    const waitMs = this.#parts.limiter.take(this.#owner.userId);
    if (waitMs > 0) {
      this.#wait(waitMs);
      return false;
    }
    if (answer === 'go') this.#handle(frame);
    else this.#reply(NO_ROOM, frame);
    return true;
  }

  #handle(frame: ClientFrame): void {
    const { admitted, done, refused } = this.#callHandler(frame);
    if (refused) this.#countError();
    if (done) {
      this.#owner.tookIn();
      this.#inFlight += 1;
      this.#onDone ??= this.#done.bind(this);
      void done.then(this.#onDone);
    }
    if (admitted) {
      this.#isAdmitting = true;
      void admitted.then(() => this.#admitted());
    }
  }

  /** The handler never throws; if it does after all, one frame fails and not the server. */
  #callHandler(frame: ClientFrame): ReturnType<HandleFrame> {
    try {
      return this.#parts.handleFrame(frame, this.#owner);
    } catch (error) {
      this.#parts.log.error('frame_failed', { connection: this.#owner.id, type: frame.type, error });
      if (frame.type !== 'ping') this.#reply(new ChatError('internal', { cause: error }), frame);
      return {};
    }
  }

  #done(): void {
    this.#inFlight -= 1;
    if (this.#inFlight === 0) this.#onSettled?.();
    this.#takeHeld();
  }

  #admitted(): void {
    this.#isAdmitting = false;
    this.#takeHeld();
  }

  /** What waited, for as long as nothing is in its way; then the socket is read again. */
  #takeHeld(): void {
    if (this.#isStopped || this.#settled !== undefined) return;
    while (!this.#isBlocked()) {
      const next = this.#held?.first;
      if (next === undefined) return this.#goOn();
      if (!this.#take(next) || this.#isStopped) return;
      this.#held?.removeFirst();
    }
  }

  #goOn(): void {
    this.#held = undefined;
    this.#refused = 0;
    this.#owner.resume();
    this.#onHeldTaken?.();
  }

  #wait(ms: number): void {
    if (this.#hasLeft) return this.stop();
    this.#owner.pause();
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#takeHeld();
    }, ms).unref();
  }

  #standInLine(): void {
    this.#isInLine = true;
    if (this.#hasLeft) this.stop();
  }

  #hold(text: string): void {
    if (this.#isStopped) return;
    this.#owner.pause();
    this.#held ??= this.#parts.holdSpace.open();
    if (!this.#held.add(text)) this.#refuseTooMany(text);
  }

  /** Only what one read brought beyond all bounds gets here: the socket has been paused since the first that waited. */
  #refuseTooMany(text: string): void {
    this.#refused += 1;
    if (this.#refused > MAX_REFUSED) this.#owner.close(ABUSE);
    else this.#refuse(text, this.#isInLine ? NO_ROOM : TOO_FAST);
  }

  #refuse(text: string, error: ChatError): void {
    const frame = this.#decode(text);
    if (frame !== undefined && frame.type !== 'ping') this.#reply(error, frame);
  }

  /** Undefined if it is wrong: then that was answered. */
  #decode(text: string): ClientFrame | undefined {
    const decoded = decodeFrame(text);
    if (!('error' in decoded)) return decoded.frame;
    this.#reply(decoded.error, decoded);
    this.#countError();
    return undefined;
  }

  /** Overdrawn: the socket is not read until the budget is even. Overdrawn without end: closed. */
  #countChatter(cost: number): void {
    this.#chatter ??= createBudget(CHATTER.perSecond, CHATTER.burst);
    const waitMs = this.#chatter.spend(this.#parts.clock.now(), cost);
    if (waitMs > CHATTER.hopelessAfterMs) this.#owner.close(ABUSE);
    else if (waitMs > 0) this.#wait(waitMs);
  }

  #countError(): void {
    this.#errors ??= createBudget(ERRORS.perSecond, ERRORS.burst);
    if (this.#errors.spend(this.#parts.clock.now()) > 0) this.#owner.close({ why: 'too_many_errors' });
  }

  #reply(error: ChatError, refused: Refused): void {
    this.#parts.meters.refused(error.code);
    this.#owner.reply(toErrorFrame(error, refused, this.#owner.language));
  }
}

import type { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import { CLOSE, closeReason } from '../../protocol/close-codes.ts';
import type { Clock } from '../chat/ports.ts';
import { createBudget } from './budget.ts';
import type { ClientSocket, LibraryClose, SocketEars } from './client-socket.ts';
import type { Beating } from './heartbeat.ts';
import { createOutbox, type Outbox, type OutboxOwner } from './outbox.ts';
import type { Ending } from './sessions.ts';
import type { Turn } from './turn.ts';
import { PING, pongFrame, textFrame } from './wire.ts';

/** The way to one operator's tool, for what speaks there. */
export interface AdminPipe {
  write(text: string): void;
  /** Bytes it has not taken yet. */
  readonly unsent: number;
  /** Stop and go on reading what it sends. */
  pause(): void;
  resume(): void;
  /** What was written before still goes out. */
  close(ending: Ending): void;
}

/** What speaks at our end of the pipe. */
export interface AdminTalk {
  receive(text: string): void;
  /** The pipe is gone: nothing more comes, and what is written is lost. */
  ended(): void;
}

export interface AdminSocketParts {
  readonly socket: Socket;
  readonly webSocket: ClientSocket;
  readonly turn: Turn;
  readonly clock: Clock;
  /** Bytes. */
  readonly maxQueue: number;
  /** Once, when it has ended for us. */
  readonly onEnd: (code: number, cause: string) => void;
}

/** One live socket of an operator's tool, from its upgrade to its end. */
export class AdminSocket implements AdminPipe, Beating, OutboxOwner, SocketEars {
  /** Its token is looked at again and again by who speaks here. */
  readonly expiresAt = Number.POSITIVE_INFINITY;
  readonly #parts: AdminSocketParts;
  readonly #outbox: Outbox;
  readonly #control = createBudget(CONTROL.perSecond, CONTROL.burst);
  #talk: AdminTalk | undefined;
  #hasEnded = false;

  constructor(parts: AdminSocketParts) {
    this.#parts = parts;
    this.#outbox = createOutbox({ ...parts, owner: this });
    parts.webSocket.ears = this;
  }

  /** Has `talk` hear what comes from now on. */
  begin(talk: AdminTalk): void {
    this.#talk = talk;
  }

  get isPaused(): boolean {
    return this.#parts.webSocket.isPaused;
  }

  get bytesRead(): number {
    return this.#parts.socket.bytesRead;
  }

  get unsent(): number {
    return this.#outbox.unsent;
  }

  get progress(): number {
    return this.#outbox.progress;
  }

  write(text: string): void {
    if (!this.#hasEnded) this.#outbox.write(textFrame(text));
  }

  ping(): void {
    this.#outbox.write(PING);
  }

  pause(): void {
    if (!this.#hasEnded) this.#parts.webSocket.pause();
  }

  resume(): void {
    if (this.#parts.webSocket.isPaused) this.#parts.webSocket.resume();
  }

  close({ why, words, text, cause = why }: Ending): void {
    if (this.#hasEnded) return;
    this.#finish(CLOSE[why], cause);
    const reason = closeReason(why, words, text);
    if (why === 'slow') this.#outbox.abandon(CLOSE[why], reason);
    else this.#outbox.close(CLOSE[why], reason);
  }

  onOverrun(): void {
    this.close({ why: 'slow' });
  }

  onMessage(text: Buffer, isBinary: boolean): void {
    if (this.#hasEnded) return;
    if (isBinary) this.close({ why: 'binary_frame' });
    else this.#talk?.receive(text.toString());
  }

  onPing(payload: Buffer): void {
    if (!this.#hasEnded) this.#outbox.write(pongFrame(payload));
    this.#countControl();
  }

  onPong(): void {
    this.#countControl();
  }

  onLibraryClose({ code, byPeer }: LibraryClose): void {
    this.#finish(code ?? 1005, byPeer ? 'client_left' : 'protocol_error');
    this.#outbox.close(code);
  }

  onClose(code: number): void {
    this.#finish(code, 'connection_lost');
    this.#outbox.abandon();
  }

  #countControl(): void {
    if (this.#control.spend(this.#parts.clock.now()) > 0) this.close({ why: 'rate_limited' });
  }

  #finish(code: number, cause: string): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#parts.onEnd(code, cause);
    this.#talk?.ended();
  }
}

/** Pings and pongs: a few a minute are usual. */
const CONTROL = { perSecond: 50, burst: 500 };

import { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import type { WireFrame } from '../chat/ports.ts';
import type { ClientSocket } from './client-socket.ts';
import type { Turn } from './turn.ts';

/** The only way out to a client. What is written leaves once per turn of the event loop, in order. */
export interface Outbox {
  /** Ignored once closed. */
  write(frame: WireFrame): void;
  /** Sends what was written before it, then the close frame. A peer that does not answer is cut off after a while. */
  close(code?: number, reason?: string): void;
  /** As close(), but drops what has not reached the socket: nobody is reading it. */
  abandon(code?: number, reason?: string): void;
  /** Hands everything to the socket now. */
  flush(): void;
  /** Whether so many bytes more leave half of the queue to what is live. */
  hasRoom(bytes: number): boolean;
  /** Resolves with true once there is room, or nothing is unsent; with false once closed. One at a time. */
  room(bytes: number): Promise<boolean>;
  /** Bytes the kernel has not taken yet. */
  readonly unsent: number;
  /** Counts up each time the kernel takes something: a receiver with `unsent` and no progress is stuck. */
  readonly progress: number;
}

export interface OutboxOptions {
  readonly socket: Socket;
  readonly webSocket: ClientSocket;
  readonly turn: Turn;
  /** Bytes. */
  readonly maxQueue: number;
  readonly owner: OutboxOwner;
}

export interface OutboxOwner {
  /** More than maxQueue is unsent. Called once; it has to close or abandon. */
  onOverrun(): void;
}

export function createOutbox(options: OutboxOptions): Outbox {
  return new SocketOutbox(options);
}

/** What the socket is given at a time: small enough that progress of a slow receiver is seen every few seconds. */
const CHUNK = 64 * 1024;
/** Smaller frames of a turn are copied together: cheaper than a write each. Larger ones stay shared among receivers. */
const COPY_BELOW = 4 * 1024;

/** Of whoever has nothing to say. Never changed. */
const NOTHING: WireFrame[] = [];

class SocketOutbox implements Outbox {
  progress = 0;
  readonly #socket: Socket;
  readonly #webSocket: ClientSocket;
  readonly #turn: Turn;
  readonly #maxQueue: number;
  readonly #owner: OutboxOwner;
  readonly #onTaken = this.#taken.bind(this);
  #waiting = NOTHING;
  #waitingBytes = 0;
  #isInTurn = false;
  #isClosed = false;
  #onSpace: (() => void) | undefined;

  constructor({ socket, webSocket, turn, maxQueue, owner }: OutboxOptions) {
    this.#socket = socket;
    this.#webSocket = webSocket;
    this.#turn = turn;
    this.#maxQueue = maxQueue;
    this.#owner = owner;
  }

  get unsent(): number {
    return this.#waitingBytes + this.#socket.writableLength;
  }

  write(frame: WireFrame): void {
    if (this.#isClosed) return;
    if (this.#waiting === NOTHING) this.#waiting = [frame];
    else this.#waiting.push(frame);
    this.#waitingBytes += frame.length;
    if (!this.#isInTurn) {
      this.#isInTurn = true;
      this.#turn.add(this);
    }
    if (this.unsent > this.#maxQueue) this.#overrun();
  }

  close(code?: number, reason?: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    while (this.#waiting.length > 0) this.#writeChunk();
    this.#webSocket.closeNow(code, reason);
    this.#onSpace?.();
  }

  abandon(code?: number, reason?: string): void {
    this.#waiting = NOTHING;
    this.#waitingBytes = 0;
    this.close(code, reason);
  }

  hasRoom(bytes: number): boolean {
    return this.unsent === 0 || this.unsent + bytes <= this.#maxQueue / 2;
  }

  async room(bytes: number): Promise<boolean> {
    while (!this.#isClosed && !this.hasRoom(bytes)) {
      await new Promise<void>((resolve) => {
        this.#onSpace = resolve;
      });
    }
    return !this.#isClosed;
  }

  /**
   * A socket that has not taken the last chunk gets no other: what it is given is a copy of its own, and what waits
   * here is shared with all who get it.
   */
  flush(): void {
    this.#isInTurn = false;
    while (this.#waiting.length > 0 && this.#socket.writableLength === 0) this.#writeChunk();
  }

  /** A long turn may fill the queue of a receiver that keeps up: only what the socket does not take is too much. */
  #overrun(): void {
    this.flush();
    if (this.unsent > this.#maxQueue) this.#owner.onOverrun();
  }

  #writeChunk(): void {
    const frames = this.#takeChunk();
    const parts = frames.length === 1 ? frames : mergeSmall(frames);
    const socket = this.#socket;
    const last = parts.length - 1;
    if (last > 0) socket.cork();
    parts.forEach((part, index) => {
      if (index === last) socket.write(part, this.#onTaken);
      else socket.write(part);
    });
    if (last > 0) socket.uncork();
  }

  /** The next frames, at most a chunk of them, at least one. */
  #takeChunk(): WireFrame[] {
    let count = 0;
    let bytes = 0;
    for (const frame of this.#waiting) {
      if (count > 0 && bytes + frame.length > CHUNK) break;
      bytes += frame.length;
      count += 1;
    }
    this.#waitingBytes -= bytes;
    if (count < this.#waiting.length) return this.#waiting.splice(0, count);
    const all = this.#waiting;
    this.#waiting = NOTHING;
    return all;
  }

  /** The error of a write needs no care here: the socket ends, and with it the session. */
  #taken(error?: Error | null): void {
    if (error) return;
    this.progress += 1;
    if (this.#waiting.length > 0 && !this.#isInTurn) this.flush();
    this.#onSpace?.();
  }
}

/** Runs of small frames as one buffer each. */
function mergeSmall(frames: readonly WireFrame[]): WireFrame[] {
  const parts: WireFrame[] = [];
  let run: WireFrame[] = [];
  const endRun = (): void => {
    if (run.length > 0) parts.push(run.length === 1 && run[0] ? run[0] : Buffer.concat(run));
    run = [];
  };
  for (const frame of frames) {
    if (frame.length < COPY_BELOW) run.push(frame);
    else {
      endRun();
      parts.push(frame);
    }
  }
  endRun();
  return parts;
}

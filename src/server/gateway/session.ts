import type { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import { CLOSE, type CloseName, closeReason } from '../../protocol/close-codes.ts';
import type { Language } from '../../protocol/error-codes.ts';
import type { ServerFrame } from '../../protocol/frames.ts';
import type { UserId } from '../../protocol/ids.ts';
import type { Identity, ToWire, WireFrame } from '../chat/ports.ts';
import type { ClientSocket, LibraryClose } from './client-socket.ts';
import type { Beating } from './heartbeat.ts';
import { createInbox, type Inbox, type InboxOwner, type InboxParts } from './inbox.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import type { Ending, LiveSession } from './sessions.ts';
import type { Turn } from './turn.ts';
import { PING, pongFrame } from './wire.ts';

/** Who came in, and by which way. */
export interface Arrival {
  readonly id: string;
  readonly identity: Identity;
  readonly client: 'seed' | 'v1';
  readonly language: Language;
  readonly address: string;
  readonly socket: Socket;
  readonly webSocket: ClientSocket;
}

/** What all sessions share. */
export interface SessionParts extends InboxParts {
  readonly turn: Turn;
  readonly toWire: ToWire;
  /** Bytes. */
  readonly maxQueue: number;
  /** Once for each session, at the moment it ends for us; its socket may still be open. */
  readonly onEnd: (session: LiveSession & Beating, code: number, cause: string) => void;
}

/** One live socket from its upgrade to its end. */
export function openSession(arrival: Arrival, parts: SessionParts): LiveSession & Beating {
  return new SocketSession(arrival, parts);
}

class SocketSession implements LiveSession, Beating, InboxOwner {
  readonly id: string;
  readonly userId: UserId;
  readonly client: 'seed' | 'v1';
  readonly language: Language;
  readonly address: string;
  readonly tokenKey: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly #socket: Socket;
  readonly #webSocket: ClientSocket;
  readonly #parts: SessionParts;
  readonly #outbox: Outbox;
  readonly #inbox: Inbox;
  #hasEnded = false;

  constructor(arrival: Arrival, parts: SessionParts) {
    const { identity, socket, webSocket } = arrival;
    this.id = arrival.id;
    this.userId = identity.userId;
    this.client = arrival.client;
    this.language = arrival.language;
    this.address = arrival.address;
    this.tokenKey = identity.tokenKey;
    this.issuedAt = identity.issuedAt;
    this.expiresAt = identity.expiresAt;
    this.#socket = socket;
    this.#webSocket = webSocket;
    this.#parts = parts;
    const { turn, maxQueue } = parts;
    this.#outbox = createOutbox({
      socket,
      webSocket,
      turn,
      maxQueue,
      onOverrun: () => this.close({ why: 'slow' }),
    });
    this.#inbox = createInbox(this, parts);
    this.#listen();
  }

  get isPaused(): boolean {
    return this.#webSocket.isPaused;
  }

  get bytesRead(): number {
    return this.#socket.bytesRead;
  }

  get unsent(): number {
    return this.#outbox.unsent;
  }

  get progress(): number {
    return this.#outbox.progress;
  }

  write(frame: WireFrame): void {
    this.#outbox.write(frame);
  }

  reply(frame: ServerFrame): void {
    this.#outbox.write(this.#parts.toWire(frame));
  }

  ping(): void {
    this.#outbox.write(PING);
  }

  pause(): void {
    if (!this.#hasEnded) this.#webSocket.pause();
  }

  resume(): void {
    if (this.#webSocket.isPaused) this.#webSocket.resume();
  }

  close({ why, words, text, cause = why }: Ending): void {
    if (this.#hasEnded) return;
    this.#inbox.stop();
    this.#end(CLOSE[why], cause);
    const reason = closeReason(why, words, text);
    if (why === 'slow') this.#outbox.abandon(CLOSE[why], reason);
    else this.#outbox.close(CLOSE[why], reason);
  }

  settle(): Promise<void> {
    return this.#inbox.settle();
  }

  #listen(): void {
    const webSocket = this.#webSocket;
    const onControl = (): void => this.#inbox.countControl();
    webSocket.onLibraryClose = (close) => this.#onLibraryClose(close);
    webSocket.on('message', (text, isBinary) => {
      if (this.#hasEnded) return;
      if (isBinary) this.close({ why: 'binary_frame' });
      else this.#inbox.receive(text.toString());
    });
    webSocket.on('ping', (payload: Buffer) => {
      if (!this.#hasEnded) this.#outbox.write(pongFrame(payload));
      onControl();
    });
    webSocket.on('pong', onControl);
    // Told by close, which follows.
    webSocket.on('error', () => {});
    webSocket.on('close', (code) => {
      this.#end(code, 'connection_lost');
      this.#inbox.leave();
      this.#outbox.abandon();
    });
  }

  /**
   * The same end as ours: off the list, then what was written before, then the close frame. But what the client sent
   * before it left was sent, and is handled: its close frame waits its turn behind it, and the session can be ended by us.
   */
  #onLibraryClose({ code, byPeer }: LibraryClose): void {
    if (byPeer) return this.#inbox.afterHeld(() => this.#leave(code));
    const why = closeNameOf(code);
    this.#end(code ?? 1005, why ?? 'protocol_error');
    this.#inbox.leave();
    this.#outbox.close(code, why === undefined ? 'protocol_error' : closeReason(why));
  }

  #leave(code: number | undefined): void {
    this.#end(code ?? 1005, 'client_left');
    this.#outbox.close(code);
  }

  #end(code: number, cause: string): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#parts.onEnd(this, code, cause);
  }
}

/** The name of a code the library chose for a frame it could not take. */
function closeNameOf(code: number | undefined): CloseName | undefined {
  return (Object.keys(CLOSE) as CloseName[]).find((name) => CLOSE[name] === code);
}

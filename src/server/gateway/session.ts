import type { Buffer } from 'node:buffer';
import { CLOSE, type CloseName, closeReason } from '../../protocol/close-codes.ts';
import type { Language } from '../../protocol/error-codes.ts';
import type { ServerFrame } from '../../protocol/frames.ts';
import type { ConversationId, UserId } from '../../protocol/ids.ts';
import type { Place, WireFrame } from '../chat/ports.ts';
import type { SyncLane } from '../chat/sync-ports.ts';
import type { ClientSocket, LibraryClose, SocketEars } from './client-socket.ts';
import type { Beating } from './heartbeat.ts';
import { createInbox, type Inbox, type InboxOwner } from './inbox.ts';
import { createOutbox, type Outbox, type OutboxOwner } from './outbox.ts';
import { createPings, type Pings } from './pings.ts';
import type { Arrival, SessionParts } from './session-parts.ts';
import type { Ending, LiveSession } from './sessions.ts';
import { createSyncGate, type SyncGate } from './sync-gate.ts';
import { SocketBytes } from './socket-bytes.ts';
import { Traffic } from './traffic.ts';
import { pongFrame } from './wire.ts';

/** One live socket from its upgrade to its end. */
export function openSession(arrival: Arrival, parts: SessionParts): LiveSession & Beating {
  return new SocketSession(arrival, parts);
}

class SocketSession implements LiveSession, Beating, InboxOwner, OutboxOwner, SocketEars {
  readonly id: string;
  readonly userId: UserId;
  readonly client: 'seed' | 'v1';
  readonly language: Language;
  readonly address: string;
  readonly tokenKey: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly name: string;
  readonly port: number;
  readonly userAgent: string;
  readonly tokenIn: LiveSession['tokenIn'];
  readonly since: number;
  lastPongAt: number | undefined;
  readonly #bytes: SocketBytes;
  readonly #webSocket: ClientSocket;
  readonly #parts: SessionParts;
  readonly #outbox: Outbox;
  readonly #inbox: Inbox;
  /** Undefined before anything was said: see #counted. */
  #traffic: Traffic | undefined;
  readonly #pings: Pings;
  /** Undefined before the first sync. */
  #syncGate: SyncGate | undefined;
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
    this.name = identity.name;
    // A socket that is gone has forgotten it.
    this.port = socket.remotePort ?? 0;
    this.userAgent = arrival.userAgent;
    this.tokenIn = arrival.tokenIn;
    this.since = parts.clock.now();
    this.#bytes = new SocketBytes(socket, parts.meters);
    this.#webSocket = webSocket;
    this.#parts = parts;
    const { turn, maxQueue } = parts;
    this.#outbox = createOutbox({ socket, webSocket, turn, maxQueue, owner: this });
    this.#pings = createPings(this.#outbox);
    this.#inbox = createInbox(this, parts);
    webSocket.ears = this;
  }

  get isPaused(): boolean {
    return this.#webSocket.isPaused;
  }

  get bytesRead(): number {
    return this.#bytes.in;
  }

  get unsent(): number {
    return this.#outbox.unsent;
  }

  get progress(): number {
    return this.#outbox.progress;
  }

  get bytesIn(): number {
    return this.#bytes.in;
  }

  get bytesOut(): number {
    return this.#bytes.out;
  }

  get lastActiveAt(): number {
    return this.#traffic?.lastActiveAt ?? this.since;
  }

  get messagesIn(): number {
    return this.#traffic?.messagesIn ?? 0;
  }

  get messagesOut(): number {
    return this.#traffic?.messagesOut ?? 0;
  }

  get ratePerSecond(): number {
    return this.#traffic?.rateAt(this.#parts.clock.now()) ?? 0;
  }

  get rttMs(): number | undefined {
    return this.#pings.rttMs;
  }

  write(frame: WireFrame, place?: Place): void {
    if (place !== undefined && this.#syncGate?.stops({ wire: frame, place })) return;
    this.#writeLive(frame, place);
  }

  openSyncLane(only?: Iterable<ConversationId>): SyncLane {
    const { maxQueue, toWire } = this.#parts;
    this.#syncGate ??= createSyncGate({
      outbox: this.#outbox,
      maxQueue,
      writeLive: (wire, place) => this.#writeLive(wire, place),
      writePage: (page) => {
        for (const { messages } of page.conversations) this.#countOut(messages.length);
        this.#outbox.write(toWire(page));
      },
      onTooMuch: () => this.close({ why: 'resync' }),
    });
    return this.#syncGate.open(only);
  }

  reply(frame: ServerFrame): void {
    this.#outbox.write(this.#parts.toWire(frame));
  }

  ping(): void {
    this.#pings.beat();
  }

  probe(timeoutMs: number): Promise<number | undefined> {
    return this.#pings.probe(timeoutMs, this.#syncGate?.through);
  }

  tookIn(): void {
    this.#counted.messageIn(this.#parts.clock.now());
  }

  pause(): void {
    if (!this.#hasEnded) this.#webSocket.pause();
  }

  resume(): void {
    if (this.#webSocket.isPaused) this.#webSocket.resume();
  }

  close({ why, words, text, cause = why }: Ending): void {
    if (this.#hasEnded) return;
    if (FAULTS.has(why)) this.#parts.meters.refused(why);
    this.#inbox.stop();
    this.#end(CLOSE[why], cause);
    const reason = closeReason(why, words, text);
    if (why === 'slow') this.#outbox.abandon(CLOSE[why], reason);
    else this.#outbox.close(CLOSE[why], reason);
  }

  settle(): Promise<void> {
    return this.#inbox.settle();
  }

  onOverrun(): void {
    this.close({ why: 'slow' });
  }

  onMessage(text: Buffer, isBinary: boolean): void {
    if (this.#hasEnded) return;
    this.#counted.lastActiveAt = this.#parts.clock.now();
    if (isBinary) this.close({ why: 'binary_frame' });
    else this.#inbox.receive(text.toString());
  }

  onPing(payload: Buffer): void {
    if (!this.#hasEnded) this.#outbox.write(pongFrame(payload));
    this.#inbox.countControl();
  }

  onPong(payload: Buffer): void {
    // What answers us costs its sender nothing: it is we who asked.
    if (this.#pings.answer(payload)) this.lastPongAt = this.#parts.clock.now();
    else this.#inbox.countControl();
  }

  /**
   * The same end as ours: off the list, then what was written before, then the close frame. But what the client sent
   * before it left was sent, and is handled: its close frame waits its turn behind it, and the session can be ended by us.
   */
  onLibraryClose({ code, byPeer }: LibraryClose): void {
    if (byPeer) return this.#inbox.afterHeld(() => this.#leave(code));
    const why = closeNameOf(code);
    this.#parts.meters.refused(why ?? 'protocol_error');
    this.#end(code ?? 1005, why ?? 'protocol_error');
    this.#inbox.leave();
    this.#outbox.close(code, why === undefined ? 'protocol_error' : closeReason(why));
  }

  onClose(code: number): void {
    this.#end(code, 'connection_lost');
    this.#inbox.leave();
    this.#outbox.abandon();
    this.#bytes.count();
    this.#parts.onGone(this.#webSocket);
  }

  get #counted(): Traffic {
    this.#traffic ??= new Traffic(this.since);
    return this.#traffic;
  }

  #writeLive(frame: WireFrame, place: Place | undefined): void {
    if (place?.seq !== undefined) this.#countOut(1);
    this.#outbox.write(frame);
  }

  #countOut(messages: number): void {
    if (this.#hasEnded) return;
    this.#counted.messagesOut += messages;
    for (let count = 0; count < messages; count += 1) this.#parts.meters.messageOut();
  }

  #leave(code: number | undefined): void {
    this.#end(code ?? 1005, 'client_left');
    this.#outbox.close(code);
  }

  #end(code: number, cause: string): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#pings.end();
    // Off the list nobody adds its bytes up any more; what it still writes until its socket ends is counted then.
    this.#bytes.count();
    this.#parts.onEnd(this, code, cause);
  }
}

/** What a client had coming to it, among the reasons for which we close. */
const FAULTS: ReadonlySet<CloseName> = new Set<CloseName>([
  'slow',
  'no_pong',
  'rate_limited',
  'too_many_errors',
  'binary_frame',
]);

/** The name of a code the library chose for a frame it could not take. */
function closeNameOf(code: number | undefined): CloseName | undefined {
  return (Object.keys(CLOSE) as CloseName[]).find((name) => CLOSE[name] === code);
}

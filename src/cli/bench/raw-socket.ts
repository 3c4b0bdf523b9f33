import { connect, type Socket } from 'node:net';
import { closeFrame, LEAVING, pongFrame } from './client-frame.ts';

/** What a connection tells. Everything is said within the turn in which its bytes came. */
export interface SocketEars {
  /** The upgrade was answered by 101. */
  onUpgraded(): void;
  /** A whole text frame: `bytes` from `start` to `end`, which are somebody else's the moment this returns. */
  onText(bytes: Buffer, start: number, end: number): void;
  /** All frames that came together have been told. */
  onPause(): void;
  /** Once, last: `http-401`, a close code, or what the system calls the error. */
  onEnd(reason: string): void;
}

export interface SocketTarget {
  readonly host: string;
  readonly port: number;
  /** Undefined: the system's choice. */
  readonly localAddress: string | undefined;
  /** The upgrade's request. */
  readonly request: string;
}

/** One for all: what is read into it is looked at before anybody reads again. */
const shared = Buffer.allocUnsafe(256 * 1024);
const HEAD_END = '\r\n\r\n';
const GOODBYE = closeFrame(LEAVING);
const OPCODE = { text: 0x1, close: 0x8, ping: 0x9 } as const;

/** The client's end of a WebSocket, with no more work a frame than it takes: the load must not be what is measured. */
export class RawSocket {
  readonly #socket: Socket;
  readonly #ears: SocketEars;
  #rest: Buffer | undefined;
  #isUpgraded = false;
  #isLeaving = false;
  #reason: string | undefined;

  constructor({ host, port, localAddress, request }: SocketTarget, ears: SocketEars) {
    this.#ears = ears;
    const onread = {
      buffer: shared,
      callback: (length: number) => {
        this.#take(shared.subarray(0, length));
        return true;
      },
    };
    const from = localAddress === undefined ? {} : { localAddress };
    this.#socket = connect({ host, port, noDelay: true, onread, ...from });
    this.#socket.once('connect', () => this.#socket.write(request));
    this.#socket.once('error', (error: NodeJS.ErrnoException) => this.#failed(error.code ?? error.message));
    this.#socket.once('close', () => ears.onEnd(this.#reason ?? '1006'));
    this.#socket.resume();
  }

  write(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  /** Says goodbye; the end is told when the other has said it too. */
  close(): void {
    this.#isLeaving = true;
    this.#socket.write(GOODBYE);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #failed(reason: string): void {
    this.#reason ??= reason;
  }

  #take(chunk: Buffer): void {
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = undefined;
    const start = this.#isUpgraded ? 0 : this.#takeHead(bytes);
    const end = this.#takeFrames(bytes, start);
    // What is left is copied: the buffer is read into again.
    if (end < bytes.length) this.#rest = Buffer.from(bytes.subarray(end));
    if (this.#isUpgraded) this.#ears.onPause();
  }

  #takeHead(bytes: Buffer): number {
    const end = bytes.indexOf(HEAD_END);
    if (end === -1) return 0;
    const status = bytes.toString('latin1', 9, 12);
    if (status !== '101') {
      this.#failed(`http-${status}`);
      this.#socket.destroy();
      return bytes.length;
    }
    this.#isUpgraded = true;
    this.#ears.onUpgraded();
    return end + HEAD_END.length;
  }

  #takeFrames(bytes: Buffer, first: number): number {
    if (!this.#isUpgraded) return first;
    let start = first;
    while (start + 2 <= bytes.length) {
      let length = (bytes[start + 1] ?? 0) & 0x7f;
      let payload = start + 2;
      if (length === 126) {
        payload = start + 4;
        length = ((bytes[start + 2] ?? 0) << 8) | (bytes[start + 3] ?? 0);
      } else if (length === 127) {
        payload = start + 10;
        if (payload > bytes.length) break;
        length = Number(bytes.readBigUInt64BE(start + 2));
      }
      const end = payload + length;
      if (end > bytes.length) break;
      const opcode = (bytes[start] ?? 0) & 0x0f;
      if (opcode === OPCODE.text) this.#ears.onText(bytes, payload, end);
      else this.#control(opcode, bytes.subarray(payload, end));
      start = end;
    }
    return start;
  }

  #control(opcode: number, payload: Buffer): void {
    if (opcode === OPCODE.ping) this.#socket.write(pongFrame(payload));
    if (opcode !== OPCODE.close) return;
    this.#failed(payload.length < 2 ? '1005' : String(payload.readUInt16BE(0)));
    if (this.#isLeaving) this.#socket.end();
    else this.#socket.end(GOODBYE);
  }
}

import type { Socket } from 'node:net';
import type { Meters } from '../chat/connection-ports.ts';

/** The bytes that went over one socket, and how many of them the meters were told of. */
export class SocketBytes {
  readonly #socket: Socket;
  readonly #meters: Pick<Meters, 'bytesIn' | 'bytesOut'>;
  #countedIn = 0;
  #countedOut = 0;

  constructor(socket: Socket, meters: Pick<Meters, 'bytesIn' | 'bytesOut'>) {
    this.#socket = socket;
    this.#meters = meters;
  }

  get in(): number {
    return this.#socket.bytesRead;
  }

  /** What the system has taken. */
  get out(): number {
    return this.#socket.bytesWritten - this.#socket.writableLength;
  }

  /** Tells the meters of what came since the last time. */
  count(): void {
    const nowIn = this.in;
    const nowOut = this.out;
    this.#meters.bytesIn(nowIn - this.#countedIn);
    this.#meters.bytesOut(nowOut - this.#countedOut);
    this.#countedIn = nowIn;
    this.#countedOut = nowOut;
  }
}

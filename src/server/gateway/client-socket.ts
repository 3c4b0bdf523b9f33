import type { Buffer } from 'node:buffer';
import { WebSocket } from 'ws';

/** Who hears what comes from a socket. */
export interface SocketEars {
  /** A text or binary message. */
  onMessage(content: Buffer, isBinary: boolean): void;
  onPing(payload: Buffer): void;
  onPong(payload: Buffer): void;
  /** Has to call `closeNow`. */
  onLibraryClose(close: LibraryClose): void;
  /** It is gone. Always the last call; an error is told by this alone. */
  onClose(code: number): void;
}

/** A close that came from below us: the peer's close frame, or a frame the library cannot take. */
export interface LibraryClose {
  /** Undefined if the peer gave none. */
  readonly code: number | undefined;
  readonly byPeer: boolean;
}

/** How long a peer may take to answer a close frame, ms; then it is cut off. */
const CLOSE_WAIT = 3000;

/**
 * A WebSocket that does not close by itself. The library answers a close frame and refuses a bad frame with a `close`
 * of its own, past whatever still waits in an outbox; here that becomes `onLibraryClose`.
 */
export class ClientSocket extends WebSocket {
  /** Undefined: what comes is for nobody. */
  ears: SocketEars | undefined;

  /**
   * Events go to `ears`. Listeners of each connection's own would be most of what a silent one takes beyond the library's
   * memory.
   */
  override emit(event: string | symbol, first?: unknown, second?: unknown): boolean {
    switch (event) {
      case 'message':
        this.ears?.onMessage(first as Buffer, second as boolean);
        return true;
      case 'ping':
        this.ears?.onPing(first as Buffer);
        return true;
      case 'pong':
        this.ears?.onPong(first as Buffer);
        return true;
      case 'error':
        // The close event follows.
        return true;
      case 'close':
        this.ears?.onClose(first as number);
        return super.emit(event, first, second);
      default:
        return super.emit(event, first, second);
    }
  }

  override close(code?: number, reason?: string | Buffer): void {
    if (this.readyState !== WebSocket.OPEN) return super.close(code, reason);
    if (this.ears === undefined) return this.closeNow(code);
    // The library gives a code alone for a bad frame; for the peer's close its code and reason, or nothing.
    this.ears.onLibraryClose({ code, byPeer: code === undefined || reason !== undefined });
  }

  /** Sends the close frame at once and waits for the peer's, but not for long. */
  closeNow(code?: number, reason?: string): void {
    super.close(code, reason);
    if (this.readyState === WebSocket.CLOSED) return;
    const cutOff = setTimeout(() => this.terminate(), CLOSE_WAIT);
    this.once('close', () => clearTimeout(cutOff));
    // Its close frame has to be read.
    this.resume();
  }
}

import type { Buffer } from 'node:buffer';
import { WebSocket } from 'ws';

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
 * of its own, past whatever still waits in an outbox; here that becomes `onLibraryClose`, which has to call `closeNow`.
 */
export class ClientSocket extends WebSocket {
  onLibraryClose: (close: LibraryClose) => void = ({ code }) => this.closeNow(code);

  override close(code?: number, reason?: string | Buffer): void {
    if (this.readyState !== WebSocket.OPEN) return super.close(code, reason);
    // The library gives a code alone for a bad frame; for the peer's close its code and reason, or nothing.
    this.onLibraryClose({ code, byPeer: code === undefined || reason !== undefined });
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

import type { Socket } from 'node:net';
import type { Language } from '../../protocol/error-codes.ts';
import type { Meters } from '../chat/connection-ports.ts';
import type { Identity, ToWire } from '../chat/ports.ts';
import type { ClientSocket } from './client-socket.ts';
import type { Beating } from './heartbeat.ts';
import type { InboxParts } from './inbox.ts';
import type { LiveSession } from './sessions.ts';
import type { Turn } from './turn.ts';

/** Who came in, and by which way. */
export interface Arrival {
  readonly id: string;
  readonly identity: Identity;
  readonly client: 'seed' | 'v1';
  readonly language: Language;
  readonly address: string;
  readonly userAgent: string;
  readonly tokenIn: LiveSession['tokenIn'];
  readonly socket: Socket;
  readonly webSocket: ClientSocket;
}

/** What all sessions share. */
export interface SessionParts extends InboxParts {
  readonly turn: Turn;
  readonly toWire: ToWire;
  /** Bytes. */
  readonly maxQueue: number;
  readonly meters: Meters;
  /** Once for each session, at the moment it ends for us; its socket may still be open. */
  readonly onEnd: (session: LiveSession & Beating, code: number, cause: string) => void;
  /** Once for each session, when its socket is gone, too. */
  readonly onGone: (webSocket: ClientSocket) => void;
}

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Server, WebSocketServer } from 'ws';
import { CLOSE } from '../../protocol/close-codes.ts';
import { createAddressSet, createClientAddressOf } from '../../protocol/client-address.ts';
import { createOriginRule, type OriginRule } from '../../protocol/origin.ts';
import type { Meters } from '../chat/connection-ports.ts';
import type { Clock, HandleFrame, Identify, Log, SendLimiter } from '../chat/ports.ts';
import type { ConnectionLog } from '../chat/record-ports.ts';
import type { SendRoom } from '../chat/store-ports.ts';
import { answerSocket } from './answer.ts';
import { ClientSocket } from './client-socket.ts';
import { createConnectionIds } from './connection-ids.ts';
import { createConnectionJournal } from './connection-journal.ts';
import { closeForRestart } from './drain.ts';
import { SUBPROTOCOL } from './handshake.ts';
import { createHeartbeat } from './heartbeat.ts';
import { createHoldSpace } from './hold-space.ts';
import { REFUSALS, type Refusal, toCloseReason } from './refusal.ts';
import type { SessionParts } from './session-parts.ts';
import { openSession } from './session.ts';
import type { LiveSessions } from './sessions.ts';
import { createTurn } from './turn.ts';
import { type Attempt, createChecks, examine, type FindCredential, toAttempt } from './upgrade.ts';
import { toWire } from './wire.ts';

/** The part of the configuration that is about WebSockets. All durations ms, all sizes bytes. */
export interface GatewaySettings {
  readonly publicUrl: string;
  readonly allowedOrigins: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly ws: {
    readonly publicUrl: string;
    readonly maxConnections: number;
    /** 0: off. */
    readonly maxConnectionsPerIp: number;
    readonly maxFrame: number;
    readonly maxQueue: number;
    readonly stallTimeout: number;
    readonly pingInterval: number;
    readonly pongTimeout: number;
  };
}

export interface GatewayParts {
  readonly settings: GatewaySettings;
  readonly sessions: LiveSessions;
  readonly identify: Identify;
  /** Where the token of an upgrade is. */
  readonly findCredential: FindCredential;
  readonly handleFrame: HandleFrame;
  readonly limiter: SendLimiter;
  readonly room: SendRoom;
  readonly connections: ConnectionLog;
  readonly clock: Clock;
  readonly log: Log;
  readonly meters: Meters;
  /** For what an attacker can cause at will: sampled, by the field `reason`. */
  readonly refusalLog: Log;
}

/** The WebSocket door: turns upgrade requests into sessions, or refuses them. */
export interface Gateway {
  /** For the `upgrade` event of any http.Server. Never throws. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /**
   * Lets nobody in any more, finishes what is in flight, then closes all with 1012 `restart`, each told another time to
   * come back at. Resolves when all have gone, or after `timeoutMs`.
   */
  drain(timeoutMs: number): Promise<void>;
  /** Cuts off whoever is left. */
  close(): void;
}

export function createGateway(parts: GatewayParts): Gateway {
  const { settings, sessions, log, refusalLog } = parts;
  const webSockets = createWebSocketServer(settings.ws.maxFrame);
  const addressOf = createClientAddressOf(createAddressSet(settings.trustedProxies));
  const open = new Set<ClientSocket>();
  const admit = createAdmission(parts, webSockets, open);
  let isDraining = false;

  const checks = createChecks({
    ...parts,
    ...settings.ws,
    isOriginAllowed: originRuleOf(settings),
    isDraining: () => isDraining,
  });

  const refuse = (attempt: Attempt, socket: Duplex, head: Buffer, refusal: Refusal): void => {
    const { reason, status, cause } = refusal;
    const fields = { reason, status, address: attempt.address, userId: attempt.identity?.userId };
    parts.meters.refused(reason);
    refusalLog.info('connection_refused', cause === undefined ? fields : { ...fields, error: cause });
    const { close } = refusal;
    if (attempt.client !== 'v1' || close === undefined) answerSocket(socket, refusal, attempt.language);
    else {
      webSockets.handleUpgrade(attempt.request, socket, head, (webSocket) => {
        open.add(webSocket);
        webSocket.once('close', () => open.delete(webSocket));
        webSocket.closeNow(CLOSE[close], toCloseReason(refusal, close, attempt.language));
      });
    }
  };

  return {
    handleUpgrade(request, socket, head) {
      socket.on('error', destroyIt);
      const { address } = addressOf(request.socket.remoteAddress, request.headers['x-forwarded-for']);
      const attempt = toAttempt(request, address);
      const settle = (refusal: Refusal | undefined) => refusal && refuse(attempt, socket, head, refusal);
      const fail = (error: unknown) => {
        log.error('upgrade_failed', { address, error });
        socket.destroy();
      };
      try {
        const found = examine(attempt, checks, () => admit.open(attempt, socket, head));
        if (found instanceof Promise) found.then(settle).catch(fail);
        else settle(found);
      } catch (error) {
        fail(error);
      }
    },

    async drain(timeoutMs) {
      isDraining = true;
      await closeForRestart(sessions, open, timeoutMs);
    },

    close() {
      isDraining = true;
      admit.stop();
      for (const webSocket of open) webSocket.terminate();
      webSockets.close();
    },
  };
}

function originRuleOf({ allowedOrigins, publicUrl, ws }: GatewaySettings): OriginRule {
  return createOriginRule({ allowedOrigins, publicUrls: [publicUrl, ws.publicUrl] });
}

function createWebSocketServer(maxFrame: number): Server<typeof ClientSocket> {
  const server = new WebSocketServer({
    noServer: true,
    WebSocket: ClientSocket,
    // It would put a listener and a closure on each.
    clientTracking: false,
    maxPayload: maxFrame,
    maxFragments: 64,
    maxBufferedChunks: 1024,
    perMessageDeflate: false,
    // Pongs leave through the outbox, behind what was written before them.
    autoPong: false,
    handleProtocols: (offered) => offered.has(SUBPROTOCOL) && SUBPROTOCOL,
  });
  server.on('wsClientError', (_error, socket) => answerSocket(socket, REFUSALS.malformedHandshake, 'zh'));
  return server;
}

interface Admission {
  /** Completes the upgrade of an attempt that passed the checks. */
  open(attempt: Attempt, socket: Duplex, head: Buffer): void;
  stop(): void;
}

/** `sockets`: all that are open, ended sessions' too. */
function createAdmission(
  parts: GatewayParts,
  webSockets: Server<typeof ClientSocket>,
  sockets: Set<ClientSocket>,
): Admission {
  const { settings, sessions, clock } = parts;
  const heartbeat = createHeartbeat({ ...settings.ws, clock });
  const journal = createConnectionJournal(parts.connections, parts.log, clock);
  const nextId = createConnectionIds(clock);
  const shared: SessionParts = {
    ...parts,
    turn: createTurn(),
    holdSpace: createHoldSpace(),
    toWire,
    maxQueue: settings.ws.maxQueue,
    onEnd(session, code, cause) {
      sessions.remove(session);
      heartbeat.remove(session);
      journal.closed(session, code, cause);
    },
    onGone: (webSocket) => void sockets.delete(webSocket),
  };

  return {
    open(attempt, socket, head) {
      const { request, identity, replaces } = attempt;
      if (identity === undefined) return;
      webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        // From here on the library does that.
        socket.off('error', destroyIt);
        sockets.add(webSocket);
        const arrival = { ...attempt, id: nextId(), identity, socket: request.socket, webSocket };
        const session = openSession(arrival, shared);
        journal.opened(session);
        sessions.add(session, replaces);
        heartbeat.add(session);
      });
    },
    stop: () => heartbeat.stop(),
  };
}

/** Not a closure: that would keep the request, its headers and its token for as long as the socket lives. */
function destroyIt(this: Duplex): void {
  this.destroy();
}

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Server, WebSocketServer } from 'ws';
import { ADMIN_PATH, ADMIN_SUBPROTOCOL } from '../../protocol/admin-channel.ts';
import {
  type ClientAddress,
  createAddressSet,
  createClientAddressOf,
} from '../../protocol/client-address.ts';
import { CLOSE } from '../../protocol/close-codes.ts';
import type { Language } from '../../protocol/error-codes.ts';
import { createOriginRule } from '../../protocol/origin.ts';
import type { Clock, Log } from '../chat/ports.ts';
import { type AdminPipe, AdminSocket, type AdminTalk } from './admin-socket.ts';
import {
  type AdminAttempt,
  type AdminCheckParts,
  createAdminChecks,
  examineAdmin,
  type Operator,
  toAdminAttempt,
} from './admin-upgrade.ts';
import { answerSocket } from './answer.ts';
import { ClientSocket } from './client-socket.ts';
import { pathOf } from './handshake.ts';
import { createHeartbeat } from './heartbeat.ts';
import { REFUSALS, type Refusal, toCloseReason } from './refusal.ts';
import { createTurn } from './turn.ts';

/** An operator's tool that was let in. */
export interface AdminArrival<O extends Operator> {
  readonly operator: O;
  readonly token: string;
  readonly address: string;
  readonly language: Language;
}

export interface AdminDoorParts<O extends Operator>
  extends Omit<AdminCheckParts<O>, 'isOriginAllowed' | 'isDraining' | 'hasRoom'> {
  readonly settings: {
    readonly trustedProxies: readonly string[];
    readonly admin: { readonly allowedOrigins: readonly string[] };
    readonly ws: {
      readonly pingInterval: number;
      readonly pongTimeout: number;
      readonly stallTimeout: number;
    };
  };
  /** Has somebody speak at our end of a new channel. */
  readonly talk: (arrival: AdminArrival<O>, pipe: AdminPipe) => AdminTalk;
  readonly clock: Clock;
  readonly log: Log;
  /** Sampled, by the field `reason`. */
  readonly refusalLog: Log;
}

/** The WebSocket door of operators: `/admin`. */
export interface AdminDoor {
  /** For the `upgrade` event of any http.Server, of requests that are for it. Never throws. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Lets nobody in any more. */
  drain(): void;
  /** Cuts off whoever is left. */
  close(): void;
}

/** Channels at once: each may cost megabytes, and people who operate a server are few. */
const MAX_CHANNELS = 16;
/** Bytes a request, or a batch of them, may have. */
const MAX_FRAME = 64 * 1024;
/** Bytes a tool may leave untaken: a few of the largest answers. */
const MAX_QUEUE = 4 * 1024 * 1024;

export function isForAdminDoor({ url }: IncomingMessage): boolean {
  return pathOf(url) === ADMIN_PATH;
}

export function createAdminDoor<O extends Operator>(parts: AdminDoorParts<O>): AdminDoor {
  const { settings, log } = parts;
  const webSockets = createWebSocketServer();
  const addressOf = createClientAddressOf(createAddressSet(settings.trustedProxies));
  const admission = createAdmission(parts, webSockets);
  let isDraining = false;

  const checks = createAdminChecks<O>({
    ...parts,
    isOriginAllowed: createOriginRule({
      allowedOrigins: settings.admin.allowedOrigins,
      publicUrls: [],
      ownPortOnly: true,
    }),
    isDraining: () => isDraining,
    hasRoom: () => admission.count < MAX_CHANNELS,
  });

  return {
    handleUpgrade(request, socket, head) {
      socket.on('error', () => socket.destroy());
      const from = addressOf(request.socket.remoteAddress, request.headers['x-forwarded-for']);
      const attempt = toAdminAttempt<O>(request, from);
      examineAdmin(attempt, checks, () => admission.open(attempt, socket, head))
        .then((refusal) => refusal && admission.refuse({ ...attempt, refusal }, socket, head))
        .catch((error: unknown) => {
          log.error('upgrade_failed', { address: from.address, error });
          socket.destroy();
        });
    },

    drain() {
      isDraining = true;
    },

    close() {
      isDraining = true;
      admission.stop();
      for (const webSocket of webSockets.clients) webSocket.terminate();
      webSockets.close();
    },
  };
}

interface Admission<O extends Operator> {
  /** Completes the upgrade of an attempt that passed the checks. */
  open(attempt: AdminAttempt<O>, socket: Duplex, head: Buffer): void;
  refuse(attempt: Refused, socket: Duplex, head: Buffer): void;
  readonly count: number;
  stop(): void;
}

interface Refused extends Omit<AdminAttempt<Operator>, 'admitted'> {
  readonly refusal: Refusal;
}

function createAdmission<O extends Operator>(
  parts: AdminDoorParts<O>,
  webSockets: Server<typeof ClientSocket>,
): Admission<O> {
  const { settings, log, refusalLog, clock } = parts;
  const heartbeat = createHeartbeat({ ...settings.ws, clock });
  const turn = createTurn();
  const live = new Set<AdminSocket>();

  return {
    open({ admitted, request, from, language }, socket, head) {
      if (admitted === undefined) return;
      webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        const fields = { actor: admitted.operator.actor, address: from.address };
        const onEnd = (code: number, cause: string): void => {
          live.delete(admin);
          heartbeat.remove(admin);
          log.info('admin_disconnected', { ...fields, code, cause });
        };
        const { socket: raw } = request;
        const admin = new AdminSocket({ socket: raw, webSocket, turn, clock, maxQueue: MAX_QUEUE, onEnd });
        live.add(admin);
        heartbeat.add(admin);
        log.info('admin_connected', fields);
        admin.begin(parts.talk({ ...admitted, address: from.address, language }, admin));
      });
    },

    refuse({ refusal, request, from, language, readsCloseCodes }, socket, head) {
      refusalLog.warn('admin_refused', toLogFields(refusal, from));
      const { close } = refusal;
      if (!readsCloseCodes || close === undefined) return answerSocket(socket, refusal, language);
      webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        webSocket.closeNow(CLOSE[close], toCloseReason(refusal, close, language));
      });
    },

    get count() {
      return live.size;
    },
    stop: () => heartbeat.stop(),
  };
}

function createWebSocketServer(): Server<typeof ClientSocket> {
  const server = new WebSocketServer({
    noServer: true,
    WebSocket: ClientSocket,
    maxPayload: MAX_FRAME,
    maxFragments: 64,
    maxBufferedChunks: 1024,
    perMessageDeflate: false,
    // Pongs leave through the outbox, behind what was written before them.
    autoPong: false,
    handleProtocols: (offered) => offered.has(ADMIN_SUBPROTOCOL) && ADMIN_SUBPROTOCOL,
  });
  server.on('wsClientError', (_error, socket) => answerSocket(socket, REFUSALS.malformedHandshake, 'zh'));
  return server;
}

function toLogFields({ reason, status, cause }: Refusal, { address }: ClientAddress) {
  const fields = { reason, status, address };
  return cause === undefined ? fields : { ...fields, error: cause };
}

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { createChannels } from './admin/channel/create-channels.ts';
import { findToken } from './auth/credentials.ts';
import type { Log } from './chat/ports.ts';
import type { Core } from './core.ts';
import { createAdminDoor, isForAdminDoor } from './gateway/admin-door.ts';

/** `/admin`, in front of what the WebSocket port serves otherwise. */
export interface AdminChannel {
  /** For the `upgrade` event of any http.Server. Never throws. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Lets nobody in any more, answers what is under way, then ends all with 1012, within `timeoutMs`. */
  drain(timeoutMs: number): Promise<void>;
  /** Cuts off whoever is left. */
  close(): void;
}

export interface AdminChannelParts {
  readonly core: Core;
  readonly refusalLog: Log;
  /** What serves every other path. */
  readonly others: Pick<AdminChannel, 'handleUpgrade'>;
}

/** Joins the door of operators' tools with what speaks behind it. */
export function openAdminChannel({ core, refusalLog, others }: AdminChannelParts): AdminChannel {
  const { admin, operatorGate, meters, version, node, config } = core;
  const channels = createChannels({
    ...core,
    refusalLog,
    sources: admin.sources,
    duty: admin.duty,
    admit: operatorGate.admit,
    ready: { name: config.name, version, node, maxContent: config.message.maxContent },
  });
  const door = createAdminDoor({
    ...core,
    refusalLog,
    settings: config,
    findToken,
    isAllowed: operatorGate.isAllowed,
    admit: operatorGate.admit,
    talk(arrival, pipe) {
      const channel = channels.open(arrival, pipe);
      meters.consoleOpened();
      return {
        receive: (text) => channel.receive(text),
        ended() {
          meters.consoleClosed();
          channel.ended();
        },
      };
    },
  });

  return {
    handleUpgrade(request, socket, head) {
      (isForAdminDoor(request) ? door : others).handleUpgrade(request, socket, head);
    },
    drain(timeoutMs) {
      door.drain();
      return channels.drain(timeoutMs);
    },
    close: () => door.close(),
  };
}

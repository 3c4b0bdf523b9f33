import process from 'node:process';
import { type Speech, upgradeRequest } from './dialects.ts';
import { textFrame } from './client-frame.ts';
import { Listener, type ListenerEars } from './listener.ts';
import type { LoadClient } from './load-order.ts';
import { RawSocket } from './raw-socket.ts';

export interface ConnectionOptions {
  readonly url: URL;
  readonly speech: Speech;
  readonly client: LoadClient;
  /** The number of the client: each has an address of its own. */
  readonly index: number;
  readonly group: string | undefined;
  readonly ears: ConnectionEars;
}

export interface ConnectionEars extends Omit<ListenerEars, 'onOther'> {
  onPause(): void;
  /** It ended after it was open. */
  onEnd(reason: string): void;
}

/** A client of the load, connected once it has been let in. */
export class Connection {
  readonly socket: RawSocket;
  #isOpen = false;
  readonly #ended = Promise.withResolvers<string>();

  private constructor({ url, speech, client, index, group, ears }: ConnectionOptions, settle: Settle) {
    const opened = () => {
      this.#isOpen = true;
      settle.opened(this);
    };
    const onOther = (text: string) => this.#answer(text, speech, opened);
    const listener = new Listener({ ...earsOf(ears), onOther });
    this.socket = new RawSocket(
      {
        host: url.hostname.replace(/^\[|\]$/g, ''),
        port: Number(url.port || 80),
        localAddress: localAddressOf(url.hostname, index),
        request: upgradeRequest(speech, client, { host: url.host, group }),
      },
      {
        onUpgraded: () => {
          if (speech.hello === undefined) opened();
        },
        onText: (bytes, start, end) => listener.hear(bytes, start, end),
        onPause: () => ears.onPause(),
        onEnd: (reason) => {
          settle.failed(new Error(reason));
          this.#ended.resolve(reason);
          if (this.#isOpen) ears.onEnd(reason);
        },
      },
    );
  }

  /** Rejects with an Error whose message is why it was not let in. */
  static open(options: ConnectionOptions): Promise<Connection> {
    return new Promise((opened, failed) => {
      void new Connection(options, { opened, failed });
    });
  }

  /** Resolves with why it ended. */
  get ended(): Promise<string> {
    return this.#ended.promise;
  }

  // Socket.IO's own traffic: its greeting, and its heartbeat.
  #answer(text: string, { hello, welcome }: Speech, opened: () => void): void {
    if (hello === undefined || welcome === undefined) return;
    if (text.startsWith('0')) this.socket.write(textFrame(hello));
    else if (text === '2') this.socket.write(textFrame('3'));
    else if (text.startsWith(welcome)) opened();
  }
}

interface Settle {
  opened(connection: Connection): void;
  failed(error: Error): void;
}

function earsOf(ears: ConnectionEars): Omit<ListenerEars, 'onOther'> {
  return {
    onDelivery: (bytes, mark) => ears.onDelivery(bytes, mark),
    onAck: (bytes, mark) => ears.onAck(bytes, mark),
    onRefusal: (bytes, mark, code) => ears.onRefusal(bytes, mark, code),
  };
}

/** Loopback has sixteen million addresses, and each only so many ports. */
function localAddressOf(host: string, index: number): string | undefined {
  if (!host.startsWith('127.') || process.platform !== 'linux') return undefined;
  return `127.${1 + (index % 100)}.${Math.floor(index / 250) % 250}.${1 + (index % 250)}`;
}

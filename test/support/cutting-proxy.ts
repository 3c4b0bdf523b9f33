import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { AnyFrame } from './client.ts';
import { FrameSplitter, type Piece } from './frame-splitter.ts';

/** What passes through the proxy: the handshake's head, a frame, or a control frame (both undefined). */
export interface Passing {
  readonly from: 'client' | 'server';
  readonly frame: AnyFrame | undefined;
  /** Connections are counted from 1. */
  readonly connection: number;
}

/**
 * What becomes of it. `cut…` ends the connection on both sides: before any of its bytes, after half of them, after all
 * of them. `twice`: its bytes come two times. `lost`: it vanishes and everything after it, and nobody is told.
 */
export type Fate =
  | 'pass'
  | 'twice'
  | 'cut before'
  | 'cut within'
  | 'cut after'
  | 'lost'
  | { readonly delayMs: number };

export interface CuttingProxy {
  /** `ws://127.0.0.1:port`, in place of the server's. */
  readonly ws: string;
  /** When connections came to the door, whatever became of them; `performance.now()`. */
  readonly arrivals: readonly number[];
  /** How often each fate befell something. */
  readonly counts: ReadonlyMap<string, number>;
  readonly cuts: number;
  /** Connections open now. */
  readonly open: number;
  /** Decides from now on. */
  decide: (passing: Passing) => Fate;
  /** Resolves when `condition` holds; looked at whenever something passes, comes or ends. */
  until(condition: () => boolean, timeoutMs?: number): Promise<void>;
  /** Ends the connections there are. */
  cutAll(): void;
  close(): Promise<void>;
}

/** A TCP proxy before `/ws` that understands frames well enough to do harm at the exact point of one. */
export async function openCuttingProxy(
  server: { readonly wsPort: number },
  decide: (passing: Passing) => Fate = () => 'pass',
): Promise<CuttingProxy> {
  const pairs = new Set<Pair>();
  const arrivals: number[] = [];
  const counts = new Map<string, number>();
  const waiting = new Set<() => void>();
  const moved = () => waiting.forEach((check) => check());
  const door = createServer({ noDelay: true }, (client) => {
    arrivals.push(performance.now());
    const connection = arrivals.length;
    const judge = (from: Passing['from'], piece: Piece): Fate => {
      const fate = proxy.decide({ from, frame: frameOf(piece), connection });
      const name = typeof fate === 'string' ? fate : 'delayed';
      counts.set(name, (counts.get(name) ?? 0) + 1);
      moved();
      return fate;
    };
    const pair = new Pair(client, connect({ port: server.wsPort, host: '127.0.0.1', noDelay: true }), judge);
    pairs.add(pair);
    moved();
    void pair.ended.then(() => {
      pairs.delete(pair);
      moved();
    });
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  const { port } = door.address() as AddressInfo;
  const proxy: CuttingProxy = {
    ws: `ws://127.0.0.1:${port}`,
    arrivals,
    counts,
    get cuts() {
      return [...counts].reduce((sum, [name, count]) => (name.startsWith('cut') ? sum + count : sum), 0);
    },
    get open() {
      return pairs.size;
    },
    decide,
    until: (condition, timeoutMs = 15_000) =>
      new Promise((resolve, reject) => {
        const done = () => {
          clearTimeout(timer);
          waiting.delete(check);
        };
        const check = () => {
          if (!condition()) return;
          done();
          resolve();
        };
        const timer = setTimeout(() => {
          done();
          reject(new Error(`not so in ${timeoutMs} ms; befell so far: ${JSON.stringify([...counts])}`));
        }, timeoutMs);
        waiting.add(check);
        check();
      }),
    cutAll: () => pairs.forEach((pair) => pair.cut()),
    async close() {
      const closed = once(door, 'close');
      door.close();
      proxy.cutAll();
      await closed;
    },
  };
  return proxy;
}

function frameOf({ text }: Piece): AnyFrame | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as AnyFrame);
}

type Judge = (from: Passing['from'], piece: Piece) => Fate;

/** One connection through the proxy: a socket on either side. */
class Pair {
  readonly ended: Promise<unknown>;
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #judge: Judge;
  /** Nothing goes on any more, and nobody was told. */
  #isSilent = false;

  constructor(client: Socket, server: Socket, judge: Judge) {
    this.#client = client;
    this.#server = server;
    this.#judge = judge;
    // Told by `close`; a loop that reads from a cut socket ends with an error.
    for (const socket of [client, server]) socket.on('error', () => {});
    void this.#carry('client', client, server).catch(() => {});
    void this.#carry('server', server, client).catch(() => {});
    this.ended = Promise.all(
      [client, server].map((socket) => new Promise((gone) => socket.once('close', gone))),
    );
  }

  cut(): void {
    this.#client.destroy();
    this.#server.destroy();
  }

  async #carry(from: Passing['from'], source: Socket, target: Socket): Promise<void> {
    const splitter = new FrameSplitter();
    try {
      for await (const chunk of source) {
        for (const piece of splitter.push(chunk as Buffer)) await this.#pass(from, piece, target);
      }
      // The other side ended in peace: what it said before still arrives.
      if (!this.#isSilent) target.end();
    } finally {
      if (source.errored !== null) target.destroy();
    }
  }

  async #pass(from: Passing['from'], piece: Piece, target: Socket): Promise<void> {
    if (this.#isSilent) return;
    const fate = this.#judge(from, piece);
    if (typeof fate === 'object') await delay(fate.delayMs);
    if (fate === 'lost') this.#isSilent = true;
    else if (fate === 'cut before') this.cut();
    else if (fate === 'cut within' || fate === 'cut after') this.#cutBehind(from, piece, fate);
    else if (fate === 'twice') await write(target, Buffer.concat([piece.bytes, piece.bytes]));
    else await write(target, piece.bytes);
  }

  /** What was let through arrives; then both sides find their connection gone. */
  #cutBehind(from: Passing['from'], { bytes }: Piece, fate: Fate): void {
    const [source, target] = from === 'client' ? [this.#client, this.#server] : [this.#server, this.#client];
    this.#isSilent = true;
    target.end(fate === 'cut after' ? bytes : bytes.subarray(0, Math.ceil(bytes.length / 2)), () =>
      target.destroy(),
    );
    source.destroy();
  }
}

async function write(socket: Socket, bytes: Buffer): Promise<void> {
  if (socket.destroyed || socket.write(bytes)) return;
  await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
}

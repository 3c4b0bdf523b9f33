export interface HeartbeatOptions {
  readonly send: (text: string) => void;
  /** Nothing has come for too long. */
  readonly onSilence: () => void;
}

/** ms of silence until the server is asked whether it is there, and until it must have said anything. */
const ASK_AFTER = 25_000;
const ANSWER_WITHIN = 10_000;
/** A timer that rings so much too late, ms, was held up: it was not the server that was silent. */
const HELD_UP = 2000;

/**
 * Finds out that a connection is dead which nobody has closed: a browser shows neither the server's pings nor that they
 * have stopped.
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #heardAt = 0;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  start(): void {
    this.heard();
    this.#wait(ASK_AFTER, () => this.#ask());
  }

  /** Anything arrived. */
  heard(): void {
    this.#heardAt = performance.now();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #ask(): void {
    const silence = performance.now() - this.#heardAt;
    if (silence < ASK_AFTER) return this.#wait(ASK_AFTER - silence, () => this.#ask());
    this.#options.send('{"type":"ping","id":0}');
    const askedAt = performance.now();
    this.#wait(ANSWER_WITHIN, () => this.#judge(askedAt));
  }

  #judge(askedAt: number): void {
    const now = performance.now();
    if (this.#heardAt > askedAt || now - askedAt > ANSWER_WITHIN + HELD_UP) this.#ask();
    else this.#options.onSilence();
  }

  #wait(ms: number, then: () => void): void {
    this.stop();
    this.#timer = setTimeout(then, ms);
  }
}

import { createTemplate, type FrameTemplate } from './client-frame.ts';
import { nowUs } from './clock.ts';
import type { LoadTimes } from './load-order.ts';

/** Where a stream's frames go. */
export interface Outlet {
  write(bytes: Buffer): void;
}

/** How long a stream whose send was refused waits, ms. */
const AFTER_REFUSAL_MS = 100;

/** One sender in one conversation. */
export class SendingStream {
  sent = 0;
  acked = 0;
  refused = 0;
  readonly receivers: number;
  readonly sender: number;
  readonly #template: FrameTemplate;
  readonly #outlet: Outlet;
  /** Sends in flight at most; 0: somebody else sets the pace. */
  readonly #window: number;
  #until = 0;
  #isHeld = false;

  constructor({ text, outlet, window, receivers, sender }: SendingOptions) {
    this.#template = createTemplate(text);
    this.#outlet = outlet;
    this.#window = window;
    this.receivers = receivers;
    this.sender = sender;
  }

  begin(until: number): void {
    this.#until = until;
    this.fill(nowUs());
  }

  /** Sends as many as may be in flight, in one write. */
  fill(now: number): void {
    const free = this.#window - (this.sent - this.acked - this.refused);
    if (free <= 0 || this.#isHeld || now >= this.#until) return;
    const { length } = this.#template;
    const bytes = Buffer.allocUnsafe(free * length);
    for (let at = 0; at < bytes.length; at += length) {
      this.#template.write(bytes, at, { number: this.sent, time: now });
      this.sent += 1;
    }
    this.#outlet.write(bytes);
  }

  /** One that was due at `time`. */
  sendOne(time: number): void {
    const bytes = Buffer.allocUnsafe(this.#template.length);
    this.#template.write(bytes, 0, { number: this.sent, time });
    this.sent += 1;
    this.#outlet.write(bytes);
  }

  /** Its place in the window comes free, but not to be refused again at once. */
  takeRefusal(): void {
    this.refused += 1;
    if (this.#isHeld || this.#window === 0) return;
    this.#isHeld = true;
    setTimeout(() => {
      this.#isHeld = false;
      this.fill(nowUs());
    }, AFTER_REFUSAL_MS);
  }
}

export interface SendingOptions {
  /** A message with its marks still blank. */
  readonly text: string;
  readonly outlet: Outlet;
  readonly window: number;
  readonly receivers: number;
  readonly sender: number;
}

/** Many streams, of which few have anything in flight: each send is of one drawn at random. */
export class DrawnStreams {
  readonly #streams: readonly SendingStream[];
  readonly #window: number;
  #inFlight = 0;
  #until = 0;

  constructor(streams: readonly SendingStream[], window: number) {
    this.#streams = streams;
    this.#window = window;
  }

  begin(until: number): void {
    this.#until = until;
    this.fill(nowUs());
  }

  /** A send was acked or refused. */
  answered(): void {
    this.#inFlight -= 1;
  }

  /** Sends as many as may be in flight. */
  fill(now: number): void {
    if (now >= this.#until) return;
    for (; this.#inFlight < this.#window; this.#inFlight += 1) drawn(this.#streams)?.sendOne(now);
  }
}

function drawn(streams: readonly SendingStream[]): SendingStream | undefined {
  return streams[Math.floor(Math.random() * streams.length)];
}

/** What timers cannot do better than, µs: so late is not late. */
const TIMER_GRAIN_US = 2_000;

/**
 * Sends at a rate whatever becomes of it: what could not be sent when it was due is measured from when it was due, so
 * that a server that stands still is not asked less.
 */
export function sendAtRate(streams: readonly SendingStream[], pace: Pace, times: LoadTimes): void {
  const { perSecond, isDrawn } = pace;
  const everyUs = 1e6 / perSecond;
  let count = 0;
  const tick = () => {
    const now = nowUs();
    for (;;) {
      const due = Math.floor(times.begin + count * everyUs);
      if (due > now || due >= times.until) break;
      const stream = isDrawn ? drawn(streams) : streams[count % streams.length];
      stream?.sendOne(now - due <= TIMER_GRAIN_US ? now : due);
      count += 1;
    }
    if (now < times.until) setTimeout(tick, 1);
  };
  if (streams.length > 0 && perSecond > 0) tick();
}

export interface Pace {
  readonly perSecond: number;
  /** At random instead of in turn. */
  readonly isDrawn: boolean;
}

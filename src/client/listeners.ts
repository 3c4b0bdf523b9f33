import type { ClientEvents, IncomingFrame } from './chat-client.ts';

/** And what `onMessage` hears. */
export interface ToldEvents extends ClientEvents {
  readonly frame: IncomingFrame;
}

type EventName = keyof ToldEvents;
type Listener = (value: never) => void;

/** Who is told what. */
export class Listeners {
  readonly #byEvent = new Map<EventName, Set<Listener>>();

  /** Gives what ends it. */
  add<E extends EventName>(event: E, listener: (value: ToldEvents[E]) => void): () => void {
    this.#of(event).add(listener);
    return () => this.remove(event, listener);
  }

  remove<E extends EventName>(event: E, listener: (value: ToldEvents[E]) => void): void {
    this.#of(event).delete(listener);
  }

  tell<E extends EventName>(event: E, value: ToldEvents[E]): void {
    const listeners = this.#of(event);
    // Who begins to listen meanwhile is not told of this; who ends it is not told any more.
    for (const listener of Array.from(listeners)) {
      try {
        if (listeners.has(listener)) (listener as (value: ToldEvents[E]) => void)(value);
      } catch (error) {
        report(error);
      }
    }
  }

  #of(event: EventName): Set<Listener> {
    const listeners = this.#byEvent.get(event) ?? new Set();
    this.#byEvent.set(event, listeners);
    return listeners;
  }
}

/** A listener's mistake is its owner's to see, as if nobody had been in between, and must not disturb the others. */
function report(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

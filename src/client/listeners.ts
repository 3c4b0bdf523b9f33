import type { ClientEvents } from './chat-client.ts';

type EventName = keyof ClientEvents;
type Listener = (value: never) => void;

/** Who is told what. */
export class Listeners {
  readonly #byEvent = new Map<EventName, Set<Listener>>();

  /** Gives what ends it. */
  add<E extends EventName>(event: E, listener: (value: ClientEvents[E]) => void): () => void {
    const listeners = this.#byEvent.get(event) ?? new Set();
    this.#byEvent.set(event, listeners);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  remove<E extends EventName>(event: E, listener: (value: ClientEvents[E]) => void): void {
    this.#byEvent.get(event)?.delete(listener);
  }

  tell<E extends EventName>(event: E, value: ClientEvents[E]): void {
    for (const listener of this.#byEvent.get(event) ?? []) {
      try {
        (listener as (value: ClientEvents[E]) => void)(value);
      } catch (error) {
        report(error);
      }
    }
  }
}

/** A listener's mistake is its owner's to see, as if nobody had been in between, and must not disturb the others. */
function report(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

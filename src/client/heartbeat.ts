/**
 * Finds out that a connection is dead which nobody has closed: a browser shows neither the server's pings nor that they
 * have stopped.
 */
export interface Heartbeat {
  start(): void;
  stop(): void;
  /** Anything arrived. */
  heard(): void;
  /** Asks now; only while it is started. */
  ask(): void;
}

/** ms of silence until the server is asked whether it is there, and until it must have said anything. */
const ASK_AFTER = 25_000;
const ANSWER_WITHIN = 10_000;
/** A timer that rings so much too late, ms, was held up: it was not the server that was silent. */
const HELD_UP = 2000;

/** `onSilence`: nothing has come for too long. */
export function createHeartbeat(send: (text: string) => void, onSilence: () => void): Heartbeat {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let heardAt = 0;

  function listen(): void {
    const silence = performance.now() - heardAt;
    if (silence < ASK_AFTER) timer = setTimeout(listen, ASK_AFTER - silence);
    else ask();
  }

  function ask(): void {
    clearTimeout(timer);
    const askedAt = performance.now();
    send('{"type":"ping","id":0}');
    timer = setTimeout(() => {
      const wasHeldUp = performance.now() - askedAt > ANSWER_WITHIN + HELD_UP;
      if (heardAt > askedAt) listen();
      else if (wasHeldUp) ask();
      else onSilence();
    }, ANSWER_WITHIN);
  }

  function heard(): void {
    heardAt = performance.now();
  }

  return {
    start() {
      heard();
      listen();
    },
    stop: () => clearTimeout(timer),
    heard,
    ask,
  };
}

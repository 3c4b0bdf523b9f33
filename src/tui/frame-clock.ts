/** Draws at most ten times a second: what a key did at once, what the server told a little later and together. */
export interface FrameClock {
  request(cause: 'key' | 'news'): void;
  stop(): void;
}

/** Between two frames that answer keys. */
const KEY_GAP_MS = 100;
/** Between any frame and one that only brings news. */
const NEWS_GAP_MS = 250;

export interface FrameClockParts {
  readonly draw: () => void;
  /** ms, only ever larger. */
  readonly now: () => number;
  /** Calls `then` after `ms`, unless the function it gives is called first. */
  readonly after: (ms: number, then: () => void) => () => void;
}

export function createFrameClock({ draw, now, after }: FrameClockParts): FrameClock {
  let lastKeyFrame = -Infinity;
  let lastFrame = -Infinity;
  let due: { readonly at: number; readonly cancel: () => void } | undefined;

  const frame = (isKey: boolean) => {
    due?.cancel();
    due = undefined;
    lastFrame = now();
    if (isKey) lastKeyFrame = lastFrame;
    draw();
  };
  return {
    request(cause) {
      const isKey = cause === 'key';
      const at = isKey ? lastKeyFrame + KEY_GAP_MS : lastFrame + NEWS_GAP_MS;
      if (due !== undefined && due.at <= at) return;
      if (at <= now()) return frame(isKey);
      due?.cancel();
      due = { at, cancel: after(at - now(), () => frame(isKey)) };
    },
    stop() {
      due?.cancel();
      due = undefined;
    },
  };
}

import type { AdminSession, AdminStatus } from '../client/admin-session.ts';
import type { ConsoleEffect, ConsoleInput, ConsoleState } from './console-state.ts';
import { createFrameClock } from './frame-clock.ts';
import { reduceConsole } from './reduce-console.ts';
import { createWatching, runEffect } from './run-effects.ts';
import type { Link } from './view.ts';

/** Holds the console's state, feeds it what happens, does what it wants done, and says when to draw. */
export interface ConsoleRuntime {
  readonly state: () => ConsoleState;
  /** `listener` is called when there is something new to draw. */
  readonly subscribe: (listener: () => void) => () => void;
  input(inputs: readonly ConsoleInput[], cause?: 'key' | 'news'): void;
  /** `at`: when that became so, by our clock; now if absent. */
  onStatus(status: AdminStatus, at?: number): void;
  stop(): void;
}

export interface RuntimeParts {
  readonly session: AdminSession;
  readonly first: ConsoleState;
  /** To the terminal, past the screen: the clipboard. */
  readonly write: (text: string) => void;
  /** It has left, or failed. Called once. */
  readonly onEnd: (end: { readonly code: number } | { readonly error: unknown }) => void;
}

export function createConsoleRuntime({ session, first, write, onEnd }: RuntimeParts): ConsoleRuntime {
  // What is drawn is what was there at the last frame: React must not see the state change between two.
  let state = first;
  let drawn = first;
  let hasEnded = false;
  const listeners = new Set<() => void>();
  const clock = createFrameClock({
    draw: () => {
      drawn = state;
      for (const listener of listeners) listener();
    },
    now: () => performance.now(),
    after: (ms, then) => {
      const timer = setTimeout(then, ms);
      return () => clearTimeout(timer);
    },
  });
  const input: ConsoleRuntime['input'] = (inputs, cause = 'news') => {
    if (hasEnded) return;
    try {
      takeAll(inputs);
      clock.request(cause);
    } catch (error) {
      end({ error });
    }
  };
  const outside = { session, write, input };
  const watching = createWatching(outside);
  const takeAll = (inputs: readonly ConsoleInput[]) => {
    const effects: ConsoleEffect[] = [];
    for (const one of inputs) {
      const step = reduceConsole(state, one);
      state = step.state;
      effects.push(...step.effects);
    }
    if (state.left !== undefined) return end({ code: state.left });
    watching.follow(state);
    for (const effect of effects) runEffect(effect, outside);
  };
  const end: RuntimeParts['onEnd'] = (how) => {
    if (hasEnded) return;
    hasEnded = true;
    clock.stop();
    onEnd(how);
  };
  return {
    state: () => drawn,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    input,
    onStatus: (status, now = Date.now()) => {
      const link = linkOf(status);
      if (link === undefined) return;
      input([{ type: 'link', link, now, ...(status.state === 'live' && { ready: status.ready }) }]);
    },
    stop: () => end({ code: 0 }),
  };
}

/** A refusal is a loss without a next try. */
function linkOf(status: AdminStatus): Link | undefined {
  switch (status.state) {
    case 'connecting':
    case 'live':
      return { state: status.state };
    case 'gone':
      return status;
    case 'refused':
      return { state: 'gone', since: Date.now(), nextTryAt: Infinity, why: status.error.message };
    case 'closed':
      return undefined;
  }
}

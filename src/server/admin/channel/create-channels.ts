import { setTimeout as delay } from 'node:timers/promises';
import type { ChannelReady } from '../../../protocol/admin-channel.ts';
import type { Clock, Log } from '../../chat/ports.ts';
import { Channel, type ChannelArrival, type ChannelPipe, type Operator } from './channel.ts';
import type { ChannelCallParts } from './channel-calls.ts';
import type { Duty } from './duty.ts';
import { createWatchClocks } from './watch-clocks.ts';
import type { WatchSources } from './watch-ports.ts';

/** Every open admin channel. */
export interface Channels {
  /** Speaks at our end of a pipe to an operator's tool that was let in. */
  open(arrival: ChannelArrival, pipe: ChannelPipe): Pick<Channel, 'receive' | 'ended'>;
  readonly count: number;
  /**
   * Takes no more calls, answers what is under way, then ends all with 1012 `restart`. Resolves when they have gone, or
   * after `timeoutMs`.
   */
  drain(timeoutMs: number): Promise<void>;
}

export interface ChannelsParts {
  readonly admin: ChannelCallParts['admin'];
  readonly sources: WatchSources;
  readonly duty: Duty;
  /** Who a token speaks for now. Rejects with unauthorized, token_expired, permission_denied. */
  readonly admit: (token: string) => Promise<Operator>;
  readonly ready: Omit<ChannelReady, 'actor' | 'at'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly refusalLog: Log;
}

/** How often those are asked for who only watch, ms: whoever may not any more is off within twice of it. */
const CHECK_EVERY = 1000;
/** The part of the time that may go by waiting for what is under way. */
const SETTLE_SHARE = 0.75;

export function createChannels(parts: ChannelsParts): Channels {
  const { admin, clock, log } = parts;
  const clocks = createWatchClocks(parts);
  const live = new Set<Channel>();
  let isDraining = false;
  let timer: NodeJS.Timeout | undefined;
  let onEmpty = (): void => {};

  const onEnd = (channel: Channel): void => {
    live.delete(channel);
    if (live.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    onEmpty();
  };

  return {
    open(arrival, pipe) {
      const channel = new Channel(arrival, pipe, {
        ...parts,
        calls: { admin, clocks, log },
        clocks,
        isDraining: () => isDraining,
        now: () => clock.now(),
        onEnd,
      });
      live.add(channel);
      timer ??= setInterval(() => live.forEach((each) => void each.check()), CHECK_EVERY).unref();
      return channel;
    },

    get count() {
      return live.size;
    },

    async drain(timeoutMs) {
      isDraining = true;
      const settled = Promise.all([...live].map((channel) => channel.settled()));
      await atMost(timeoutMs * SETTLE_SHARE, settled);
      if (live.size === 0) return;
      const gone = new Promise<void>((resolve) => {
        onEmpty = resolve;
      });
      // A few people who operate a server need not be spread.
      for (const channel of live) channel.close({ why: 'restart', words: { retry: 1000 } });
      await atMost(timeoutMs * (1 - SETTLE_SHARE), gone);
    },
  };
}

async function atMost(ms: number, done: Promise<unknown>): Promise<void> {
  const stop = new AbortController();
  await Promise.race([done, delay(ms, undefined, { signal: stop.signal }).catch(() => {})]);
  stop.abort();
}

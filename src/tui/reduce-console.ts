import type { ConsoleInput, ConsoleState, ConsoleStep } from './console-state.ts';
import { openView, seenLayers, tellLayer, tellLayers, watchesOfLayer } from './layers.ts';
import { withNotice, withoutOldNotices } from './notices.ts';
import { reduceKey } from './reduce-key.ts';
import { bodySize } from './screen-layout.ts';
import type { Link } from './view.ts';

/** As many rates as the header can show on a wide terminal. */
const MAX_RATES = 30;

/** What becomes of the console, and what is to be done outside. Pure. */
export function reduceConsole(state: ConsoleState, input: ConsoleInput): ConsoleStep {
  if (state.left !== undefined) return still(state);
  switch (input.type) {
    case 'key':
      return reduceKey(state, input.key);
    case 'resized':
      return still(resized(state, input.terminal));
    case 'second':
      return onSecond(state, input.now);
    case 'tick':
      return onTick(state, input);
    case 'link':
      return onLink(state, input);
    case 'answer':
      return tellLayer(state, input.layer, input.event);
    case 'open':
      return openView(state, input.open);
    case 'notice':
      return still(withNotice(state, input.notice));
    case 'leave':
      return still({ ...state, left: input.code });
  }
}

function still(state: ConsoleState): ConsoleStep {
  return { state, effects: [] };
}

function resized(state: ConsoleState, terminal: ConsoleState['terminal']): ConsoleState {
  return { ...state, terminal, shared: { ...state.shared, size: bodySize(terminal) } };
}

function onSecond(state: ConsoleState, ourNow: number): ConsoleStep {
  const now = ourNow + state.clockSkew;
  const next = withoutOldNotices({ ...state, shared: { ...state.shared, now } });
  return tellLayers(next, seenLayers(next), { type: 'second' });
}

function onTick(state: ConsoleState, { tick }: Extract<ConsoleInput, { type: 'tick' }>): ConsoleStep {
  const next = tick.watch === 'stats.watch' ? withStats(state, tick.data) : state;
  const asked = seenLayers(next).filter((layer) => tick.watch in watchesOfLayer(next, layer));
  return tellLayers(next, asked, { type: 'watch', tick });
}

function withStats(state: ConsoleState, stats: NonNullable<ConsoleState['shared']['stats']>): ConsoleState {
  const rate = stats.rates.messagesIn + stats.rates.messagesOut;
  return {
    ...state,
    rates: [...state.rates, rate].slice(-MAX_RATES),
    shared: { ...state.shared, stats },
  };
}

/** Screens hear that it is there again, also those that are covered: what they asked once is old. */
function onLink(state: ConsoleState, input: Extract<ConsoleInput, { type: 'link' }>): ConsoleStep {
  const { link, ready, now } = input;
  const clockSkew = ready === undefined ? state.clockSkew : ready.at - now;
  const shared = {
    ...state.shared,
    link: sameLoss(state.shared.link, link),
    ready: ready ?? state.shared.ready,
    now: now + clockSkew,
  };
  const next = { ...state, clockSkew, shared };
  const isBack = link.state === 'live' && state.shared.link.state !== 'live';
  return isBack ? tellLayers(next, next.layers, { type: 'live' }) : still(next);
}

/** It has been gone since it was lost, however often it was tried since. */
function sameLoss(before: Link, now: Link): Link {
  return before.state === 'gone' && now.state === 'gone' ? { ...now, since: before.since } : now;
}

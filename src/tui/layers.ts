import type { ConsoleEffect, ConsoleState, ConsoleStep, Layer, Watches } from './console-state.ts';
import { withNotice } from './notices.ts';
import { say, type AnyView, type Effect, type OpenEffect, type Step, type ViewEvent } from './view.ts';
import { viewOf } from './views.ts';

/** How many views that were closed with a call under way are still listened to. */
const MAX_ORPHANS = 8;

/** Gives a layer's view an event, and does what it wants done. */
export function tellLayer(state: ConsoleState, id: number, event: ViewEvent<never>): ConsoleStep {
  const layer = state.layers.find((one) => one.id === id);
  if (layer === undefined) return tellOrphan(state, id, event);
  const step = viewOf(layer.name).update(layer.state, event, state.shared);
  return takeStep(withLayer(state, { ...layer, state: step.state }), id, step);
}

/** One event for several layers, the lowest first. */
export function tellLayers(
  state: ConsoleState,
  layers: readonly Layer[],
  event: ViewEvent<never>,
): ConsoleStep {
  return chain(
    state,
    layers.map(
      ({ id }) =>
        (before: ConsoleState) =>
          tellLayer(before, id, event),
    ),
  );
}

/** Puts a view on top; a screen takes the place of all there is. */
export function openView(state: ConsoleState, { view: name, argument }: OpenEffect): ConsoleStep {
  const refusal = whyNot(state, name);
  if (refusal !== undefined) return refused(state, refusal);
  const view = viewOf(name);
  const last = state.closed[name];
  const closing = view.shape === 'screen' ? state.layers : [];
  const kept = closing.reduce(remember, { ...state, layers: view.shape === 'screen' ? [] : state.layers });
  const { now } = kept.shared;
  const step = view.open(argument as never, { ...kept.shared, now }, last ?? undefined);
  const layer: Layer = { id: kept.nextLayer, name, state: step.state };
  const opened = { ...kept, nextLayer: layer.id + 1, layers: [...kept.layers, layer] };
  return takeStep(opened, layer.id, step);
}

/** Closes a layer and what is on top of it; the one below is told. The screen itself stays. */
export function closeLayer(state: ConsoleState, id: number): ConsoleStep {
  const at = state.layers.findIndex((layer) => layer.id === id);
  if (at < 1) return { state, effects: [] };
  const left = state.layers.slice(at).reduce(remember, { ...state, layers: state.layers.slice(0, at) });
  const below = left.layers.at(-1);
  return below === undefined ? { state: left, effects: [] } : tellLayer(left, below.id, { type: 'back' });
}

/** The uppermost screen or page, and the dialogs on it: those who are seen. */
export function seenLayers({ layers }: ConsoleState): readonly Layer[] {
  const at = layers.findLastIndex(({ name }) => viewOf(name).shape !== 'dialog');
  return layers.slice(Math.max(0, at));
}

/** What the server should tell on a clock now. */
export function watchesOf(state: ConsoleState): Watches {
  const wanted = seenLayers(state).map((layer) => watchesOfLayer(state, layer));
  return Object.assign({ 'stats.watch': {} }, ...wanted) as Watches;
}

export function watchesOfLayer({ shared }: ConsoleState, { name, state }: Layer): Watches {
  return viewOf(name).watches(state, shared.size);
}

/** Runs steps one after the other and collects what is to be done. */
export function chain(
  state: ConsoleState,
  steps: readonly ((state: ConsoleState) => ConsoleStep)[],
): ConsoleStep {
  const effects: ConsoleEffect[] = [];
  let last = state;
  for (const step of steps) {
    const next = step(last);
    last = next.state;
    effects.push(...next.effects);
  }
  return { state: last, effects };
}

function takeStep(state: ConsoleState, id: number, step: Step<unknown, unknown>): ConsoleStep {
  const effects = (step.effects ?? []) as readonly Effect<never>[];
  return chain(
    state,
    effects.map((effect) => (before: ConsoleState) => doEffect(before, id, effect)),
  );
}

function doEffect(state: ConsoleState, id: number, effect: Effect<never>): ConsoleStep {
  switch (effect.do) {
    case 'call':
      return { state, effects: [{ do: 'call', layer: id, call: effect }] };
    case 'copy':
      return { state, effects: [effect] };
    case 'notice':
      return { state: withNotice(state, effect.notice), effects: [] };
    case 'open':
      return openView(state, effect);
    case 'close':
      return closeLayer(state, id);
  }
}

/** A view that was closed hears what came of its call; all it may still do is say so. */
function tellOrphan(state: ConsoleState, id: number, event: ViewEvent<never>): ConsoleStep {
  const orphan = state.orphans.find((one) => one.id === id);
  if (orphan === undefined) return { state, effects: [] };
  const step = viewOf(orphan.name).update(orphan.state, event, state.shared);
  const notices = (step.effects ?? []).filter((effect) => effect.do === 'notice');
  const orphans = state.orphans.map((one) => (one.id === id ? { ...one, state: step.state } : one));
  return takeStep({ ...state, orphans }, id, { state: step.state, effects: notices });
}

function remember(state: ConsoleState, layer: Layer): ConsoleState {
  return {
    ...state,
    closed: { ...state.closed, [layer.name]: layer.state },
    orphans: [...state.orphans, layer].slice(-MAX_ORPHANS),
  };
}

function withLayer(state: ConsoleState, layer: Layer): ConsoleState {
  return { ...state, layers: state.layers.map((one) => (one.id === layer.id ? layer : one)) };
}

const ACTING: readonly AnyView['name'][] = ['send', 'disconnect', 'ban', 'unban'];

function whyNot(state: ConsoleState, name: AnyView['name']): string | undefined {
  if (!state.shared.isReadonly || !ACTING.includes(name)) return undefined;
  return say(state.shared, { en: 'this console is read-only', zh: '此控制台为只读' });
}

function refused(state: ConsoleState, text: string): ConsoleStep {
  return { state: withNotice(state, { tone: 'bad', text }), effects: [] };
}

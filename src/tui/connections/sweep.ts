import type { ConnectionPage } from '../../protocol/admin-connections.ts';
import { count } from '../figures.ts';
import { say, type CallError, type Effect, type Shared, type Step, type Target } from '../view.ts';
import type { ConnectionsMessage, ConnectionsState, Sweep } from './connections-state.ts';
import { targetOf } from './target-of.ts';

type ConnectionsStep = Step<ConnectionsState, ConnectionsMessage>;

/** Reads the whole list: what matches the filter to mark it, or everything to see who of the marked is still there. */
export function startSweep(state: ConnectionsState, purpose: Sweep['purpose']): ConnectionsStep {
  const filter = purpose === 'mark' ? state.filter.text : '';
  const sweep: Sweep = { purpose, filter, found: new Map() };
  return { state: { ...state, sweep }, effects: [askFor(sweep)] };
}

export function onSweepPage(
  state: ConnectionsState,
  { sweep, page }: { readonly sweep: Sweep; readonly page: ConnectionPage },
  shared: Shared,
): ConnectionsStep {
  // Another one has begun, or escape ended it.
  if (state.sweep !== sweep) return { state };
  const found = new Map(sweep.found);
  for (const item of page.items) found.set(item.id, targetOf(item));
  if (page.next !== undefined) {
    const next = { ...sweep, found };
    return { state: { ...state, sweep: next }, effects: [askFor(next, page.next)] };
  }
  return sweep.purpose === 'mark' ? markFound(state, found, shared) : { state: keepThere(state, found) };
}

export function onSweepFailed(
  state: ConnectionsState,
  { sweep, error }: { readonly sweep: Sweep; readonly error: CallError },
): ConnectionsStep {
  if (state.sweep !== sweep) return { state };
  const ended = { ...state, sweep: undefined };
  if (sweep.purpose === 'check') return { state: ended };
  return { state: ended, effects: [{ do: 'notice', notice: { tone: 'bad', text: error.text } }] };
}

function markFound(
  state: ConnectionsState,
  found: ReadonlyMap<string, Target>,
  shared: Shared,
): ConnectionsStep {
  const text = say(shared, {
    zh: `已标记 ${count(found.size)} 个连接`,
    en: `marked ${count(found.size)} connections`,
  });
  return {
    state: { ...state, sweep: undefined, isHeld: true, marks: new Map([...state.marks, ...found]) },
    effects: [{ do: 'notice', notice: { tone: 'plain', text } }],
  };
}

function keepThere(state: ConnectionsState, found: ReadonlyMap<string, Target>): ConnectionsState {
  const marks = new Map([...state.marks].filter(([id]) => found.has(id)));
  return { ...state, sweep: undefined, marks };
}

/** In the order of users: it does not move while it is read. */
function askFor(sweep: Sweep, cursor?: string): Effect<ConnectionsMessage> {
  return {
    do: 'call',
    method: 'connection.list',
    input: { filter: sweep.filter, sort: 'user', limit: 1000, cursor },
    done: (page) => ({ type: 'page', sweep, page }),
    failed: (error) => ({ type: 'failed', sweep, error }),
  };
}

import { AdminError, type AdminSession } from '../client/admin-session.ts';
import type { AdminAnswer, AdminInput, AdminMethod, AdminWatch, WatchInput } from '../protocol/admin.ts';
import type { WatchTick } from '../protocol/admin-channel.ts';
import type { ConsoleEffect, ConsoleInput, ConsoleState } from './console-state.ts';
import { watchesOf } from './layers.ts';
import type { CallError, CallEffect, Notice, Undo, ViewEvent } from './view.ts';

/** What effects reach. */
export interface Outside {
  readonly session: AdminSession;
  readonly write: (text: string) => void;
  readonly input: (inputs: readonly ConsoleInput[]) => void;
}

/** Does what a step of the console wants done. What comes of it comes back as input. */
export function runEffect(effect: ConsoleEffect, outside: Outside): void {
  switch (effect.do) {
    case 'call':
      return void runCall(effect.layer, effect.call as unknown as CallEffect<unknown>, outside);
    case 'undo':
      return runUndo(effect.undo, outside);
    case 'copy':
      return copy(effect.id, outside);
    case 'reconnect':
      return outside.session.reconnect();
  }
}

/** A call the server may think about for as long as it was asked to, and a little. */
const CALL_MARGIN_MS = 10_000;

async function runCall(layer: number, call: CallEffect<unknown>, { session, input }: Outside): Promise<void> {
  const message = await outcomeOf(session, call);
  input([{ type: 'answer', layer, event: { type: 'message', message } as ViewEvent<never> }]);
}

/** What the view that asked makes of the answer, or of what kept it from one. */
async function outcomeOf(session: AdminSession, call: CallEffect<unknown>): Promise<unknown> {
  const done = call.done as (answer: unknown) => unknown;
  try {
    return done(await callAny(session, call.method, call.input));
  } catch (error) {
    return call.failed(toCallError(error));
  }
}

function runUndo(undo: Undo, { session, input }: Outside): void {
  const said = (notice: Notice) => input([{ type: 'notice', notice }]);
  callAny(session, undo.method, undo.input).then(
    () => said({ tone: 'good', text: undo.done }),
    // It may still be taken back: it takes back no more for being asked twice.
    (error: unknown) => said({ tone: 'bad', text: toCallError(error).text, undo }),
  );
}

function callAny<M extends AdminMethod>(
  session: AdminSession,
  method: M,
  input: AdminInput<M>,
): Promise<AdminAnswer<M>> {
  const { waitMs } = input as { readonly waitMs?: number };
  return waitMs === undefined
    ? session.call(method, input)
    : session.call(method, input, waitMs + CALL_MARGIN_MS);
}

function toCallError(error: unknown): CallError {
  if (!(error instanceof AdminError)) throw error;
  const { code, message: text, field } = error;
  return { code, text, ...(field !== undefined && { field }) };
}

/** To the clipboard by OSC 52: ids only, nothing users wrote. */
function copy(id: string, { write }: Outside): void {
  if (!/^[\w@.:-]{1,100}$/.test(id)) return;
  write(`\u001B]52;c;${Buffer.from(id).toString('base64')}\u0007`);
}

/** Keeps the session's watches to what the console wants told now. */
export interface Watching {
  follow(state: ConsoleState): void;
}

export function createWatching({ session, input }: Outside): Watching {
  const open = new Map<AdminWatch, { readonly settings: string; readonly stop: () => void }>();
  const start = <W extends AdminWatch>(watch: W, settings: WatchInput<W>) =>
    session.watch(
      watch,
      settings,
      (data) => input([{ type: 'tick', tick: { watch, data } as WatchTick }]),
      (error) => input([{ type: 'notice', notice: { tone: 'bad', text: error.message } }]),
    );
  return {
    follow(state) {
      const wanted = watchesOf(state);
      for (const [watch, { stop }] of open) {
        if (watch in wanted) continue;
        stop();
        open.delete(watch);
      }
      for (const [name, settings] of Object.entries(wanted)) {
        const watch = name as AdminWatch;
        const text = JSON.stringify(settings);
        if (open.get(watch)?.settings === text) continue;
        open.set(watch, { settings: text, stop: start(watch, settings) });
      }
    },
  };
}

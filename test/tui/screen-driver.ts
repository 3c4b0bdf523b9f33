import { newConsole, type ConsoleInput } from '../../src/tui/console-state.ts';
import { drawConsole } from '../../src/tui/draw-console.ts';
import { createKeyParser } from '../../src/tui/keys.ts';
import { watchesOf } from '../../src/tui/layers.ts';
import { reduceConsole } from '../../src/tui/reduce-console.ts';
import type { CallEffect, Size, ViewEvent } from '../../src/tui/view.ts';
import type { Language } from '../../src/protocol/error-codes.ts';
import { ANSWERS, NOW, TICKS } from './server-of-the-spec.ts';

/** The whole console without a terminal: keys in, lines out; calls and watches answered from a table. */
export interface ScreenDriver {
  /** As a terminal sends it. */
  type(text: string): void;
  input(input: ConsoleInput): void;
  lose(): void;
  picture(): {
    readonly lines: readonly string[];
    readonly cursor: { row: number; column: number } | undefined;
  };
  /** Calls the console made, in order. */
  readonly calls: readonly { readonly method: string; readonly input: unknown }[];
  readonly left: () => number | undefined;
  readonly effects: readonly string[];
}

export interface DriverOptions {
  readonly size?: Size;
  readonly language?: Language;
  readonly isAscii?: boolean;
  readonly isReadonly?: boolean;
}

export function startScreen(options: DriverOptions = {}): ScreenDriver {
  const { size = { columns: 80, rows: 24 }, language = 'en', isAscii = false, isReadonly = false } = options;
  const address = '127.0.0.1:9000';
  let state = newConsole({ address, language, isAscii, isReadonly, terminal: size, now: NOW });
  const calls: { method: string; input: unknown }[] = [];
  const effects: string[] = [];
  const told = new Map<string, string>();

  const input = (one: ConsoleInput) => {
    const step = reduceConsole(state, one);
    state = step.state;
    for (const effect of step.effects) {
      effects.push(effect.do);
      if (effect.do === 'call') answer(effect.layer, effect.call as unknown as CallEffect<unknown>);
    }
    tellWatches();
  };
  const answer = (layer: number, call: CallEffect<unknown>) => {
    calls.push({ method: call.method, input: call.input });
    const given = ANSWERS[call.method];
    const done = call.done as (answer: unknown) => unknown;
    const message =
      given === undefined ? call.failed({ code: 'not_found', text: 'not found' }) : done(given(call.input));
    input({ type: 'answer', layer, event: { type: 'message', message } as ViewEvent<never> });
  };
  /** A watch is told once whenever its settings are new. */
  const tellWatches = () => {
    for (const [watch, settings] of Object.entries(watchesOf(state))) {
      const text = JSON.stringify(settings);
      if (told.get(watch) === text) continue;
      told.set(watch, text);
      const data = TICKS[watch as keyof typeof TICKS](settings as never);
      input({ type: 'tick', tick: { watch, data } as Extract<ConsoleInput, { type: 'tick' }>['tick'] });
    }
  };
  const ready = {
    actor: 'deploy@srv',
    name: 'backend-api',
    version: '0.1.0',
    node: 'srv/1',
    maxContent: 16_384,
    at: NOW,
  };
  input({ type: 'link', link: { state: 'live' }, ready, now: NOW });
  input({ type: 'open', open: { do: 'open', view: 'connections', argument: {} } });
  return {
    type(text) {
      const parser = createKeyParser();
      for (const key of [...parser.push(text), ...parser.flush()]) input({ type: 'key', key });
    },
    input,
    lose() {
      const link = { state: 'gone', since: NOW - 12_000, nextTryAt: NOW + 3000, why: 'no_server' } as const;
      input({ type: 'link', link, now: NOW });
    },
    picture() {
      const { lines, cursor } = drawConsole(state);
      return { lines: lines.map((line) => line.map(({ text }) => text).join('')), cursor };
    },
    calls,
    left: () => state.left,
    effects,
  };
}

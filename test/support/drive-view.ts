import stringWidth from 'string-width';
import { glyphsOf } from '../../src/tui/glyphs.ts';
import type { CommandName } from '../../src/tui/commands.ts';
import type { AnyView, CallEffect, Edit, Effect, Shared, View, ViewEvent } from '../../src/tui/view.ts';

/** A view as the console drives it, without a console: keys in, effects and lines of text out. */
export interface Driven {
  readonly state: unknown;
  /** What it wanted done since it was last asked. */
  takeEffects(): readonly AnyEffect[];
  command(command: CommandName): Driven;
  type(text: string): Driven;
  key(key: Extract<Edit, { key: unknown }>['key']): Driven;
  tell(event: ViewEvent<unknown>): Driven;
  /** Answers the oldest call that is under way. */
  answer(answer: unknown): Driven;
  fail(error: { readonly code: string; readonly text: string }): Driven;
  /** The calls that are under way. */
  calls(): readonly { readonly method: string; readonly input: unknown }[];
  commands(): readonly CommandName[];
  watches(): object;
  isTyping(): boolean;
  lines(): readonly string[];
  cursor(): { readonly row: number; readonly column: number } | undefined;
  share(more: Partial<Shared>): Driven;
}

export type AnyEffect = Effect<unknown>;

/** 14:02:07 on 22 November 2026, where the test runs. */
export const NOW = new Date(2026, 10, 22, 14, 2, 7, 120).getTime();

export const SHARED: Shared = {
  language: 'en',
  glyphs: glyphsOf(false),
  isReadonly: false,
  link: { state: 'live' },
  ready: undefined,
  stats: undefined,
  now: NOW,
  size: { columns: 80, rows: 18 },
};

/** Opens `view`; `last` is the state it was closed with. */
export function driveView(
  view: AnyView,
  argument: object,
  more: { readonly shared?: Partial<Shared>; readonly last?: unknown } = {},
): Driven {
  const opened = view as unknown as View<object, unknown, unknown>;
  let shared: Shared = { ...SHARED, ...more.shared };
  let effects: AnyEffect[] = [];
  const underway: CallEffect<unknown>[] = [];
  const take = (step: { readonly state: unknown; readonly effects?: readonly AnyEffect[] }): unknown => {
    effects.push(...(step.effects ?? []));
    for (const effect of step.effects ?? []) if (effect.do === 'call') underway.push(effect);
    return step.state;
  };
  let state = take(opened.open(argument, shared, more.last));
  const tell = (event: ViewEvent<unknown>): Driven => {
    state = take(opened.update(state, event, shared));
    return driven;
  };
  const next = () => {
    const call = underway.shift();
    if (call === undefined) throw new Error('no call is under way');
    return call;
  };
  const draw = () => opened.draw(state, shared, shared.size);
  const driven: Driven = {
    get state() {
      return state;
    },
    takeEffects() {
      const taken = effects;
      effects = [];
      return taken;
    },
    tell,
    command: (command) => tell({ type: 'command', command }),
    type: (text) => tell({ type: 'edit', edit: { insert: text } }),
    key: (key) => tell({ type: 'edit', edit: { key } }),
    answer: (answer) => tell({ type: 'message', message: next().done(answer as never) }),
    fail: (error) => tell({ type: 'message', message: next().failed(error as never) }),
    calls: () => underway.map(({ method, input }) => ({ method, input })),
    commands: () => opened.commands(state, shared),
    watches: () => opened.watches(state, shared.size),
    isTyping: () => opened.isTyping(state),
    lines: () => draw().lines.map((line) => line.map(({ text }) => text).join('')),
    cursor: () => draw().cursor,
    share(with_) {
      shared = { ...shared, ...with_ };
      return driven;
    },
  };
  return driven;
}

/** What is wrong with a picture: lines that are too wide, too many, or hold what a terminal would obey. */
export function faultsOf(driven: Driven, size: Shared['size']): readonly string[] {
  const lines = driven.lines();
  const faults = lines.length > size.rows ? [`${lines.length} lines of ${size.rows}`] : [];
  for (const line of lines) {
    if (stringWidth(line) > size.columns) faults.push(`too wide: ${line}`);
    if (/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(line)) faults.push(`obeyed: ${JSON.stringify(line)}`);
  }
  return faults;
}

import type { ChannelReady, WatchTick } from '../protocol/admin-channel.ts';
import type { AdminWatch, WatchInput } from '../protocol/admin.ts';
import type { Language } from '../protocol/error-codes.ts';
import type { Field } from './field.ts';
import { glyphsOf } from './glyphs.ts';
import type { Key } from './keys.ts';
import { bodySize } from './screen-layout.ts';
import type {
  CallEffect,
  Link,
  Notice,
  OpenEffect,
  Shared,
  Size,
  Undo,
  ViewArguments,
  ViewEvent,
} from './view.ts';

/** Everything the console holds; reduce-console.ts says what becomes of it. */
export interface ConsoleState {
  /** A screen, and on top of it pages and dialogs. Never empty once it is open. */
  readonly layers: readonly Layer[];
  /** What views were when they were closed: a draft is kept that way. */
  readonly closed: { readonly [N in keyof ViewArguments]?: unknown };
  /** Closed while a call of theirs was under way: what came of it is still said. The latest few. */
  readonly orphans: readonly Layer[];
  readonly nextLayer: number;
  readonly shared: Shared;
  /** The whole terminal. */
  readonly terminal: Size;
  /** Where the server is, for the header. */
  readonly address: string;
  /** Server's clock minus ours, ms. */
  readonly clockSkew: number;
  /** Messages a second, oldest first, for the header. */
  readonly rates: readonly number[];
  readonly notice: TimedNotice | undefined;
  /** What `u` takes back: of the last notice that could be, whatever was said since. */
  readonly undo: TimedUndo | undefined;
  /** What is typed behind `:`. */
  readonly commandLine: Field | undefined;
  /** Left with this exit code. */
  readonly left: number | undefined;
}

export interface Layer {
  readonly id: number;
  readonly name: keyof ViewArguments;
  readonly state: unknown;
}

export interface TimedNotice {
  readonly notice: Notice;
  /** By the server's clock. */
  readonly at: number;
}

export interface TimedUndo {
  readonly undo: Undo;
  /** By the server's clock. */
  readonly at: number;
}

/** What happens to the console. */
export type ConsoleInput =
  | { readonly type: 'key'; readonly key: Key }
  | { readonly type: 'resized'; readonly terminal: Size }
  /** `now`: our own clock. */
  | { readonly type: 'second'; readonly now: number }
  | { readonly type: 'tick'; readonly tick: WatchTick }
  | { readonly type: 'link'; readonly link: Link; readonly ready?: ChannelReady; readonly now: number }
  /** What came of a call; `event` made by the view that asked. */
  | { readonly type: 'answer'; readonly layer: number; readonly event: ViewEvent<never> }
  | { readonly type: 'open'; readonly open: OpenEffect }
  | { readonly type: 'notice'; readonly notice: Notice }
  | { readonly type: 'leave'; readonly code: number };

/** What is to be done outside. */
export type ConsoleEffect =
  | { readonly do: 'call'; readonly layer: number; readonly call: CallEffect<never> }
  | { readonly do: 'undo'; readonly undo: Undo }
  | { readonly do: 'copy'; readonly id: string }
  | { readonly do: 'reconnect' };

export interface ConsoleStep {
  readonly state: ConsoleState;
  readonly effects: readonly ConsoleEffect[];
}

export type Watches = { readonly [W in AdminWatch]?: WatchInput<W> };

export interface ConsoleSettings {
  readonly address: string;
  readonly language: Language;
  readonly isReadonly: boolean;
  readonly isAscii: boolean;
  readonly terminal: Size;
  readonly now: number;
}

/** A console before its first screen. */
export function newConsole(settings: ConsoleSettings): ConsoleState {
  const { address, language, isReadonly, isAscii, terminal, now } = settings;
  return {
    layers: [],
    closed: {},
    orphans: [],
    nextLayer: 1,
    shared: {
      language,
      glyphs: glyphsOf(isAscii),
      isReadonly,
      link: { state: 'connecting' },
      ready: undefined,
      stats: undefined,
      now,
      size: bodySize(terminal),
    },
    terminal,
    address,
    clockSkew: 0,
    rates: [],
    notice: undefined,
    undo: undefined,
    commandLine: undefined,
    left: undefined,
  };
}

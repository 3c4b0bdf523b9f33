import type { AdminAnswer, AdminInput, AdminMethod, AdminWatch, WatchInput } from '../protocol/admin.ts';
import type { ChannelReady, WatchTick } from '../protocol/admin-channel.ts';
import type { StatsNow } from '../protocol/admin-stats.ts';
import type { ErrorCode, Language } from '../protocol/error-codes.ts';
import type { CommandName } from './commands.ts';
import type { Picture } from './lines.ts';

/**
 * What a screen, a page of details or a dialog of the console is: pure functions. `update` says what becomes of its
 * state and what is to be done; `draw` what it looks like. The console (app.tsx) holds the states, does what is to be
 * done, and is the only one that knows Ink, the channel and the clock.
 */
export interface View<Argument, State, Message> {
  readonly name: keyof ViewArguments;
  /** `screen`: one of the six. `page` fills the same place, on top of one. `dialog`: a box over what was there. */
  readonly shape: 'screen' | 'page' | 'dialog';
  /** `last`: the state it had when it was closed before, if it was: a draft is kept that way. */
  open(argument: Argument, shared: Shared, last?: State): Step<State, Message>;
  update(state: State, event: ViewEvent<Message>, shared: Shared): Step<State, Message>;
  /** At most `size.rows` lines of at most `size.columns` columns; a dialog may be smaller. */
  draw(state: State, shared: Shared, size: Size): Picture;
  /** What acts now, in the order of the footer. Others' keys do nothing. */
  commands(state: State, shared: Shared): readonly CommandName[];
  /** A text field has the keys: they come as `edit`, and no command but leaving does. */
  isTyping(state: State): boolean;
  /** What it wants to be told on a clock while it is open, and not covered by another page. */
  watches(state: State, size: Size): { readonly [W in AdminWatch]?: WatchInput<W> };
}

export interface Step<State, Message> {
  readonly state: State;
  readonly effects?: readonly Effect<Message>[];
}

export type ViewEvent<Message> =
  | { readonly type: 'command'; readonly command: CommandName }
  | { readonly type: 'edit'; readonly edit: Edit }
  | { readonly type: 'watch'; readonly tick: WatchTick }
  /** What an effect of its own brought. */
  | { readonly type: 'message'; readonly message: Message }
  /** The channel is there again: what was asked once should be asked again. */
  | { readonly type: 'live' }
  /** A view on top of it was closed: what it showed may have changed. */
  | { readonly type: 'back' }
  | { readonly type: 'second' };

/** A key in a text field. Pasted text is one insert, line ends and all. */
export type Edit = { readonly insert: string } | { readonly key: EditKey };

export type EditKey =
  | 'enter'
  | 'alt-enter'
  | 'escape'
  | 'tab'
  | 'shift-tab'
  | 'backspace'
  | 'delete'
  | 'left'
  | 'right'
  | 'up'
  | 'down'
  | 'home'
  | 'end'
  | 'delete-word'
  | 'delete-to-start'
  | 'delete-to-end'
  | 'ctrl-r';

/** What a view wants done. */
export type Effect<Message> =
  | CallEffect<Message>
  | OpenEffect
  /** Closes this view. */
  | { readonly do: 'close' }
  | { readonly do: 'notice'; readonly notice: Notice }
  /** An id, to the clipboard of the terminal (OSC 52). Nothing users wrote. */
  | { readonly do: 'copy'; readonly id: string };

/** Asks the server. Offline, `failed` gets `{code: 'no_server'}` at once. */
export type CallEffect<Message> = {
  [M in AdminMethod]: {
    readonly do: 'call';
    readonly method: M;
    readonly input: AdminInput<M>;
    readonly done: (answer: AdminAnswer<M>) => Message;
    readonly failed: (error: CallError) => Message;
  };
}[AdminMethod];

export interface CallError {
  readonly code: ErrorCode | 'no_server' | 'timed_out';
  /** For people, in the console's language. */
  readonly text: string;
  readonly field?: string;
}

/** Puts a view on top (a page, a dialog), or goes to a screen, which closes what was on top. */
export type OpenEffect = {
  [N in keyof ViewArguments]: { readonly do: 'open'; readonly view: N; readonly argument: ViewArguments[N] };
}[keyof ViewArguments];

/** The line above the footer: what was done, or why not. */
export interface Notice {
  readonly tone: 'good' | 'bad' | 'plain';
  readonly text: string;
  /** What `u` takes it back with. */
  readonly undo?: Undo;
}

/** A call that takes an action back, and what is said when it has. */
export type Undo = {
  [M in AdminMethod]: { readonly method: M; readonly input: AdminInput<M>; readonly done: string };
}[AdminMethod];

/** What each view is opened with. */
export interface ViewArguments {
  readonly connections: { readonly filter?: string };
  readonly messages: { readonly user?: string; readonly group?: string };
  readonly users: { readonly name?: string };
  readonly groups: Record<string, never>;
  readonly events: { readonly filter?: string; readonly audit?: true };
  readonly metrics: Record<string, never>;
  /** A user's details; of this connection, if one is named. */
  readonly user: { readonly userId: string; readonly connection?: string };
  readonly history: { readonly userId: string };
  readonly group: { readonly group: string };
  /** Anything that is read line by line: an event, an audit entry, a message. */
  readonly event: { readonly title: string; readonly lines: readonly string[] };
  readonly disconnect: { readonly targets: readonly Target[] };
  readonly ban: { readonly targets: readonly Target[] };
  readonly unban: { readonly targets: readonly Target[] };
  readonly send: { readonly to?: string; readonly group?: string };
  readonly keys: Record<string, never>;
}

/** Whom an action is for, as he was when the key was pressed. */
export interface Target {
  readonly userId: string;
  readonly name: string;
  /** Absent: the user, whatever connections he has. */
  readonly connection?: string;
  readonly address?: string;
  readonly client?: 'seed' | 'v1';
}

/** What every view may know. */
export interface Shared {
  readonly language: Language;
  readonly glyphs: Glyphs;
  readonly isReadonly: boolean;
  readonly link: Link;
  /** Who we are to the server. Undefined before the first attach. */
  readonly ready: ChannelReady | undefined;
  readonly stats: StatsNow | undefined;
  /** ms since 1970 by the server's clock. */
  readonly now: number;
  /** What a screen or page is drawn in, as of now: how far a page move goes. */
  readonly size: Size;
}

export type Link =
  | { readonly state: 'connecting' }
  | { readonly state: 'live' }
  /** ms since 1970, by our clock. */
  | { readonly state: 'gone'; readonly since: number; readonly nextTryAt: number; readonly why: string };

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What is drawn with: `--ascii` has others, since these are two columns wide on many Chinese terminals. */
export interface Glyphs {
  readonly more: string;
  readonly dot: string;
  readonly line: string;
  readonly check: string;
  readonly cross: string;
  readonly middot: string;
  readonly up: string;
  readonly down: string;
  readonly arrow: string;
  readonly chosen: string;
  readonly notChosen: string;
  /** Eight levels, the lowest first. */
  readonly bars: readonly string[];
  readonly box: {
    readonly topLeft: string;
    readonly topRight: string;
    readonly bottomLeft: string;
    readonly bottomRight: string;
    readonly side: string;
  };
}

/** The text for the console's language. */
export function say(
  { language }: Pick<Shared, 'language'>,
  text: Readonly<Record<Language, string>>,
): string {
  return text[language];
}

/** A view whose types only it knows itself, as the console holds it. */
export type AnyView = View<never, unknown, unknown>;

/** Erases a view's own types: the console gives it back only what it made. */
export function defineView<N extends keyof ViewArguments, State, Message>(
  view: View<ViewArguments[N], State, Message> & { readonly name: N },
): AnyView {
  return view as unknown as AnyView;
}

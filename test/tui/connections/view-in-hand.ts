import stringWidth from 'string-width';
import type { ConnectionItem, ConnectionView } from '../../../src/protocol/admin-connections.ts';
import type { CommandName } from '../../../src/tui/commands.ts';
import type { AnyView, Edit, EditKey, Effect, Shared, Size, Step } from '../../../src/tui/view.ts';
import { NOW, SHARED } from '../../support/drive-view.ts';

export { NOW };

export const SMALL: Size = { columns: 80, rows: 18 };

export function sharedFor(size: Size, more: Partial<Shared> = {}): Shared {
  return { ...SHARED, size, ...more };
}

type AnyEffect = Effect<unknown>;
type Call = Extract<AnyEffect, { do: 'call' }>;

/** A view as the console holds it: keys go in, effects and pictures come out. */
export class ViewInHand {
  state: unknown;
  /** What was wanted since the last take(). */
  effects: AnyEffect[] = [];
  readonly #view: AnyView;
  shared: Shared;

  constructor(view: AnyView, argument: object, shared: Shared = sharedFor(SMALL)) {
    this.#view = view;
    this.shared = shared;
    this.#step(view.open(argument as never, shared) as Step<unknown, unknown>);
  }

  press(...commands: CommandName[]): void {
    for (const command of commands) this.tell({ type: 'command', command });
  }

  type(...edits: (EditKey | Edit)[]): void {
    for (const edit of edits)
      this.tell({ type: 'edit', edit: typeof edit === 'string' ? { key: edit } : edit });
  }

  write(text: string): void {
    this.type({ insert: text });
  }

  tick(view: ConnectionView): void {
    this.tell({ type: 'watch', tick: { watch: 'connection.watch', data: view } });
  }

  tell(event: object): void {
    this.#step(this.#view.update(this.state as never, event as never, this.shared) as Step<unknown, unknown>);
  }

  /** What it asked the server for, not answered yet. */
  calls(method?: string): Call[] {
    const calls = this.effects.filter((effect): effect is Call => effect.do === 'call');
    return calls.filter((call) => method === undefined || call.method === method);
  }

  /** Answers the oldest call of a method; gives what it was asked with. */
  answer(method: string, answer: object): object {
    return this.#end(method, (call) => call.done(answer as never));
  }

  refuse(method: string, code: string, text: string = code): object {
    return this.#end(method, (call) => call.failed({ code: code as never, text }));
  }

  /** Takes the first effect of a kind. */
  take<D extends AnyEffect['do']>(kind: D): Extract<AnyEffect, { do: D }> | undefined {
    const at = this.effects.findIndex((effect) => effect.do === kind);
    return at === -1 ? undefined : (this.effects.splice(at, 1)[0] as Extract<AnyEffect, { do: D }>);
  }

  get watches(): Record<string, unknown> {
    return (this.#view.watches(this.state as never, this.shared.size) as Record<string, never>) ?? {};
  }

  get commands(): readonly CommandName[] {
    return this.#view.commands(this.state as never, this.shared);
  }

  get picture() {
    return this.#view.draw(this.state as never, this.shared, this.shared.size);
  }

  get lines(): string[] {
    return this.picture.lines.map((line) => line.map(({ text }) => text).join(''));
  }

  get text(): string {
    return this.lines.map((line) => line.trimEnd()).join('\n');
  }

  get widths(): number[] {
    return this.lines.map((line) => stringWidth(line));
  }

  #end(method: string, message: (call: Call) => unknown): object {
    const call = this.calls(method)[0];
    if (call === undefined) throw new Error(`${method} was not called`);
    this.effects.splice(this.effects.indexOf(call), 1);
    this.tell({ type: 'message', message: message(call) });
    return call.input;
  }

  #step({ state, effects = [] }: Step<unknown, unknown>): void {
    this.state = state;
    this.effects.push(...effects);
  }
}

/** A connection of user `user`, named c-`user`. */
export function connectionOf(user: number, more: Partial<ConnectionItem> = {}): ConnectionItem {
  return {
    id: `c-${user}`,
    userId: String(user),
    name: `user${user}`,
    address: `10.0.4.${user % 256}`,
    client: 'v1',
    since: NOW - 60_000,
    idleMs: 4_000,
    in: 1,
    out: 2,
    queued: 0,
    userAgent: 'Mozilla/5.0',
    node: 'test',
    ...more,
  };
}

/** What the server tells of all `items`, in their order. */
export function viewOfAll(
  items: readonly ConnectionItem[],
  more: Partial<ConnectionView> = {},
): ConnectionView {
  return { items, offset: 0, total: items.length, all: items.length, arrived: 0, ...more };
}

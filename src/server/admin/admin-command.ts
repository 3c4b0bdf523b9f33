import type { z } from 'zod';
import { type AdminAnswer, type AdminInput, type AdminMethod, ADMIN_ROUTES } from '../../protocol/admin.ts';
import type { Language } from '../../protocol/error-codes.ts';
import type { UserId } from '../../protocol/ids.ts';

/** Who gives a command, and from where. */
export interface AdminCaller {
  /** As the audit names it: `deploy@srv` for an operator, `user:1` for an administrator. */
  readonly actor: string;
  /** Undefined for an operator, who is no user. */
  readonly userId: UserId | undefined;
  readonly address: string;
  /** Of texts for people; Chinese if absent. */
  readonly language?: Language;
}

/** What became of one target, for the audit. */
export interface Outcome {
  readonly target: string;
  /** `ok` if absent. */
  readonly result?: string;
}

/**
 * One command of operators: what every door to it is made from. It throws ChatError; whoever calls it has been let in.
 */
export interface AdminCommand {
  readonly name: AdminMethod;
  /** Where it is over HTTP. */
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** One line for people. */
  readonly summary: string;
  readonly input: z.ZodType;
  readonly answer: z.ZodType;
  /** It goes through all there is (connections, events): held to the share of the event loop that such reading may take. */
  readonly isHeavy?: boolean;
  // Declared as methods, so that a command with narrower types than these is a command too.
  /** What it is done to, for the audit: `user:2`. `answer` is there if it was done. Absent, or gives undefined: not audited. */
  target?(input: unknown, answer: unknown): string | undefined;
  /** Instead of `target`, where each target has an entry of its own. Without `answer` nothing was done to any. */
  outcomes?(input: unknown, answer: unknown): readonly Outcome[];
  /** What the audit calls it, if not by its name. */
  readonly action?: string;
  run(input: unknown, by: AdminCaller): Promise<unknown>;
}

interface CommandOf<M extends AdminMethod> {
  readonly summary: string;
  readonly input: z.ZodType<AdminInput<M>>;
  readonly answer: z.ZodType<AdminAnswer<M>>;
  readonly isHeavy?: boolean;
  target?(input: AdminInput<M>, answer: AdminAnswer<M> | undefined): string | undefined;
  outcomes?(input: AdminInput<M>, answer: AdminAnswer<M> | undefined): readonly Outcome[];
  readonly action?: string;
  run(input: AdminInput<M>, by: AdminCaller): Promise<AdminAnswer<M>>;
}

/** `command` as one of the table, typed by what the protocol says of its method. */
export function defineCommand<M extends AdminMethod>(name: M, command: CommandOf<M>): AdminCommand {
  const { method, path } = ADMIN_ROUTES[name];
  return { name, method, path, ...command };
}

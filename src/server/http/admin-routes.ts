import type { z } from 'zod';
import type { UserId } from '../../protocol/ids.ts';
import { defineRoute, type Route } from './route.ts';

/** A command of operators, as much of it as a route is made from. */
export interface OperatorCommand {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly summary: string;
  readonly input: z.ZodType;
  readonly answer: z.ZodType;
}

export interface OperatorDoor<C extends OperatorCommand> {
  readonly commands: readonly C[];
  perform(
    command: C,
    input: unknown,
    by: { readonly actor: string; readonly userId: UserId | undefined; readonly address: string },
  ): Promise<unknown>;
}

/** The routes of `/v1/admin`: each command of the table, its input in the query of a GET, in the body of a POST. */
export function adminRoutes<C extends OperatorCommand>(door: OperatorDoor<C>): readonly Route[] {
  return door.commands.map((command) => {
    const { method, path, summary, input, answer } = command;
    return defineRoute({
      method,
      path,
      summary,
      tag: 'admin',
      who: 'operator',
      ...(method === 'GET' ? { query: input } : { body: input }),
      answer,
      handler: ({ query, body, by, address }) => {
        return door.perform(command, method === 'GET' ? query : body, { ...by, address });
      },
    });
  });
}

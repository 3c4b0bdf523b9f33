import { z } from 'zod';
import type { Language } from '../../protocol/error-codes.ts';
import type { UserId } from '../../protocol/ids.ts';
import { languageOf } from './answers.ts';
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
    by: {
      readonly actor: string;
      readonly userId: UserId | undefined;
      readonly address: string;
      readonly language: Language;
    },
  ): Promise<unknown>;
}

/**
 * The routes of `/v1/admin`: each command of the table, its input from the path where that names a part of it, and
 * otherwise from the query of a GET, from the body of a POST.
 */
export function adminRoutes<C extends OperatorCommand>(door: OperatorDoor<C>): readonly Route[] {
  return door.commands.map((command) => {
    const { method, path, summary, answer } = command;
    const { params, rest } = splitInput(command);
    return defineRoute({
      method,
      path,
      summary,
      tag: 'admin',
      who: 'operator',
      ...(params === undefined ? {} : { params }),
      ...(method === 'GET' ? { query: rest } : { body: rest }),
      answer,
      handler: ({ params: named, query, body, by, address, request }) => {
        const input = Object.assign({}, method === 'GET' ? query : body, named);
        return door.perform(command, input, { ...by, address, language: languageOf(request) });
      },
    });
  });
}

/** What of the input is in the path, and what is left. */
function splitInput({ path, input }: OperatorCommand): { params?: z.ZodType; rest: z.ZodType } {
  const names = Array.from(path.matchAll(/:(\w+)/g), ([, name = '']) => name);
  if (names.length === 0) return { rest: input };
  if (!(input instanceof z.ZodObject)) throw new TypeError(`${path}: the input is no object`);
  const parts = Object.entries(input.shape as Readonly<Record<string, z.ZodType>>);
  const part = (isNamed: boolean) => parts.filter(([name]) => names.includes(name) === isNamed);
  return {
    params: z.object(Object.fromEntries(part(true))),
    rest: z.object(Object.fromEntries(part(false))),
  };
}

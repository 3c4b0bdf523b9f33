import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { UserId } from '../../protocol/ids.ts';
import type { Identity } from '../chat/ports.ts';

/**
 * Who may call a route: anybody; whoever has a user's token; administrators among those; operators and administrators
 * from where `Admin.AllowFrom` lets them in; neighbours are those who are there, whoever they are (to everybody else
 * such routes do not exist).
 */
export type Audience = 'public' | 'user' | 'admin' | 'operator' | 'neighbour';

/** Who an operator's route acts for. */
export interface Operator {
  /** As the audit names it: `deploy@srv`, or `user:1` for an administrator. */
  readonly actor: string;
  /** Undefined for an operator, who is no user. */
  readonly userId: UserId | undefined;
}

/** What a handler knows of who is calling, by the route's audience. */
export interface Callers {
  readonly public: undefined;
  readonly user: Identity;
  readonly admin: Identity;
  readonly operator: Operator;
  readonly neighbour: undefined;
}

export type Caller = Callers[Audience];

/** One request, checked: what a handler works with. */
export interface Call<By = unknown, Params = unknown, Query = unknown, Body = unknown> {
  readonly by: By;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Where it comes from: the client's address, behind trusted proxies too. */
  readonly address: string;
  /** For the few that need the bytes themselves (uploads, headers). */
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/**
 * One route: what it takes, gives and does. The router, the checks and the OpenAPI document are all made from this.
 * Handlers throw ChatError; what they give is the envelope's `data`, cut to the schema `answer`.
 */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `/v1/user/:id`. */
  readonly path: string;
  /** One line for people, in the OpenAPI document. */
  readonly summary: string;
  readonly description?: string;
  /** The group it is listed under. */
  readonly tag: string;
  readonly who: Audience;
  /** A route of the seed: a refusal answers HTTP 200 (401 for tokens) with its code in the body, in Chinese. */
  readonly seed?: true;
  /** The answer is the whole body, of this media type, without the envelope. */
  readonly bare?: string;
  /** `multipart/form-data`; the handler reads the parts itself.  */
  readonly form?: { readonly field: string; readonly many: boolean };
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly answer: z.ZodType;
  // Declared as a method, so that a route with narrower types than these is a Route too.
  handler(call: Call): unknown;
}

interface TypedRoute<
  W extends Audience,
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  A extends z.ZodType,
> extends Route {
  readonly who: W;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly answer: A;
  handler(call: Call<Callers[W], z.output<P>, z.output<Q>, z.output<B>>): z.output<A> | Promise<z.output<A>>;
}

/** `route` as one of the table, its handler typed by its own schemas and audience. */
export function defineRoute<
  W extends Audience,
  A extends z.ZodType,
  P extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
>(route: TypedRoute<W, P, Q, B, A>): Route {
  return route;
}

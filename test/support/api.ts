import type { Chatd } from './chatd.ts';
import { connect, type Client, type ConnectOptions } from './client.ts';
import { ADMIN_PASSWORD } from './chatd.ts';

/** The seed's envelope, as it came. */
export interface Answer<Data = never> {
  /** The HTTP status. */
  readonly status: number;
  readonly headers: Headers;
  /** `code` of the envelope. */
  readonly code: number;
  readonly msg: string;
  readonly error: string | undefined;
  readonly message: string | undefined;
  readonly data: Data;
}

export interface RequestOptions {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** One request to the HTTP API; the answer's envelope, whatever its status. */
export async function request<Data = Record<string, unknown>>(
  server: { readonly http: string },
  route: string,
  { token, body, headers = {} }: RequestOptions = {},
): Promise<Answer<Data>> {
  const [method = 'GET', path = '/'] = route.split(' ');
  const response = await fetch(server.http + path, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const envelope = JSON.parse(text) as Omit<Answer<Data>, 'status' | 'headers'>;
  return { ...envelope, status: response.status, headers: response.headers };
}

/** Somebody who uses the chat: an account, its token, and what is done with it. */
export interface Actor {
  readonly id: string;
  readonly name: string;
  readonly password: string;
  readonly token: string;
  connect(options?: ConnectOptions): Promise<Client>;
  request<Data = Record<string, unknown>>(route: string, body?: unknown): Promise<Answer<Data>>;
  /** Signs in again: the same account with a later token. */
  signIn(): Promise<Actor>;
}

interface Credentials {
  readonly id: string | number;
  readonly token: string;
}

/** Registers a user, as the seed's page does. */
export async function register(server: Chatd, name: string): Promise<Actor> {
  const password = `password of ${name}`;
  const answer = await request<Credentials>(server, 'POST /v1/user/register', { body: { name, password } });
  if (answer.code !== 200) throw new Error(`register ${name}: ${answer.code} ${answer.error} ${answer.msg}`);
  return toActor(server, { name, password }, answer.data);
}

/** The first administrator. */
export function signInRoot(server: Chatd): Promise<Actor> {
  return signIn(server, { name: 'root', password: ADMIN_PASSWORD });
}

async function signIn(server: Chatd, who: { name: string; password: string }): Promise<Actor> {
  const answer = await request<Credentials>(server, 'POST /v1/user/login', { body: who });
  if (answer.code !== 200) throw new Error(`login ${who.name}: ${answer.code} ${answer.error} ${answer.msg}`);
  return toActor(server, who, answer.data);
}

function toActor(server: Chatd, who: { name: string; password: string }, { id, token }: Credentials): Actor {
  return {
    ...who,
    id: String(id),
    token,
    connect: (options = {}) => connect(server, { token, ...options }),
    request: (route, body) => request(server, route, { token, ...(body === undefined ? {} : { body }) }),
    signIn: () => signIn(server, who),
  };
}

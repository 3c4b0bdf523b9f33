import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ChatError } from '../../../src/protocol/error-codes.ts';
import { defineRoute } from '../../../src/server/http/route.ts';
import { ask, type Person, register, registerAdministrator, serve, type Served } from './served.ts';

/** Who may do what: every route of the table, asked by everybody. */

const CALLERS = ['nobody', 'a forger', 'a user', 'an administrator', 'an operator'] as const;
type CallerName = (typeof CALLERS)[number];

type Verdict = 'passes' | 'no token' | 'refused' | 'not there';

const EXPECTED: Readonly<
  Record<'public' | 'user' | 'admin' | 'operator' | 'neighbour', Readonly<Record<CallerName, Verdict>>>
> = {
  public: {
    nobody: 'passes',
    'a forger': 'passes',
    'a user': 'passes',
    'an administrator': 'passes',
    'an operator': 'passes',
  },
  user: {
    nobody: 'no token',
    'a forger': 'no token',
    'a user': 'passes',
    'an administrator': 'passes',
    'an operator': 'no token',
  },
  admin: {
    nobody: 'no token',
    'a forger': 'no token',
    'a user': 'refused',
    'an administrator': 'passes',
    'an operator': 'no token',
  },
  operator: {
    nobody: 'not there',
    'a forger': 'not there',
    'a user': 'not there',
    'an administrator': 'not there',
    'an operator': 'passes',
  },
  // For who asks from the right place, which nobody does here: no token makes up for that.
  neighbour: {
    nobody: 'not there',
    'a forger': 'not there',
    'a user': 'not there',
    'an administrator': 'not there',
    'an operator': 'not there',
  },
};

const TABLE: readonly (readonly [who: keyof typeof EXPECTED, line: string])[] = [
  ['public', 'POST /v1/user/register'],
  ['public', 'POST /v1/user/login'],
  ['public', 'GET /uploads/:name'],
  ['public', 'GET /ping'],
  ['public', 'GET /v1/info'],
  ['public', 'GET /healthz'],
  ['public', 'GET /readyz'],
  ['user', 'GET /v1/user/info'],
  ['user', 'PUT /v1/user/profile'],
  ['user', 'POST /v1/user/password'],
  ['user', 'GET /v1/user/list'],
  ['user', 'GET /v1/user/:id'],
  ['user', 'POST /v1/user/logout'],
  ['user', 'GET /v1/chat/messages'],
  ['user', 'POST /v1/chat/messages'],
  ['user', 'GET /v1/chat/conversations'],
  ['user', 'POST /v1/chat/read'],
  ['user', 'GET /v1/chat/readers'],
  ['user', 'POST /v1/chat/recall'],
  ['user', 'POST /v1/group/create'],
  ['user', 'GET /v1/group/:groupId/members'],
  ['user', 'POST /v1/group/members/add'],
  ['user', 'DELETE /v1/group/:groupId/members/:userId'],
  ['user', 'GET /v1/group/:groupId/members/:userId/exists'],
  ['user', 'GET /v1/group/:groupId/count'],
  ['user', 'POST /v1/upload/file'],
  ['user', 'POST /v1/upload/multiplefiles'],
  ['admin', 'POST /v1/user'],
  ['admin', 'PUT /v1/user'],
  ['admin', 'DELETE /v1/user/:id'],
  ['operator', 'POST /v1/admin/probe'],
  ['neighbour', 'GET /metrics'],
];

const OPERATOR_TOKEN = 'an-operator-s-token';

let served: Served;
let alice: Person;
let tokens: Readonly<Record<CallerName, string | undefined>>;

beforeAll(async () => {
  const probe = defineRoute({
    method: 'POST',
    path: '/v1/admin/probe',
    summary: 'Who is asking',
    tag: 'admin',
    who: 'operator',
    answer: z.object({ actor: z.string() }),
    handler: ({ by }) => ({ actor: by.actor }),
  });
  served = await serve({
    parts: {
      adminRoutes: [probe],
      admitOperator: ({ headers }) => {
        if (headers.authorization !== `Bearer ${OPERATOR_TOKEN}`) throw new ChatError('not_found');
        return { actor: 'deploy@srv', userId: undefined };
      },
    },
  });
  const root = await registerAdministrator(served, 'root');
  alice = await register(served, 'alice');
  tokens = {
    nobody: undefined,
    'a forger': `${alice.token.slice(0, -4)}AAAA`,
    'a user': alice.token,
    'an administrator': root.token,
    'an operator': OPERATOR_TOKEN,
  };
});

afterAll(() => served.close());

const rows = TABLE.flatMap(([who, line]) =>
  CALLERS.map((caller) => [line, caller, EXPECTED[who][caller]] as const),
);

// Nothing is sent along and nobody is named, so that what passes changes nothing.
test.each(rows.filter(([line]) => !line.endsWith('/logout')))(
  '%s, asked by %s: %s',
  async (line, caller, verdict) => {
    const path = line.replace(/:(id|userId)/, '4242').replace(/:\w+/, 'nothing');
    const token = tokens[caller];
    const { status, body } = await ask(served, path, token === undefined ? {} : { token });
    const refusal = body.code === 403 && body.error === 'permission_denied';
    const seen =
      status === 401 ? 'no token' : refusal ? 'refused' : isUnknownRoute(line, body) ? 'not there' : 'passes';
    expect(seen).toBe(verdict);
    if (status === 401) expect(body).toMatchObject({ code: 401, error: 'unauthorized', message: body.msg });
  },
);

function isUnknownRoute(line: string, body: { error?: string }): boolean {
  return /\/v1\/admin\/|\/metrics$/.test(line) && body.error === 'not_found';
}

test('an operator’s route knows who is asking', async () => {
  const { body } = await ask(served, 'POST /v1/admin/probe', { token: OPERATOR_TOKEN });
  expect(body.data).toEqual({ actor: 'deploy@srv' });
});

test('the table is the whole document', async () => {
  const { body } = await ask(served, 'GET /openapi.json');
  const documented = Object.entries<object>(body.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
  );
  expect(documented.toSorted()).toEqual(TABLE.map(([, line]) => line).toSorted());
});

describe('a token is taken from the Authorization header alone', () => {
  test.each<[what: string, headers: () => Record<string, string>, path?: () => string]>([
    ['the header of the seed’s WebSocket', () => ({ websocket: alice.token })],
    ['the query', () => ({}), () => `?token=${alice.token}`],
    ['no scheme', () => ({ authorization: alice.token })],
    ['another scheme', () => ({ authorization: `Basic ${alice.token}` })],
    ['a cookie', () => ({ cookie: `token=${alice.token}` })],
  ])('%s', async (_what, headers, path = () => '') => {
    const answer = await ask(served, `GET /v1/user/info${path()}`, { headers: headers() });
    expect(answer).toMatchObject({ status: 401, body: { error: 'unauthorized' } });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  test('the scheme in any case', async () => {
    const headers = { authorization: `bearer ${alice.token}` };
    expect(await ask(served, 'GET /v1/user/info', { headers })).toMatchObject({ status: 200 });
  });
});

test('a token is checked before the body is read', async () => {
  const answer = await ask(served, 'POST /v1/group/create', { body: 'x'.repeat(400_000) });
  expect(answer.body.code).toBe(401);
});

test('no token, password or message is in the log, and no address with a query', async () => {
  await ask(served, `GET /v1/user/info?token=${alice.token}`, { token: alice.token });
  await ask(served, 'POST /v1/user/login', { body: { name: 'alice', password: alice.password } });
  const text = JSON.stringify(served.logged);
  expect(text).toContain('/v1/user/login');
  for (const secret of [alice.token, alice.password, '?token=']) expect(text).not.toContain(secret);
});

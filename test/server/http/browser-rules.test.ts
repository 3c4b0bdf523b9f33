import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { defineRoute } from '../../../src/server/http/route.ts';
import { ask, type Person, register, serve, type Served } from './served.ts';

let served: Served;
let alice: Person;

beforeAll(async () => {
  const probe = defineRoute({
    method: 'GET',
    path: '/v1/admin/probe',
    summary: 'An admin route',
    tag: 'admin',
    who: 'operator',
    answer: z.null(),
    handler: () => null,
  });
  served = await serve({
    env: {
      CHATD_ALLOWEDORIGINS: 'http://localhost:*,https://chat.example.com',
      CHATD_ADMIN_ALLOWEDORIGINS: 'https://admin.example.com',
    },
    parts: { adminRoutes: [probe], admitOperator: () => ({ actor: 'x', userId: undefined }) },
  });
  alice = await register(served, 'alice');
});

afterAll(() => served.close());

const allowedFor = (headers: Headers) => headers.get('access-control-allow-origin');

test.each<[origin: string, path: string, isAllowed: boolean]>([
  ['http://localhost:5173', '/v1/user/info', true],
  ['https://chat.example.com', '/v1/user/info', true],
  ['http://127.0.0.1:3000', '/v1/user/info', true],
  ['https://evil.example', '/v1/user/info', false],
  ['https://chat.example.com.evil.example', '/v1/user/info', false],
  ['null', '/v1/user/info', false],
  ['http://localhost:5173', '/nowhere', true],
  ['https://admin.example.com', '/v1/user/info', false],
])('a page of %s reads %s: %s', async (origin, path, isAllowed) => {
  const preflight = await ask(served, `OPTIONS ${path}`, {
    headers: {
      origin,
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'authorization,content-type,x-requested-with',
    },
  });
  const answer = await ask(served, `GET ${path}`, { token: alice.token, headers: { origin } });
  expect(allowedFor(answer.headers)).toBe(isAllowed ? origin : null);
  expect(allowedFor(preflight.headers)).toBe(isAllowed ? origin : null);
  if (isAllowed) {
    expect(preflight).toMatchObject({ status: 204, text: '' });
    // A front end's own headers too: nothing here goes by their absence.
    expect(preflight.headers.get('access-control-allow-headers')).toBe(
      'authorization,content-type,x-requested-with',
    );
    expect(preflight.headers.get('access-control-allow-methods')).toMatch(/PUT, DELETE/);
  }
  for (const { headers } of [preflight, answer]) {
    expect(headers.get('vary')).toMatch(/Origin/);
    expect(headers.get('access-control-allow-credentials')).toBe(null);
  }
});

test('the seed’s page can read that it is signed out', async () => {
  const answer = await ask(served, 'GET /v1/user/info', { headers: { origin: 'http://localhost:5173' } });
  expect(answer.status).toBe(401);
  expect(allowedFor(answer.headers)).toBe('http://localhost:5173');
});

test('a page under a name that was pointed at us changes nothing', async () => {
  const headers = { origin: 'http://rebound.example', 'content-type': 'application/json' };
  const body = JSON.stringify({ name: 'alice', password: alice.password });
  const answer = await ask(served, 'POST /v1/user/login', { headers, body });
  expect(answer).toMatchObject({ status: 200, body: { code: 403, error: 'permission_denied' } });
});

test.each<[origin: string, path: string, status: number]>([
  ['https://admin.example.com', '/v1/admin/probe', 200],
  ['http://127.0.0.1:3000', '/v1/admin/probe', 404],
  ['http://localhost:5173', '/v1/admin/probe', 404],
  ['https://chat.example.com', '/v1/admin/probe', 404],
  ['https://chat.example.com', '//v1//admin/probe', 404],
])('to a page of %s an admin route answers %s: %s', async (origin, path, status) => {
  const preflight = await ask(served, `OPTIONS ${path}`, {
    headers: { origin, 'access-control-request-method': 'GET' },
  });
  const answer = await ask(served, `GET ${path}`, { headers: { origin } });
  expect(answer.status).toBe(status);
  expect(allowedFor(answer.headers)).toBe(status === 200 ? origin : null);
  expect(allowedFor(preflight.headers)).toBe(status === 200 ? origin : null);
});

test('answers are data: not sniffed, framed, cached or referred to', async () => {
  for (const path of ['/ping', '/v1/user/info', '/nowhere', '/%', '/openapi.json']) {
    const { headers } = await ask(served, `GET ${path}`);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
  }
});

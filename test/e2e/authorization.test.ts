import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { request, signInRoot, type Actor } from '../support/api.ts';
import { startChatd, type Chatd } from '../support/chatd.ts';
import { registerAll } from '../support/people.ts';

/** HTTP: no route without a token that should have one, and nobody reads or changes what is another's. */
describe('authorization over HTTP', () => {
  let chatd: Chatd;
  let alice: Actor;
  let bob: Actor;
  let mallory: Actor;

  beforeAll(async () => {
    chatd = await startChatd();
    [alice, bob, mallory] = (await registerAll(chatd, ['alice', 'bob', 'mallory'])) as [Actor, Actor, Actor];
    await alice.request('POST /v1/chat/messages', { chatType: 2, recvId: bob.id, content: 'between us' });
  });

  afterAll(() => chatd?.dispose());

  /** Open to everybody, and nothing else is. */
  const PUBLIC = new Set([
    'GET /ping',
    'GET /healthz',
    'GET /readyz',
    'GET /v1/info',
    'GET /metrics',
    'POST /v1/user/register',
    'POST /v1/user/login',
    'GET /uploads/{name}',
  ]);

  test('every route of the OpenAPI document but the public ones is 401 without a token', async () => {
    const routes = await documentedRoutes();
    expect(routes.length).toBeGreaterThan(20);
    for (const route of routes.filter((each) => !PUBLIC.has(each))) {
      const answer = await request(chatd, fillIn(route), bodyFor(route));
      expect(answer, route).toMatchObject({
        status: 401,
        code: 401,
        error: 'unauthorized',
        message: expect.any(String),
      });
    }
  });

  test('what administrators do is refused to users, on every such route', async () => {
    const forAdministrators = ['POST /v1/user', 'PUT /v1/user', `DELETE /v1/user/${bob.id}`];
    for (const route of forAdministrators) {
      const body = route.startsWith('DELETE')
        ? undefined
        : { id: bob.id, name: 'bobby', password: 'bobby bobby' };
      expect(await mallory.request(route, body), route).toMatchObject({
        status: 200,
        code: 403,
        error: 'permission_denied',
      });
    }
    const adminRoutes = (await documentedRoutes()).filter((route) => route.includes('/v1/admin/'));
    for (const route of adminRoutes) {
      const answer = await request(chatd, fillIn(route), { ...bodyFor(route), token: mallory.token });
      expect(answer.status, route).toBe(403);
    }
  });

  test("another's private conversation is nobody's business, by user or by id", async () => {
    const ours = await alice.request<{ list: { id: string; type: number }[] }>('GET /v1/chat/conversations');
    const id = ours.data.list.find(({ type }) => type === 2)?.id ?? '';
    expect(id).toMatch(/^[A-Za-z0-9_-]{22}$/);
    const asked = await mallory.request(
      `GET /v1/chat/messages?conversationId=${id}&chatType=2&page=1&count=20`,
    );
    expect(JSON.stringify(asked)).not.toContain('between us');
    const theirs = await mallory.request<{ list: unknown[] }>('GET /v1/chat/conversations');
    expect(JSON.stringify(theirs.data)).not.toContain(id);
    const own = await alice.request(`GET /v1/chat/messages?conversationId=${id}&chatType=2&page=1&count=20`);
    expect(JSON.stringify(own)).toContain('between us');
  });

  test("another's password, profile and account stay as they are, whatever id the body names", async () => {
    const password = { id: bob.id, oldPwd: mallory.password, newPwd: 'taken over now' };
    await mallory.request('POST /v1/user/password', password);
    await bob.signIn();
    await mallory.request('PUT /v1/user/profile', { id: bob.id, name: 'not-bob' });
    expect(await bob.request('GET /v1/user/info')).toMatchObject({ data: { name: 'bob' } });
  });

  test('the administrator cannot delete himself or the last administrator', async () => {
    const root = await signInRoot(chatd);
    expect((await root.request(`DELETE /v1/user/${root.id}`)).code).not.toBe(200);
    await signInRoot(chatd);
  });

  test('the admin door is not there for other addresses, forwarded ones included', async () => {
    const root = await signInRoot(chatd);
    const adminRoutes = (await documentedRoutes()).filter((route) => route.includes('/v1/admin/'));
    for (const route of adminRoutes) {
      const answer = await request(chatd, fillIn(route), {
        ...bodyFor(route),
        token: root.token,
        headers: { 'x-forwarded-for': '127.0.0.1' },
      });
      expect(answer.status, route).toBe(404);
    }
  });

  test('what is not chat says so, at HTTP 200', async () => {
    for (const route of ['POST /v1/chat', 'GET /v1/todo/list', 'GET /v1/approval/list', 'GET /v1/dep/soa']) {
      const answer = await request(chatd, route, {
        token: alice.token,
        ...(route.startsWith('POST') ? { body: { prompts: 'hello' } } : {}),
      });
      expect(answer, route).toMatchObject({ status: 200, code: 404, error: 'not_part_of_chatd' });
    }
  });

  test('uploads: generated names, the type found in the content, never something a browser would run', async () => {
    const html = '<html><script>alert(1)</script></html>';
    for (const [name, content, type] of [
      ['page.html', html, 'text/html'],
      ['picture.png', html, 'image/png'],
      ['../../../etc/cron.d/x', html, 'text/plain'],
      ['x.svg', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', 'image/svg+xml'],
    ] as const) {
      const form = new FormData();
      form.append('file', new Blob([content], { type }), name);
      const answer = await fetch(`${chatd.http}/v1/upload/file`, {
        method: 'POST',
        headers: { authorization: `Bearer ${alice.token}` },
        body: form,
      });
      const { data } = (await answer.json()) as { data: { host: string; file: string; filename: string } };
      expect(data.file).not.toContain('..');
      const url = new URL(data.file, `${data.host.replace(/\/?$/, '/')}`);
      const served = await fetch(url.pathname.startsWith('/uploads') ? chatd.http + url.pathname : url);
      expect(served.status, name).toBe(200);
      expect(await served.text()).toBe(content);
      expect(served.headers.get('x-content-type-options')).toBe('nosniff');
      expect(served.headers.get('content-type')).not.toMatch(/html|svg|xml|script/);
      expect(served.headers.get('content-disposition')).toMatch(/^attachment/);
      expect(served.headers.get('content-security-policy')).toContain('sandbox');
    }
  });

  async function documentedRoutes(): Promise<string[]> {
    const answer = await fetch(`${chatd.http}/openapi.json`);
    const { openapi, paths } = (await answer.json()) as { openapi: string; paths: Record<string, object> };
    expect(openapi).toMatch(/^3\.1/);
    return Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
  }
});

/** A route with something plausible in its parameters. */
function fillIn(route: string): string {
  return route.replaceAll(/\{(\w+)\}/g, (_, name: string) => (name === 'groupId' ? 'all' : '1'));
}

function bodyFor(route: string): { body?: unknown } {
  return /^(POST|PUT) /.test(route) ? { body: {} } : {};
}

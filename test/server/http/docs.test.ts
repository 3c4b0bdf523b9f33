import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, serve, type Served } from './served.ts';

let served: Served;
// A JSON document of whatever shape: the tests say what they expect of it.
let document: ReturnType<typeof JSON.parse>;

beforeAll(async () => {
  served = await serve();
  document = (await ask(served, 'GET /openapi.json')).body;
});

afterAll(() => served.close());

describe('the OpenAPI document', () => {
  const operations = () =>
    Object.entries<Record<string, Record<string, never>>>(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ line: `${method} ${path}`, path, operation })),
    ) as { line: string; path: string; operation: ReturnType<typeof JSON.parse> }[];

  test('is OpenAPI 3.1, asked at the server it came from', () => {
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'chatd', version: '9.9.9' },
      servers: [{ url: '/' }],
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    });
  });

  test('says of every route what it is, who may call it and what it answers', () => {
    for (const { line, operation } of operations()) {
      expect([line, operation]).toMatchObject([
        line,
        { summary: expect.any(String), tags: [expect.any(String)] },
      ]);
      expect([line, operation.security]).toEqual([line, expect.toSatisfy(isSecurity)]);
      expect([line, Object.keys(operation.responses)]).toEqual([line, expect.arrayContaining(['200'])]);
    }
    const isPublic = operations().filter(({ operation }) => operation.security.length === 0);
    expect(isPublic.map(({ line }) => line).toSorted()).toEqual([
      'get /healthz',
      'get /metrics',
      'get /ping',
      'get /readyz',
      'get /uploads/{name}',
      'get /v1/info',
      'post /v1/user/login',
      'post /v1/user/register',
    ]);
  });

  test('names every parameter of a path, and asks for nothing that may be left out', () => {
    for (const { line, path, operation } of operations()) {
      const parameters: { in: string; name: string; required: boolean }[] = operation.parameters ?? [];
      const inPath = parameters.filter((one) => one.in === 'path').map(({ name }) => `{${name}}`);
      expect([line, inPath]).toEqual([line, path.match(/\{\w+\}/g) ?? []]);
      const inQuery = parameters.filter((one) => one.in === 'query' && one.required);
      const needed = line === 'get /v1/chat/readers' ? ['conversationId', 'seq'] : [];
      expect([line, inQuery.map(({ name }) => name)]).toEqual([line, needed]);
    }
  });

  test('has every schema it refers to', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path);
    expect(refs.length).toBeGreaterThan(20);
    for (const path of new Set(refs)) {
      const target = path.split('/').reduce((part, key) => part?.[key], document);
      expect([path, target]).toEqual([path, expect.any(Object)]);
    }
    expect(JSON.stringify(document)).not.toMatch(/PLACEHOLDER|\$schema|\$defs/);
  });

  test("says that the seed's routes refuse at HTTP 200, and other routes do not", () => {
    const answersAt200 = (path: string, method: string) =>
      document.paths[path][method].responses['200'].content['application/json'].schema;
    const refusal = { $ref: '#/components/schemas/Refusal' };
    const done = { properties: { code: { enum: [200] }, data: { type: 'object' } } };
    expect(answersAt200('/v1/user/login', 'post')).toMatchObject({ anyOf: [done, refusal] });
    expect(answersAt200('/v1/chat/messages', 'get')).toMatchObject({ anyOf: [done, refusal] });
    expect(answersAt200('/v1/chat/messages', 'post')).toMatchObject(done);
    expect(document.paths['/uploads/{name}'].get.responses.default.content).toEqual({
      'application/json': { schema: refusal },
    });
  });

  test('describes uploads as forms', () => {
    const form = document.paths['/v1/upload/file'].post.requestBody.content['multipart/form-data'];
    expect(form.schema.properties.file).toMatchObject({ type: 'string', format: 'binary' });
  });

  function isSecurity(value: unknown): boolean {
    return ['[]', '[{"bearer":[]}]'].includes(JSON.stringify(value));
  }
});

describe('Swagger UI', () => {
  test('is served whole from here, and runs under its own policy', async () => {
    const page = await ask(served, 'GET /swagger/index.html');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = page.headers.get('content-security-policy');
    expect(policy).toMatch(/script-src 'self';/);
    expect(policy).toMatch(/connect-src 'self';/);
    expect(page.text).not.toMatch(/<script>|\son\w+=|https?:/);
    const assets = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);
    expect(assets).toHaveLength(5);
    for (const path of assets) {
      const answer = await ask(served, `GET /swagger/${path}`);
      expect([path, answer.status]).toEqual([path, 200]);
      const type = path.endsWith('.js') ? /javascript/ : path.endsWith('.css') ? /css/ : /image/;
      expect(answer.headers.get('content-type')).toMatch(type);
    }
  });

  test('asks for the document beside it', async () => {
    const { text } = await ask(served, 'GET /swagger/start.js');
    const [, url = ''] = /url: '([^']+)'/.exec(text) ?? [];
    expect(new URL(url, `${served.url}/swagger/index.html`).href).toBe(`${served.url}/openapi.json`);
  });
});

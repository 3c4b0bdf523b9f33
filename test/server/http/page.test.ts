import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { pagePolicy } from '../../../src/server/http/page/page-policy.ts';
import { installPage } from '../../../src/server/http/page/install-page.ts';
import { ask, serve, type Served } from './served.ts';

/** The chat page and the client, as they are served from the build. */

let served: Served;
let assets: readonly string[];

beforeAll(async () => {
  served = await serve({ env: { CHATD_ALLOWEDORIGINS: 'https://front.example' } });
  const { text } = await ask(served, 'GET /');
  assets = [...text.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, path = '']) => path);
});

afterAll(() => served.close());

describe('the page', () => {
  test('is at /, asked about each time, and whole from here', async () => {
    const page = await ask(served, 'GET /');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.text).not.toMatch(/<style|<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=|https?:/);
    expect(assets.length).toBeGreaterThan(0);
    for (const path of assets) expect((await ask(served, `GET /${path}`)).status, path).toBe(200);
  });

  test('its files are named by their content and may be kept for ever', async () => {
    for (const path of assets) {
      expect(path).toMatch(/^assets\/[\w-]+-[\w-]{8}\.\w+$/);
      const { headers } = await ask(served, `GET /${path}`);
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      const type = path.endsWith('.js') ? 'text/javascript' : path.endsWith('.css') ? 'text/css' : 'image/';
      expect(headers.get('content-type')).toContain(type);
    }
  });

  test('who has it already is told so in a few bytes, also behind a proxy that packs', async () => {
    const etag = (await ask(served, 'GET /')).headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{22}"$/);
    for (const held of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const again = await ask(served, 'GET /', { headers: { 'if-none-match': held } });
      expect([again.status, again.text]).toEqual([304, '']);
    }
    expect((await ask(served, 'GET /', { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  });

  test('HEAD says the same without the body', async () => {
    const { status, text, headers } = await ask(served, 'HEAD /');
    expect([status, text, headers.get('content-type')]).toEqual([200, '', 'text/html; charset=utf-8']);
  });

  test('is packed for who takes that', async () => {
    const [script = ''] = assets.filter((path) => path.endsWith('.js'));
    const packed = async (accepts: string) => {
      const { headers } = await ask(served, `GET /${script}`, { headers: { 'accept-encoding': accepts } });
      expect(headers.get('vary')).toMatch(/accept-encoding/i);
      return headers.get('content-encoding');
    };
    expect(await packed('gzip, deflate, br')).toBe('gzip');
    expect(await packed('br, gzip;q=0.5')).toBe('gzip');
    expect(await packed('identity')).toBe(null);
    expect(await packed('br, gzip;q=0')).toBe(null);
  });

  test.each([
    '/assets/missing-12345678.js',
    '/assets/..%2f..%2f..%2fpackage.json',
    '/assets/%2e%2e%2findex.html',
    '/assets/.hidden.js',
    '/assets/a%00.js',
    '/sdk/..%2fcli%2fmain.js',
    '/sdk/',
  ])('%s is not found', async (path) => {
    expect((await ask(served, `GET ${path}`)).status).toBe(404);
  });
});

describe('the client for pages without a build', () => {
  test('is one file without imports', async () => {
    const { status, text, headers } = await ask(served, 'GET /sdk/chatd-client.js');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
    expect(headers.get('cache-control')).toBe('no-cache');
    expect(text).toMatch(/export\s*\{[^}]*createWebSocket/);
    expect(text).not.toMatch(/\bimport\s*[{*'"]|\bfrom\s*['"]/);
  });

  test('is for the pages of AllowedOrigins, and for no others', async () => {
    const allowed = async (origin: string) => {
      const { headers } = await ask(served, 'GET /sdk/chatd-client.js', { headers: { origin } });
      return headers.get('access-control-allow-origin');
    };
    expect(await allowed('https://front.example')).toBe('https://front.example');
    expect(await allowed('https://other.example')).toBe(null);
  });
});

describe('the policy of the page', () => {
  const policyOf = (more: object, host = '127.0.0.1:8889') => {
    const { config } = served;
    const text = pagePolicy({ ...config, host: '127.0.0.1', port: 8889, ...more }, { host });
    return Object.fromEntries(text.split('; ').map((part) => [part.split(' ')[0], part]));
  };
  const ws = (publicUrl: string) => ({
    ws: { ...served.config.ws, host: '127.0.0.1', port: 9000, publicUrl },
  });

  test('comes with the page, and lets it do what it needs and nothing else', async () => {
    const policy = (await ask(served, 'GET /')).headers.get('content-security-policy') ?? '';
    for (const part of ["default-src 'none'", "script-src 'self';", "style-src 'self';", "base-uri 'none'"])
      expect(policy).toContain(part);
    expect(policy).not.toMatch(/unsafe|\*/);
  });

  test.each([
    ['127.0.0.1:8889', '', "connect-src 'self' ws://127.0.0.1:9000"],
    ['chat.local:8889', '', "connect-src 'self' ws://chat.local:9000"],
    ['chat.local', 'wss://ws.example/chat/ws', "connect-src 'self' wss://ws.example"],
    ['[::1]:8889', '', "connect-src 'self' ws:"],
  ])('asked for as %s with WS.PublicUrl "%s": %s', (host, publicUrl, expected) => {
    expect(policyOf(ws(publicUrl), host)['connect-src']).toBe(expected);
  });

  test('shows pictures from where uploads are', () => {
    const upload = { ...served.config.upload, host: 'https://files.example/' };
    expect(policyOf({ upload })['img-src']).toBe("img-src 'self' data: blob: https://files.example");
    expect(policyOf({ publicUrl: 'https://chat.example' })['img-src']).toContain(' https://chat.example');
  });

  test('a Host that is none puts nothing into it', () => {
    expect(policyOf(ws(''), "x; script-src 'unsafe-inline'")['connect-src']).toBe(
      "connect-src 'self' ws://127.0.0.1:9000",
    );
  });
});

describe('a build that is not there, or is made anew', () => {
  test('is said, and seen without a restart', async () => {
    const built = mkdtempSync(join(tmpdir(), 'chatd-page-'));
    const app = fastify();
    onTestFinished(async () => {
      await app.close();
      rmSync(built, { recursive: true });
    });
    installPage(app, served.config, built);
    const get = () => app.inject('/');
    expect(await get()).toMatchObject({
      statusCode: 503,
      body: expect.stringContaining('npm run build:web'),
    });
    mkdirSync(join(built, 'web'));
    for (const text of ['<p>one</p>', '<p>another</p>']) {
      writeFileSync(join(built, 'web/index.html'), text);
      expect(await get()).toMatchObject({ statusCode: 200, body: text });
    }
  });
});

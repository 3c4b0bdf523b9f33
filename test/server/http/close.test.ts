import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineRoute } from '../../../src/server/http/route.ts';
import { serve } from './served.ts';

/** A route that answers when the test lets it. */
function heldRoute() {
  const steps = new EventEmitter();
  const released = once(steps, 'released');
  const route = defineRoute({
    method: 'GET',
    path: '/held',
    summary: 'Answers when it is let',
    tag: 'test',
    who: 'public',
    answer: z.null(),
    handler: async () => {
      steps.emit('asked');
      await released;
      return null;
    },
  });
  return { route, asked: once(steps, 'asked'), release: () => steps.emit('released') };
}

test('closing finishes what is in flight, ends what is idle, and takes nothing new', async () => {
  const { route, asked, release } = heldRoute();
  const served = await serve({ parts: { adminRoutes: [route] } });
  const idle = connect(served.port, '127.0.0.1');
  idle.write('GET /ping HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(idle, 'data');
  const idleEnded = once(idle, 'close');

  const inFlight = fetch(`${served.url}/held`);
  await asked;
  const closing = served.app.close();
  await idleEnded;
  await expect(fetch(`${served.url}/ping`)).rejects.toThrow();
  release();
  const answer = await inFlight;
  expect({ status: answer.status, connection: answer.headers.get('connection') }).toEqual({
    status: 200,
    connection: 'close',
  });
  await closing;
  await served.close();
});

test('what goes wrong inside is told to the log, not to the caller', async () => {
  const secret = new Error('connect ECONNREFUSED /var/run/mysqld.sock');
  const route = defineRoute({
    method: 'GET',
    path: '/broken',
    summary: 'Fails',
    tag: 'test',
    who: 'public',
    answer: z.null(),
    handler: async () => {
      throw secret;
    },
  });
  const served = await serve({ parts: { adminRoutes: [route] } });
  const answer = await fetch(`${served.url}/broken?token=x`);
  expect(answer.status).toBe(500);
  expect(await answer.json()).toEqual({
    code: 500,
    error: 'internal',
    msg: '消息处理失败',
    message: '消息处理失败',
    data: null,
  });
  const { fields } = served.logged.find(({ event }) => event === 'http_failed') ?? {};
  expect(fields).toEqual({ method: 'GET', route: '/broken', code: 'internal', cause: secret });
  await served.close();
});

test('an answer that is not what the route promised is not sent', async () => {
  const route = defineRoute({
    method: 'GET',
    path: '/leaky',
    summary: 'Gives more than it says',
    tag: 'test',
    who: 'public',
    answer: z.object({ name: z.string() }),
    handler: () => {
      const row = { name: 'alice', passwordHash: '$argon2id$…' };
      return row;
    },
  });
  const served = await serve({ parts: { adminRoutes: [route] } });
  const answer = await fetch(`${served.url}/leaky`);
  expect(await answer.json()).toMatchObject({ data: { name: 'alice' } });
  expect(JSON.stringify(await (await fetch(`${served.url}/leaky`)).json())).not.toContain('argon2');
  await served.close();
});

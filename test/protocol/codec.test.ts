import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeFrame, encodeFrame } from '../../src/protocol/codec.ts';
import type { MessageFrame, ServerFrame } from '../../src/protocol/frames.ts';

const priv = { chatType: 2, recvId: '2', content: '你好' };
const group = { chatType: 1, conversationId: 'team', content: '你好' };

/** What a text becomes, in the words of a table: the frame, or `code field clientMsgId`. */
function outcome(text: string): unknown {
  const decoded = decodeFrame(text);
  if ('frame' in decoded) return decoded.frame;
  const { code, detail } = decoded.error;
  return [code, detail.field, decoded.clientMsgId].filter((word) => word !== undefined).join(' ');
}

describe('what is refused, and how', () => {
  const table: readonly (readonly [text: string, refusal: string])[] = [
    ['', 'invalid_json'],
    ['{', 'invalid_json'],
    ['{"chatType":2}}', 'invalid_json'],
    ['hello', 'invalid_json'],
    ['null', 'invalid_json'],
    ['7', 'invalid_json'],
    ['"{}"', 'invalid_json'],
    ['[{"type":"ping"}]', 'invalid_json'],
    ['{"type":"ping",}', 'invalid_json'],
    ["{'type':'ping'}", 'invalid_json'],
    ['{"content":"\u0000"}', 'invalid_json'],
    ['['.repeat(60_000), 'invalid_json'],
    ['{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000), 'unsupported_chat_type'],
    ['{"type":7}', 'invalid_field type'],
    ['{"type":{}}', 'invalid_field type'],
    ['{"type":"toString"}', 'unknown_type'],
    ['{"type":"ack","clientMsgId":"a"}', 'unknown_type a'],
    ['{"type":""}', 'unknown_type'],
    ['{}', 'unsupported_chat_type'],
    ['{"__proto__":{"type":"ping","chatType":2}}', 'unsupported_chat_type'],
    ['{"constructor":{"prototype":{"chatType":2}}}', 'unsupported_chat_type'],
    [JSON.stringify({ ...priv, chatType: 99 }), 'unsupported_chat_type'],
    [JSON.stringify({ ...priv, chatType: 1.5 }), 'unsupported_chat_type'],
    ['{"chatType":1e999,"content":"x"}', 'unsupported_chat_type'],
    [JSON.stringify({ ...priv, chatType: '2' }), 'invalid_field chatType'],
    [JSON.stringify({ ...priv, chatType: [2] }), 'invalid_field chatType'],
    [JSON.stringify({ ...priv, contentType: 0 }), 'bad_content_type'],
    [JSON.stringify({ ...priv, contentType: 5 }), 'bad_content_type'],
    [JSON.stringify({ ...priv, contentType: '1' }), 'invalid_field contentType'],
    [JSON.stringify({ ...priv, recvId: '' }), 'invalid_field recvId'],
    [JSON.stringify({ ...priv, recvId: 2 }), 'invalid_field recvId'],
    [JSON.stringify({ ...priv, recvId: null }), 'invalid_field recvId'],
    [JSON.stringify({ chatType: 2, content: 'x' }), 'invalid_field recvId'],
    [JSON.stringify({ ...group, conversationId: 7 }), 'invalid_field conversationId'],
    [JSON.stringify({ ...group, conversationId: ['all'] }), 'invalid_field conversationId'],
    [JSON.stringify({ chatType: 1 }), 'invalid_field content'],
    [JSON.stringify({ ...group, content: '' }), 'invalid_field content'],
    [JSON.stringify({ ...group, content: 7 }), 'invalid_field content'],
    [JSON.stringify({ ...group, content: { text: 'x' } }), 'invalid_field content'],
    ['{"chatType":1,"content":"\\ud800"}', 'invalid_field content'],
    ['{"chatType":1,"content":"a\\udc00\\ud800b"}', 'invalid_field content'],
    [JSON.stringify({ ...group, clientMsgId: '' }), 'invalid_field clientMsgId'],
    [JSON.stringify({ ...group, clientMsgId: 7 }), 'invalid_field clientMsgId'],
    [JSON.stringify({ ...group, clientMsgId: 'a\n' }), 'invalid_field clientMsgId'],
    [JSON.stringify({ ...group, clientMsgId: '键' }), 'invalid_field clientMsgId'],
    [JSON.stringify({ ...group, clientMsgId: 'a'.repeat(65) }), 'invalid_field clientMsgId'],
    [JSON.stringify({ ...group, content: '', clientMsgId: 'k 1' }), 'invalid_field content k 1'],
    ['{"type":"ping","id":{}}', 'invalid_field id'],
    ['{"type":"ping","id":true}', 'invalid_field id'],
    ['{"type":"ping","id":1e999}', 'invalid_field id'],
    ['{"type":"ping","id":12345678901234567890}', 'invalid_field id'],
    [`{"type":"ping","id":"${'x'.repeat(65)}"}`, 'invalid_field id'],
    ['{"type":"Read","conversationId":"all","seq":1}', 'unknown_type'],
    ['{"type":"read"}', 'invalid_field conversationId'],
    ['{"type":"read","conversationId":"","seq":1}', 'invalid_field conversationId'],
    ['{"type":"read","conversationId":7,"seq":1}', 'invalid_field conversationId'],
    ['{"type":"read","conversationId":"a b","seq":1}', 'invalid_field conversationId'],
    [`{"type":"read","conversationId":"${'a'.repeat(65)}","seq":1}`, 'invalid_field conversationId'],
    ['{"type":"read","conversationId":"all"}', 'invalid_field seq'],
    ['{"type":"read","conversationId":"all","seq":0}', 'invalid_field seq'],
    ['{"type":"read","conversationId":"all","seq":-1}', 'invalid_field seq'],
    ['{"type":"read","conversationId":"all","seq":1.5}', 'invalid_field seq'],
    ['{"type":"read","conversationId":"all","seq":"1"}', 'invalid_field seq'],
    ['{"type":"read","conversationId":"all","seq":9007199254740992}', 'invalid_field seq'],
    ['{"type":"recall","conversationId":"all","seq":1e999}', 'invalid_field seq'],
    ['{"type":"recall","conversationId":[],"seq":1}', 'invalid_field conversationId'],
    ['{"type":"recall","conversationId":"all","seq":1,"clientMsgId":""}x', 'invalid_json'],
    ['{"type":"typing"}', 'invalid_field conversationId'],
    ['{"type":"typing","conversationId":"","recvId":""}', 'invalid_field conversationId'],
    ['{"type":"typing","recvId":2}', 'invalid_field recvId'],
    ['{"type":"sync","since":[]}', 'invalid_field since'],
    ['{"type":"sync","since":"all"}', 'invalid_field since'],
    ['{"type":"sync","since":{"all":null}}', 'invalid_field since'],
    ['{"type":"sync","since":{"all":{}}}', 'invalid_field since'],
    ['{"type":"sync","since":{"all":{"seq":1}}}', 'invalid_field since'],
    ['{"type":"sync","since":{"all":{"seq":1,"id":1}}}', 'invalid_field since'],
    ['{"type":"sync","since":{"all":{"seq":1,"id":"x"}}}', 'invalid_field since'],
    ['{"type":"sync","since":{"all":{"seq":-1,"id":"1"}}}', 'invalid_field since'],
    ['{"type":"sync","since":{"all":{"seq":1,"id":"1","rev":-1}}}', 'invalid_field since'],
    ['{"type":"sync","since":{"a b":{"seq":1,"id":"1"}}}', 'invalid_field since'],
    ['{"type":"sync","since":{"":{"seq":0}}}', 'invalid_field since'],
    ['{"type":"sync","limit":-1}', 'invalid_field limit'],
    ['{"type":"sync","limit":"100"}', 'invalid_field limit'],
    ['{"type":"sync","only":1}', 'invalid_field only'],
    ['{"type":"presence"}', 'invalid_field userIds'],
    ['{"type":"presence","userIds":"2"}', 'invalid_field userIds'],
    ['{"type":"presence","userIds":[2]}', 'invalid_field userIds'],
    ['{"type":"presence","userIds":["0"]}', 'invalid_field userIds'],
    ['{"type":"presence","userIds":["@bob"]}', 'invalid_field userIds'],
    [JSON.stringify({ type: 'presence', userIds: Array(201).fill('2') }), 'invalid_field userIds'],
  ];
  test.each(table)('%.60s', (text, refusal) => {
    expect(outcome(text)).toBe(refusal);
  });
});

describe('what is understood', () => {
  const chat = { type: 'chat', conversationId: '', recvId: '', content: '你好', contentType: 1 };
  const table: readonly (readonly [text: string, frame: unknown])[] = [
    ['{"type":"ping"}', { type: 'ping' }],
    ['{"type":"ping","id":null}', { type: 'ping' }],
    ['{"type":"ping","id":"a"}', { type: 'ping', id: 'a' }],
    ['{"type":"ping","id":0.5}', { type: 'ping', id: 0.5 }],
    ['{"type":"chat","type":"ping"}', { type: 'ping' }],
    [JSON.stringify(priv), { ...chat, chatType: 2, recvId: '2' }],
    [JSON.stringify({ ...priv, type: 'chat' }), { ...chat, chatType: 2, recvId: '2' }],
    [JSON.stringify({ ...priv, type: null }), { ...chat, chatType: 2, recvId: '2' }],
    [
      JSON.stringify({ ...priv, conversationId: 7, sendId: 9, extra: {} }),
      { ...chat, chatType: 2, recvId: '2' },
    ],
    [JSON.stringify(group), { ...chat, chatType: 1, conversationId: 'team' }],
    [JSON.stringify({ ...group, recvId: 7 }), { ...chat, chatType: 1, conversationId: 'team' }],
    [JSON.stringify({ chatType: 1, content: '你好' }), { ...chat, chatType: 1 }],
    [JSON.stringify({ ...group, conversationId: null }), { ...chat, chatType: 1 }],
    [JSON.stringify({ ...priv, contentType: 4 }), { ...chat, chatType: 2, recvId: '2', contentType: 4 }],
    [JSON.stringify({ ...priv, contentType: null }), { ...chat, chatType: 2, recvId: '2' }],
    [JSON.stringify({ ...priv, clientMsgId: null }), { ...chat, chatType: 2, recvId: '2' }],
    [
      JSON.stringify({ ...priv, clientMsgId: ' ~"\\' }),
      { ...chat, chatType: 2, recvId: '2', clientMsgId: ' ~"\\' },
    ],
    [
      JSON.stringify({ ...priv, content: ' 🚀\0 ' }),
      { ...chat, chatType: 2, recvId: '2', content: ' 🚀\0 ' },
    ],
    ['{"type":"read","conversationId":"all","seq":7}', { type: 'read', conversationId: 'all', seq: 7 }],
    [
      '{"type":"recall","conversationId":"6DvhWYKUIJtmTz0Z5Ln8cA","seq":7,"recvId":9,"extra":{}}',
      { type: 'recall', conversationId: '6DvhWYKUIJtmTz0Z5Ln8cA', seq: 7 },
    ],
    ['{"type":"typing","recvId":"2"}', { type: 'typing', recvId: '2' }],
    ['{"type":"typing","recvId":"2","conversationId":7}', { type: 'typing', recvId: '2' }],
    ['{"type":"typing","recvId":null,"conversationId":"all"}', { type: 'typing', conversationId: 'all' }],
    ['{"type":"sync"}', { type: 'sync', since: {}, limit: 100, only: false }],
    ['{"type":"sync","limit":0,"only":true}', { type: 'sync', since: {}, limit: 0, only: true }],
    ['{"type":"sync","since":null,"limit":9999}', { type: 'sync', since: {}, limit: 300, only: false }],
    [
      '{"type":"sync","since":{"constructor":{"seq":0},"all":{"seq":3,"id":"17","rev":2}}}',
      {
        type: 'sync',
        since: { constructor: { seq: 0, id: '' }, all: { seq: 3, id: '17', rev: 2 } },
        limit: 100,
        only: false,
      },
    ],
    ['{"type":"presence","userIds":[]}', { type: 'presence', userIds: [] }],
    ['{"type":"presence","userIds":["2","2","3"]}', { type: 'presence', userIds: ['2', '2', '3'] }],
  ];
  test.each(table)('%.60s', (text, frame) => {
    expect(outcome(text)).toEqual(frame);
  });
});

describe('for any input', () => {
  const anyFrame = fc.record(
    {
      type: fc.oneof(
        fc.constantFrom('chat', 'ping', 'read', 'recall', 'typing', 'sync', 'presence'),
        fc.jsonValue(),
      ),
      seq: fc.oneof(fc.nat(), fc.jsonValue()),
      since: fc.oneof(
        fc.dictionary(fc.string(), fc.record({ seq: fc.nat(), id: fc.string() })),
        fc.jsonValue(),
      ),
      limit: fc.oneof(fc.nat(), fc.jsonValue()),
      only: fc.oneof(fc.boolean(), fc.jsonValue()),
      userIds: fc.oneof(fc.array(fc.nat().map(String)), fc.jsonValue()),
      chatType: fc.oneof(fc.constantFrom(1, 2, 99), fc.jsonValue()),
      conversationId: fc.oneof(fc.string(), fc.jsonValue()),
      recvId: fc.oneof(fc.nat().map(String), fc.jsonValue()),
      content: fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue()),
      contentType: fc.oneof(fc.constantFrom(1, 2, 3, 4, 5), fc.jsonValue()),
      clientMsgId: fc.oneof(fc.string(), fc.jsonValue()),
      id: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );

  test('decoding never throws and gives a frame or a refusal', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          anyFrame.map((value) => JSON.stringify(value)),
        ),
        (text) => {
          const decoded = decodeFrame(text);
          expect('frame' in decoded !== 'error' in decoded).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('a decoded frame encodes to what decodes to it again', () => {
    fc.assert(
      fc.property(anyFrame, (value) => {
        const decoded = decodeFrame(JSON.stringify(value));
        if ('frame' in decoded) expect(outcome(JSON.stringify(decoded.frame))).toEqual(decoded.frame);
      }),
      { numRuns: 2000 },
    );
  });

  const id = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
  const message: fc.Arbitrary<MessageFrame> = fc.record(
    {
      conversationId: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/),
      recvId: fc.oneof(fc.constant(''), id.map(String)),
      sendId: id.map(String),
      chatType: fc.constantFrom(1, 2),
      content: fc.string({ unit: 'binary' }),
      contentType: fc.constantFrom(1, 2, 3, 4),
      id: id.map(String),
      seq: id,
      sentAt: id,
      clientMsgId: fc.stringMatching(/^[\x20-\x7e]{1,64}$/),
    },
    {
      requiredKeys: [
        'conversationId',
        'recvId',
        'sendId',
        'chatType',
        'content',
        'contentType',
        'id',
        'seq',
        'sentAt',
      ],
    },
  );

  test('a message encodes to JSON that says the same, the seed’s six keys first', () => {
    fc.assert(
      fc.property(message, (frame) => {
        const parsed: unknown = JSON.parse(encodeFrame(frame));
        expect(parsed).toEqual(frame);
        expect(Object.keys(parsed as object).slice(0, 6)).toEqual([
          'conversationId',
          'recvId',
          'sendId',
          'chatType',
          'content',
          'contentType',
        ]);
      }),
    );
  });
});

test('every other frame encodes to JSON that says the same', () => {
  const frames: readonly ServerFrame[] = [
    { type: 'ack', clientMsgId: '"', id: '1', conversationId: 'all', seq: 1, sentAt: 1, duplicate: true },
    { type: 'ack', clientMsgId: '\\"\\u0041', id: '2', conversationId: 'all', seq: 2, sentAt: 1 },
    { type: 'error', code: 'invalid_field', error: '消息格式错误', field: 'content' },
    {
      type: 'error',
      code: 'not_found',
      error: '“',
      about: { type: 'recall', conversationId: 'all', seq: 1 },
    },
    { type: 'pong', id: 7 },
    { type: 'read', conversationId: 'all', userId: '2', seq: 3 },
    { type: 'typing', conversationId: 'all', userId: '2' },
    { type: 'recall', conversationId: 'all', seq: 3, by: '0', rev: 1 },
    { type: 'presence', userId: '2', online: false, lastSeen: 0 },
    {
      type: 'sync',
      done: true,
      conversations: [
        {
          conversationId: 'all',
          chatType: 1,
          fromSeq: 1,
          lastSeq: 2,
          readSeq: 0,
          rev: 1,
          recalled: [1],
          more: false,
          reset: true,
          messages: [
            {
              conversationId: 'all',
              recvId: '',
              sendId: '2',
              chatType: 1,
              content: '',
              contentType: 1,
              id: '17',
              seq: 1,
              sentAt: 5,
              recalled: true,
            },
          ],
        },
      ],
    },
    {
      chatType: 99,
      systemType: 'group_create',
      content: '“a"b” 已创建',
      groupInfo: { groupId: 'team', groupName: 'a"b', memberIds: ['1', '2'], creatorId: '1' },
    },
  ];
  for (const frame of frames) expect(JSON.parse(encodeFrame(frame))).toEqual(frame);
});

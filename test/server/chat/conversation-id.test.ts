import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPrivateForm, toUserId, type UserId } from '../../../src/protocol/ids.ts';
import { privateConversation } from '../../../src/server/chat/conversation-id.ts';

const user = (id: number) => id as UserId;

test('is 22 characters of base64url(SHA-256("lower:higher")), ids compared as numbers', () => {
  const expected = createHash('sha256').update('9:10').digest('base64url').slice(0, 22);
  expect(privateConversation(user(9), user(10))).toBe(expected);
  expect(privateConversation(user(10), user(9))).toBe(expected);
});

test('keeps apart what the seed ran together: 1 and 23, 12 and 3', () => {
  expect(privateConversation(user(1), user(23))).not.toBe(privateConversation(user(12), user(3)));
});

test('for any two users: the same both ways, the same again, and never the form of a group', () => {
  const id = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }).map(user);
  fc.assert(
    fc.property(id, id, (one, other) => {
      const conversation = privateConversation(one, other);
      expect(privateConversation(other, one)).toBe(conversation);
      expect(isPrivateForm(conversation)).toBe(true);
      expect(toUserId(conversation)).toBeUndefined();
    }),
  );
});

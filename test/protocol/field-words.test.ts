import { expect, test } from 'vitest';
import { fieldWords } from '../../src/protocol/field-words.ts';

test('a field is its name and value; one that could be taken for more is quoted', () => {
  expect(fieldWords({ reason: 'origin', port: 9000, ok: true, empty: '' })).toBe(
    'reason=origin port=9000 ok=true empty=""',
  );
  expect(fieldWords({ target: 'user:2: x address=10.0.0.1 "y"', result: 'ok' })).toBe(
    'target="user:2: x address=10.0.0.1 \\"y\\"" result=ok',
  );
});

test('what would move the cursor is shown, in names and values', () => {
  expect(fieldWords({ '\u001b[2J': 'a\u0007\u202eb' })).toBe('␛[2J=a␇‹202E›b');
});

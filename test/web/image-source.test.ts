import { expect, test } from 'vitest';
import { imageSource } from '../../src/web/model/image-source.ts';

const BASE = 'http://chat.example:8889';
const NAME = '0123456789abcdef0123456789abcdef.png';

test.each([
  `http://127.0.0.1:8889/uploads/${NAME}`,
  `https://cdn.example/a/b/uploads/${NAME}`,
  `/uploads/${NAME}`,
])('an uploaded picture is asked for where the page came from: %s', (content) => {
  expect(imageSource(content, BASE)).toBe(`${BASE}/uploads/${NAME}`);
});

test.each([
  '',
  'hello',
  'javascript:alert(1)',
  'data:image/png;base64,AAAA',
  'https://tracker.example/pixel.png',
  `https://x.example/uploads/../v1/user/info`,
  `https://x.example/uploads/${NAME}?who=me`,
  `https://x.example/uploads/a/b.png`,
  `javascript:/uploads/${NAME}`,
  `http://x.example\\@y.example/uploads/${NAME}\n`,
])('anything else is no picture: %j', (content) => {
  expect(imageSource(content, BASE)).toBeUndefined();
});

import { expect, test } from 'vitest';
import type { UserId } from '../../../src/protocol/ids.ts';
import { createAllowance } from '../../../src/server/http/uploads/allowance.ts';
import { extensionFor, pictureType } from '../../../src/server/http/uploads/file-kind.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

test.each<[what: string, head: string, name: string, extension: string]>([
  ['a PNG', '\x89PNG\r\n\x1a\n\0\0\0\r', 'a.png', 'png'],
  ['a PNG by another name', '\x89PNG\r\n\x1a\n\0\0\0\r', 'a.html', 'png'],
  ['a JPEG', '\xff\xd8\xff\xe0', 'a.jpeg', 'jpg'],
  ['GIF87a', 'GIF87a', 'a', 'gif'],
  ['GIF89a', 'GIF89a<script>', 'a.js', 'gif'],
  ['a WebP', 'RIFF\x10\0\0\0WEBP', 'a.webp', 'webp'],
  ['other RIFF', 'RIFF\x10\0\0\0WAVE', 'a.webp', 'bin'],
  ['half a signature', '\x89PNG', 'a.png', 'bin'],
  ['nothing', '', 'a.gif', 'bin'],
  ['HTML called a picture', '<html><script>', 'a.png', 'bin'],
  ['SVG', '<svg xmlns=', 'a.svg', 'bin'],
  ['a program', 'MZ', 'a.exe', 'bin'],
  ['a document', '%PDF-1.7', 'Report.PDF', 'pdf'],
  ['no extension', 'x', 'pdf', 'bin'],
])('%s is kept as its content says', (_what, head, name, extension) => {
  expect(extensionFor(bytes(head), name)).toBe(extension);
});

test('only a picture is shown as what it is', () => {
  expect(['png', 'jpg', 'gif', 'webp', 'bin', 'pdf', 'svg'].map(pictureType)).toEqual([
    'image/png',
    'image/jpeg',
    'image/gif',
    'image/webp',
    undefined,
    undefined,
    undefined,
  ]);
});

test('an allowance is a user’s own, per day, and what was not kept is given back', () => {
  let now = Date.UTC(2026, 0, 1);
  const allowance = createAllowance(100, { now: () => now });
  const [alice, bob] = [1 as UserId, 2 as UserId];
  expect(allowance.take(alice, 100)).toBe(true);
  expect(allowance.take(alice, 1)).toBe(false);
  expect(allowance.take(bob, 60)).toBe(true);
  allowance.giveBack(alice, 40);
  expect(allowance.take(alice, 41)).toBe(false);
  expect(allowance.take(alice, 40)).toBe(true);
  now += 86_400_000;
  allowance.giveBack(alice, 1_000);
  expect(allowance.take(alice, 101)).toBe(false);
  expect(allowance.take(alice, 100)).toBe(true);
});

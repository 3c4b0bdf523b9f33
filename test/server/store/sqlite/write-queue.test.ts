import { expect, it } from 'vitest';
import { createWriteQueue } from '../../../../src/server/store/sqlite/write-queue.ts';

it('lets nobody between the beginning of a transaction and its end', () => {
  const queue = createWriteQueue();
  const done: string[] = [];
  const write = (name: string) => queue.enter(() => void done.push(name));
  const begin = (transaction: number, begins = true) =>
    queue.own(transaction, () => {
      done.push(`begin ${transaction}`);
      return begins;
    });

  write('a');
  begin(1);
  write('b');
  begin(2);
  write('c');
  expect(done).toEqual(['a', 'begin 1']);
  expect([queue.isOwner(1), queue.isOwner(2)]).toEqual([true, false]);
  queue.release();
  expect(done).toEqual(['a', 'begin 1', 'b', 'begin 2']);
  queue.release();
  expect(done).toEqual(['a', 'begin 1', 'b', 'begin 2', 'c']);
  begin(3, false);
  write('d');
  expect(done.slice(5)).toEqual(['begin 3', 'd']);
});

it('keeps the order when a write makes room for the next by itself', () => {
  const queue = createWriteQueue();
  const done: number[] = [];
  queue.own(1, () => true);
  for (let n = 0; n < 5; n += 1) {
    queue.enter(() => {
      done.push(n);
      if (n === 0) queue.enter(() => void done.push(99));
      queue.release();
    });
  }
  queue.release();
  expect(done).toEqual([0, 1, 2, 3, 4, 99]);
});

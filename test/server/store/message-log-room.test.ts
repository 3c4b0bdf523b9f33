import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { WaitingSender } from '../../../src/server/chat/store-ports.ts';
import { createRoom } from '../../../src/server/store/message-log-room.ts';

/**
 * A backlog that only counts, with its marks at 10 and 20; and the line before it. `fullAt`: where the sends are so large
 * that its bytes are at their upper mark.
 */
function openRoom(maxWaitMs = 1_000, fullAt = 20) {
  let count = 0;
  const level = {
    get free() {
      return 20 - count;
    },
    get isHigh() {
      return count >= fullAt;
    },
    get isLow() {
      return count <= 10;
    },
  };
  const room = createRoom(level, maxWaitMs);
  const handed: string[] = [];

  /** Sends, in order, what it is told to; holds what has no room. */
  function sender(name: string) {
    let held = 0;
    let refused = 0;
    const handOver = (): void => {
      while (held > 0) {
        const answer = room.ask(self);
        if (answer === 'wait') return;
        held -= 1;
        if (answer === 'refuse') refused += 1;
        else {
          count += 1;
          handed.push(name);
        }
      }
    };
    const self: WaitingSender & {
      send(sends: number): void;
      readonly held: number;
      readonly refused: number;
    } = {
      onTurn: handOver,
      send(sends) {
        const isBlocked = held > 0;
        held += sends;
        if (!isBlocked) handOver();
      },
      get held() {
        return held;
      },
      get refused() {
        return refused;
      },
    };
    return self;
  }

  /** Their outcomes are told; nothing else has happened yet. */
  function release(sends: number): void {
    for (let done = 0; done < sends; done += 1) {
      count -= 1;
      room.look();
    }
  }

  function store(sends: number): void {
    release(sends);
    vi.advanceTimersByTime(0);
  }

  return { room, handed, sender, release, store, pending: () => count };
}

beforeEach(
  () => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'performance'] }),
);
afterEach(() => void vi.useRealTimers());

test('nobody waits below the upper mark; who comes at it waits until the lower mark', () => {
  const { room, handed, sender, store, pending } = openRoom();
  const ann = sender('ann');
  ann.send(25);
  expect([pending(), ann.held, room.waiting]).toEqual([20, 5, 1]);
  store(9);
  expect([pending(), ann.held]).toEqual([11, 5]);
  store(1);
  expect([pending(), ann.held, room.waiting]).toEqual([15, 0, 0]);
  expect(handed).toHaveLength(25);
});

test('the room is divided evenly, the first to come first, and who has more goes to the end', () => {
  const { room, handed, sender, store } = openRoom();
  sender('before').send(20);
  const [ann, ben, cat] = [sender('ann'), sender('ben'), sender('cat')];
  ann.send(100);
  ben.send(2);
  cat.send(5);
  handed.length = 0;
  store(10);
  expect(handed.slice(0, 8)).toEqual(['ann', 'ann', 'ann', 'ben', 'ben', 'cat', 'cat', 'cat']);
  expect([ann.held > 90, ben.held, cat.held, room.waiting]).toEqual([true, 0, 2, 2]);
});

test('as many are served as there is room for, one send each if they are many', () => {
  const { room, handed, sender, store, pending } = openRoom();
  sender('before').send(20);
  const many = Array.from({ length: 50 }, (_, at) => sender(`${at}`));
  for (const one of many) one.send(2);
  handed.length = 0;
  store(10);
  expect(handed).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  store(10);
  expect(handed.slice(10)).toEqual(['10', '11', '12', '13', '14', '15', '16', '17', '18', '19']);
  expect([pending(), room.waiting]).toEqual([20, 50]);
});

test('large sends fill the room before all had their turn: those are the next, and have waited all the time', () => {
  const { room, handed, sender, store } = openRoom(1_000, 14);
  sender('before').send(14);
  const [ann, ben, cat] = [sender('ann'), sender('ben'), sender('cat')];
  ann.send(100);
  ben.send(100);
  cat.send(2);
  handed.length = 0;
  vi.advanceTimersByTime(600);
  store(4);
  expect([handed, cat.held, room.waiting]).toEqual([['ann', 'ann', 'ann', 'ben'], 2, 3]);
  store(4);
  expect(handed.slice(4, 6)).toEqual(['cat', 'cat']);

  const dan = sender('dan');
  dan.send(1);
  vi.advanceTimersByTime(400);
  expect([dan.refused, cat.refused]).toEqual([0, 0]);
});

test('who had no turn because the room was full again is refused in his time', () => {
  const { sender, store } = openRoom(1_000, 14);
  sender('before').send(14);
  const [ann, ben] = [sender('ann'), sender('ben')];
  ann.send(100);
  ben.send(1);
  vi.advanceTimersByTime(600);
  store(4);
  expect([ann.held, ben.held]).toEqual([96, 1]);
  vi.advanceTimersByTime(400);
  expect([ann.refused, ben.refused]).toEqual([0, 1]);
});

test('nobody gets ahead of those in line, also while there is room', () => {
  const { handed, sender, store } = openRoom();
  sender('before').send(20);
  const ann = sender('ann');
  ann.send(1);
  store(5);
  const ben = sender('ben');
  ben.send(1);
  expect([ann.held, ben.held]).toEqual([1, 1]);
  store(5);
  expect(handed.slice(-2)).toEqual(['ann', 'ben']);
});

test('who has waited too long is refused, and whoever comes then, until there is room', () => {
  const { room, sender, store } = openRoom(1_000);
  sender('before').send(20);
  const [ann, ben, cat] = [sender('ann'), sender('ben'), sender('cat')];
  ann.send(3);
  vi.advanceTimersByTime(400);
  ben.send(1);
  vi.advanceTimersByTime(600);
  expect([ann.refused, ann.held, ben.refused, ben.held]).toEqual([3, 0, 0, 1]);
  cat.send(2);
  expect([cat.refused, room.waiting]).toEqual([2, 1]);
  store(10);
  expect([ben.held, ben.refused]).toEqual([0, 0]);
  cat.send(1);
  expect([cat.held, cat.refused]).toEqual([0, 2]);
});

test('refuses nobody any more once there is room, though nobody is in line', () => {
  const { room, sender, store } = openRoom(1_000);
  const [ann, ben] = [sender('ann'), sender('ben')];
  ann.send(21);
  vi.advanceTimersByTime(1_000);
  expect([ann.refused, room.waiting]).toEqual([1, 0]);
  store(10);
  ben.send(1);
  expect([ben.refused, ben.held]).toEqual([0, 0]);
});

test('refuses nobody who sends on at the very outcome that makes room, and keeps the line', () => {
  const { sender, release, store } = openRoom(1_000);
  sender('before').send(20);
  const [ann, ben, cat] = [sender('ann'), sender('ben'), sender('cat')];
  ann.send(1);
  vi.advanceTimersByTime(500);
  ben.send(1);
  vi.advanceTimersByTime(500);
  expect([ann.refused, ben.held]).toEqual([1, 1]);
  release(10);
  cat.send(1);
  expect([cat.refused, cat.held, ben.held]).toEqual([0, 1, 1]);
  store(0);
  expect([cat.refused, cat.held, ben.held]).toEqual([0, 0, 0]);
});

test('who leaves is passed over', () => {
  const { room, handed, sender, store } = openRoom();
  sender('before').send(20);
  const [ann, ben] = [sender('ann'), sender('ben')];
  ann.send(1);
  ben.send(1);
  room.leave(ann);
  expect(room.waiting).toBe(1);
  store(10);
  expect(handed.at(-1)).toBe('ben');
  expect(handed).not.toContain('ann');
  vi.advanceTimersByTime(10_000);
  expect(ann.refused).toBe(0);
});

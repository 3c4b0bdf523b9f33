import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createHeartbeat } from '../../src/client/heartbeat.ts';

describe('the heartbeat', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  const begin = () => {
    const said = { pings: 0, silences: 0 };
    const heartbeat = createHeartbeat(
      () => void (said.pings += 1),
      () => void (said.silences += 1),
    );
    heartbeat.start();
    return { heartbeat, said };
  };

  test('asks after 25 s of silence, and gives up 10 s later', () => {
    const { said } = begin();
    vi.advanceTimersByTime(24_999);
    expect(said).toEqual({ pings: 0, silences: 0 });
    vi.advanceTimersByTime(1);
    expect(said).toEqual({ pings: 1, silences: 0 });
    vi.advanceTimersByTime(10_000);
    expect(said).toEqual({ pings: 1, silences: 1 });
  });

  test('anything that arrives is an answer', () => {
    const { heartbeat, said } = begin();
    for (let second = 0; second < 60; second += 1) {
      vi.advanceTimersByTime(1000);
      heartbeat.heard();
    }
    expect(said).toEqual({ pings: 0, silences: 0 });
    vi.advanceTimersByTime(30_000);
    heartbeat.heard();
    vi.advanceTimersByTime(24_000);
    expect(said).toEqual({ pings: 1, silences: 0 });
  });

  test('stops', () => {
    const { heartbeat, said } = begin();
    heartbeat.stop();
    vi.advanceTimersByTime(100_000);
    expect(said).toEqual({ pings: 0, silences: 0 });
  });
});

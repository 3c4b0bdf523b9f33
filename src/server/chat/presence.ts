import { ChatError } from '../../protocol/error-codes.ts';
import type { UserId } from '../../protocol/ids.ts';
import type { Signals } from './signals.ts';

/** Who is online, told to those who may know and want to. */
export interface Presence {
  readonly watch: Signals['presence'];
  /** A user has come online, or gone: his first session opened, or his last ended. Never throws. */
  changed(userId: UserId): void;
}

export function createPresence(_options: object): Presence {
  return {
    watch: () => {
      throw new ChatError('unknown_type');
    },
    changed: () => {},
  };
}

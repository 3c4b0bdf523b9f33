import type { UserId } from '../../../protocol/ids.ts';
import type { Clock } from '../../chat/ports.ts';

/** How much each user may still upload today. */
export interface Allowance {
  /** Takes `bytes` and gives true, or takes nothing and gives false. */
  take(userId: UserId, bytes: number): boolean;
  /** For what was not kept in the end. */
  giveBack(userId: UserId, bytes: number): void;
}

const DAY = 86_400_000;

/**
 * `perDay` bytes a user and day (UTC). Kept in memory: a restart begins the day anew, which costs an attacker a restart
 * of ours and wins him one more allowance; what protects the disk is the free space that is always left.
 */
export function createAllowance(perDay: number, clock: Clock): Allowance {
  const taken = new Map<UserId, number>();
  let today = 0;

  function turnPage(): void {
    const day = Math.floor(clock.now() / DAY);
    if (day === today) return;
    today = day;
    taken.clear();
  }

  return {
    take(userId, bytes) {
      turnPage();
      const total = (taken.get(userId) ?? 0) + bytes;
      if (total > perDay) return false;
      taken.set(userId, total);
      return true;
    },
    giveBack(userId, bytes) {
      turnPage();
      taken.set(userId, Math.max(0, (taken.get(userId) ?? 0) - bytes));
    },
  };
}

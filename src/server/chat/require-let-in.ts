import { keepOutAt, keptOutError } from '../../protocol/kept-out.ts';
import type { User } from './store-ports.ts';

/**
 * Throws permission_denied if `user` is kept out at `now` (ms since 1970). His connections ended with the kick, but what
 * they had sent may still be on its way here; and there is HTTP.
 */
export function requireLetIn(user: User | undefined, now: number): void {
  const keepOut = keepOutAt(user?.keepOut, now);
  if (keepOut !== undefined) throw keptOutError(keepOut, now);
}

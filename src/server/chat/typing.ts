import { ChatError } from '../../protocol/error-codes.ts';
import type { Signals } from './signals.ts';

export function createTyping(_options: object): Signals['typing'] {
  return () => {
    throw new ChatError('unknown_type');
  };
}

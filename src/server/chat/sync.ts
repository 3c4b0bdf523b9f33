import { ChatError } from '../../protocol/error-codes.ts';
import type { Signals } from './signals.ts';

export function createSync(_options: object): Signals['sync'] {
  return () => {
    throw new ChatError('unknown_type');
  };
}

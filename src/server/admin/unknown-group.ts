import { ChatError } from '../../protocol/error-codes.ts';

export function unknownGroup(group: string): ChatError {
  return new ChatError('not_found', {
    field: 'group',
    text: { zh: `没有群组 ${group}`, en: `no group ${group}` },
  });
}

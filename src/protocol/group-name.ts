import { ChatError } from './error-codes.ts';
import { MAX_NAME_CHARACTERS, parseUserName } from './user-name.ts';

/** `text` as a group's name: the rules of a user's name, except that several groups may have one. Throws invalid_field. */
export function parseGroupName(text: unknown, field = 'groupName'): string {
  try {
    return parseUserName(text, field);
  } catch (cause) {
    throw new ChatError('invalid_field', {
      field,
      text: {
        zh: `群名称须为 1–${MAX_NAME_CHARACTERS} 个字符,不能含控制字符`,
        en: `a group's name is 1–${MAX_NAME_CHARACTERS} characters without control characters`,
      },
      cause,
    });
  }
}

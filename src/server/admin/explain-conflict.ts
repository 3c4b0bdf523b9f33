import { ChatError } from '../../protocol/error-codes.ts';

/** Says on `work`'s conflict, which the error table only calls that, what exists already. All else passes as it is. */
export async function explainConflict<T>(
  work: Promise<T>,
  { zh, en }: { readonly zh: string; readonly en: string },
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const isBare = error instanceof ChatError && error.code === 'conflict' && error.detail.text === undefined;
    throw isBare ? new ChatError('conflict', { ...error.detail, text: { zh, en } }) : error;
  }
}

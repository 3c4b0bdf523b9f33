import { Buffer } from 'node:buffer';

/**
 * Bytes of message text in one answer or tick: users choose how long their texts are and how much they grow on their
 * way (a control character becomes six bytes), and a tool is dropped that is sent more than its queue holds.
 */
const MOST_TEXT = 1024 * 1024;

/** As many of `items`, from the first, as fit with their text, but always one. */
export function firstFitting<T extends { readonly content?: string | undefined }>(
  items: readonly T[],
  mostBytes = MOST_TEXT,
): readonly T[] {
  let bytes = 0;
  const end = items.findIndex(({ content }, index) => {
    if (content !== undefined) bytes += Buffer.byteLength(JSON.stringify(content));
    return bytes > mostBytes && index > 0;
  });
  return end === -1 ? items : items.slice(0, end);
}

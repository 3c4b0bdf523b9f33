const PRINTABLE = /^[\x20-\x7e]{1,64}$/;

/** Whether `value` may be a clientMsgId: 1–64 printable ASCII characters (so bytes), compared byte for byte. */
export function isClientMsgId(value: unknown): value is string {
  return typeof value === 'string' && PRINTABLE.test(value);
}

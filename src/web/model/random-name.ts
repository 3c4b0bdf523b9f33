/** 24 hexadecimal digits that nobody else comes upon. Not crypto.randomUUID, which pages over plain HTTP do not have. */
export function randomName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

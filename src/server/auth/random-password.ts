import { randomInt } from 'node:crypto';

// Without the letters and digits that are taken for one another when read aloud or typed from a screen.
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
const LENGTH = 16;

/** A password nobody chose: 79 bits, easy to type. */
export function randomPassword(): string {
  return Array.from({ length: LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
}

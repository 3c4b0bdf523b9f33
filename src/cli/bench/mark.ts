/**
 * What a message of the load carries, so that whoever gets it knows which it is: `#c` (in the content) or `#a` (in the
 * client's id), stream, number, and when it was sent, in digits of a fixed width.
 */
export const MARK_LENGTH = 28;
const STREAM = { at: 2, width: 5 };
const NUMBER = { at: 7, width: 8 };
const TIME = { at: 15, width: 13 };

/** A stream is a sender in a conversation. */
export const MAX_STREAMS = 10 ** STREAM.width;

const HASH = 0x23;

/** Begins a mark at `at`? `kind`: the letter's code. */
export function isMark(bytes: Buffer, at: number, kind: number): boolean {
  return bytes[at] === HASH && bytes[at + 1] === kind;
}

export const IN_CONTENT = 0x63;
export const IN_ID = 0x61;

export function streamAt(bytes: Buffer, mark: number): number {
  return digitsAt(bytes, mark + STREAM.at, STREAM.width);
}

export function numberAt(bytes: Buffer, mark: number): number {
  return digitsAt(bytes, mark + NUMBER.at, NUMBER.width);
}

export function timeAt(bytes: Buffer, mark: number): number {
  return digitsAt(bytes, mark + TIME.at, TIME.width);
}

/** The mark of a template: number and time are filled in by `writeMark`. */
export function blankMark(kind: 'c' | 'a', stream: number): string {
  return `#${kind}${String(stream).padStart(STREAM.width, '0')}`.padEnd(MARK_LENGTH, '0');
}

export interface Message {
  readonly number: number;
  readonly time: number;
}

/** Fills in a masked mark: `mask[(at - origin) % 4]` is what the byte at `at` is masked with. */
export function writeMark(bytes: Buffer, mark: number, { number, time }: Message, mask: MaskAt): void {
  writeDigits(bytes, { at: mark + NUMBER.at, width: NUMBER.width }, number, mask);
  writeDigits(bytes, { at: mark + TIME.at, width: TIME.width }, time, mask);
}

export interface MaskAt {
  readonly mask: Buffer;
  readonly origin: number;
}

interface Span {
  readonly at: number;
  readonly width: number;
}

const ZERO = 0x30;

function writeDigits(bytes: Buffer, { at, width }: Span, value: number, { mask, origin }: MaskAt): void {
  let rest = value;
  for (let place = at + width - 1; place >= at; place -= 1) {
    const tenth = Math.floor(rest / 10);
    bytes[place] = (ZERO + rest - tenth * 10) ^ (mask[(place - origin) & 3] ?? 0);
    rest = tenth;
  }
}

function digitsAt(bytes: Buffer, at: number, width: number): number {
  let value = 0;
  for (let place = at; place < at + width; place += 1) value = value * 10 + (bytes[place] ?? 0) - ZERO;
  return value;
}

import { randomBytes } from 'node:crypto';
import { IN_CONTENT, IN_ID, isMark, type Message, writeMark } from './mark.ts';

const FIN = 0x80;
const MASKED = 0x80;
const OPCODE = { text: 0x1, close: 0x8, pong: 0xa } as const;

/** The close code of a client that goes. */
export const LEAVING = 1001;

/** A text frame as clients send it, masked (RFC 6455, 5.3). */
export function textFrame(text: string): Buffer {
  return maskedFrame(OPCODE.text, Buffer.from(text)).bytes;
}

export function pongFrame(payload: Buffer): Buffer {
  return maskedFrame(OPCODE.pong, payload).bytes;
}

export function closeFrame(code: number): Buffer {
  return maskedFrame(OPCODE.close, Buffer.from([code >> 8, code & 0xff])).bytes;
}

/** Frames of one stream: encoded and masked once, after that only number and time are filled in. */
export interface FrameTemplate {
  readonly length: number;
  /** One frame into `bytes`, at `at`. */
  write(bytes: Buffer, at: number, message: Message): void;
}

/** `text` carries one mark for the content and one for the client's id. */
export function createTemplate(text: string): FrameTemplate {
  const payload = Buffer.from(text);
  const inContent = markIn(payload, IN_CONTENT);
  const inId = markIn(payload, IN_ID);
  const { bytes: template, head, mask } = maskedFrame(OPCODE.text, payload);
  return {
    length: template.length,
    write(bytes, at, message) {
      template.copy(bytes, at);
      const origin = at + head;
      writeMark(bytes, origin + inContent, message, { mask, origin });
      writeMark(bytes, origin + inId, message, { mask, origin });
    },
  };
}

function markIn(payload: Buffer, kind: number): number {
  return payload.findIndex((_byte, at) => isMark(payload, at, kind));
}

function maskedFrame(opcode: number, payload: Buffer): { bytes: Buffer; head: number; mask: Buffer } {
  const mask = randomBytes(4);
  const size = sizeBytes(payload.length);
  const bytes = Buffer.concat([Buffer.from([FIN | opcode]), size, mask, payload]);
  const head = bytes.length - payload.length;
  for (let at = head; at < bytes.length; at += 1) bytes[at] = (bytes[at] ?? 0) ^ (mask[(at - head) & 3] ?? 0);
  return { bytes, head, mask };
}

function sizeBytes(length: number): Buffer {
  if (length < 126) return Buffer.from([MASKED | length]);
  if (length < 65_536) return Buffer.from([MASKED | 126, length >> 8, length & 0xff]);
  const long = Buffer.alloc(9);
  long[0] = MASKED | 127;
  long.writeBigUInt64BE(BigInt(length), 1);
  return long;
}

import { Buffer } from 'node:buffer';
import { encodeFrame } from '../../protocol/codec.ts';
import type { ToWire, WireFrame } from '../chat/ports.ts';

/**
 * A frame as the bytes every receiver gets: one unfragmented text frame, not masked, as a server's frames are
 * (RFC 6455, 5.1 and 5.2).
 */
export const toWire: ToWire = (frame) => textFrame(encodeFrame(frame));

export function textFrame(text: string): WireFrame {
  return frameBytes(OPCODE.text, text);
}

/** A ping without content: the heartbeat's, the same bytes for all. */
export const PING: WireFrame = Buffer.from([0x89, 0x00]);

/** A ping with `payload`, at most 125 bytes. */
export function pingFrame(payload: Buffer): WireFrame {
  return Buffer.concat([Buffer.from([FIN | OPCODE.ping, payload.length]), payload]);
}

/** The answer to a ping with `payload`, at most 125 bytes. */
export function pongFrame(payload: Buffer): WireFrame {
  return Buffer.concat([Buffer.from([FIN | OPCODE.pong, payload.length]), payload]);
}

const FIN = 0x80;
const OPCODE = { text: 0x1, ping: 0x9, pong: 0xa } as const;

function frameBytes(opcode: number, text: string): WireFrame {
  const length = Buffer.byteLength(text);
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const bytes = Buffer.allocUnsafe(head + length);
  bytes[0] = FIN | opcode;
  if (head === 2) bytes[1] = length;
  else if (head === 4) {
    bytes[1] = 126;
    bytes.writeUInt16BE(length, 2);
  } else {
    bytes[1] = 127;
    bytes.writeBigUInt64BE(BigInt(length), 2);
  }
  bytes.write(text, head);
  return bytes;
}

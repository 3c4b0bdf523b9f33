/** One step of a WebSocket's bytes: the handshake's head, or a frame. The bytes go on as they are. */
export interface Piece {
  readonly bytes: Buffer;
  /** Of a text frame its text; of the handshake and of control frames undefined. */
  readonly text: string | undefined;
}

const HEAD_END = '\r\n\r\n';
const TEXT = 1;

/** Cuts one direction of a WebSocket connection into pieces, whatever the chunks it comes in. Frames are not fragmented. */
export class FrameSplitter {
  #rest: Buffer = Buffer.alloc(0);
  #isUpgraded = false;

  /** The pieces that are whole now. */
  push(chunk: Buffer): readonly Piece[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const pieces: Piece[] = [];
    for (let piece = this.#take(); piece !== undefined; piece = this.#take()) pieces.push(piece);
    return pieces;
  }

  #take(): Piece | undefined {
    if (this.#isUpgraded) return this.#takeFrame();
    const at = this.#rest.indexOf(HEAD_END);
    if (at === -1) return undefined;
    this.#isUpgraded = true;
    return { bytes: this.#cut(at + HEAD_END.length), text: undefined };
  }

  #takeFrame(): Piece | undefined {
    const head = readHead(this.#rest);
    if (head === undefined || this.#rest.length < head.size + head.length) return undefined;
    const bytes = this.#cut(head.size + head.length);
    if (head.opcode !== TEXT) return { bytes, text: undefined };
    const payload = Buffer.from(bytes.subarray(head.size));
    const { mask } = head;
    if (mask !== undefined) payload.forEach((byte, at) => payload.writeUInt8(byte ^ (mask[at % 4] ?? 0), at));
    return { bytes, text: payload.toString('utf8') };
  }

  #cut(length: number): Buffer {
    const bytes = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return bytes;
  }
}

interface Head {
  readonly opcode: number;
  /** Bytes before the payload, the mask included. */
  readonly size: number;
  readonly length: number;
  readonly mask: Buffer | undefined;
}

/** RFC 6455, 5.2; undefined as long as it is not whole. */
function readHead(bytes: Buffer): Head | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes.readUInt8(1) & 0x7f;
  const isMasked = bytes.readUInt8(1) >= 0x80;
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const size = 2 + lengthBytes + (isMasked ? 4 : 0);
  if (bytes.length < size) return undefined;
  const length =
    lengthBytes === 0 ? short : lengthBytes === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  return {
    opcode: bytes.readUInt8(0) & 0x0f,
    size,
    length,
    mask: isMasked ? bytes.subarray(size - 4, size) : undefined,
  };
}

import { IN_CONTENT, IN_ID, isMark, MARK_LENGTH } from './mark.ts';

/** What a connection hears: `mark` is where in `bytes` the message's mark begins. */
export interface ListenerEars {
  onDelivery(bytes: Buffer, mark: number): void;
  onAck(bytes: Buffer, mark: number): void;
  /** An error frame; `mark` is -1 if it does not say what it is about. */
  onRefusal(bytes: Buffer, mark: number, code: string): void;
  /** Anything else. */
  onOther(text: string): void;
}

const QUOTE = 0x22;
const CONTENT = Buffer.from('"content":"#c');
const CONTENT_KEY = CONTENT.length - 2;
const ID = Buffer.from('"clientMsgId":"#a');
const ID_KEY = ID.length - 2;
const ERROR = Buffer.from('"type":"error"');

/**
 * Tells the frames of one connection apart. What is looked for mostly is where it was the last time; only where it is
 * not is there a search.
 */
export class Listener {
  readonly #ears: ListenerEars;
  #contentAt = 0;
  #idAt = 0;

  constructor(ears: ListenerEars) {
    this.#ears = ears;
  }

  hear(bytes: Buffer, start: number, end: number): void {
    const guess = start + this.#contentAt;
    if (isMarkIn(bytes, guess, { kind: IN_CONTENT, end })) return this.#ears.onDelivery(bytes, guess);
    const ack = start + this.#idAt;
    if (isMarkIn(bytes, ack, { kind: IN_ID, end }) && this.#isAck(bytes, start)) {
      return this.#ears.onAck(bytes, ack);
    }
    this.#search(bytes, start, end);
  }

  // `{"type":"ack"` or `43…[{"clientMsgId"`, at the place of the last ack.
  #isAck(bytes: Buffer, start: number): boolean {
    return this.#idAt > 0 && bytes[start] !== undefined && !isErrorHead(bytes, start);
  }

  #search(bytes: Buffer, start: number, end: number): void {
    const frame = bytes.subarray(start, end);
    const content = frame.indexOf(CONTENT);
    if (content !== -1) {
      this.#contentAt = content + CONTENT_KEY;
      return this.#ears.onDelivery(bytes, start + this.#contentAt);
    }
    const id = frame.indexOf(ID);
    const mark = id === -1 ? -1 : start + id + ID_KEY;
    if (frame.includes(ERROR)) return this.#ears.onRefusal(bytes, mark, codeOf(frame.toString()));
    if (mark === -1) return this.#ears.onOther(frame.toString());
    this.#idAt = id + ID_KEY;
    this.#ears.onAck(bytes, mark);
  }
}

interface MarkIn {
  readonly kind: number;
  readonly end: number;
}

function isMarkIn(bytes: Buffer, at: number, { kind, end }: MarkIn): boolean {
  return at + MARK_LENGTH <= end && isMark(bytes, at, kind) && bytes[at - 1] === QUOTE;
}

const ERROR_HEAD = Buffer.from('{"type":"error"');
const TYPE_AT = ERROR_HEAD.length - 6;

function isErrorHead(bytes: Buffer, start: number): boolean {
  return (
    bytes[start + TYPE_AT] === ERROR_HEAD[TYPE_AT] && bytes[start + TYPE_AT + 1] === ERROR_HEAD[TYPE_AT + 1]
  );
}

function codeOf(text: string): string {
  return /"code":"([\w-]{1,40})"/.exec(text)?.[1] ?? 'error';
}

/**
 * Memory for what was read from connections and cannot be handled yet: a little for each, more out of what all share.
 * Whoever fills the shared part leaves the others their own.
 */
export interface HoldSpace {
  open(): HeldTexts;
}

/** What of one connection's has to wait, in order, as it came: text takes less than what is made of it. */
export interface HeldTexts {
  readonly first: string | undefined;
  /** False if there is no room for it. */
  add(text: string): boolean;
  removeFirst(): void;
  /** Takes all of it. */
  empty(): readonly string[];
}

/** Texts of a connection: one read of its socket brings as many, or two do (64 KiB each), unless they are tiny. */
const MAX_TEXTS = 1024;
/** Bytes of its own: the largest message there is, if MaxContent is the usual 16 KiB, with what is around it. */
const OWN = 34 * 1024;
/** Bytes beyond that, of all connections. */
const SHARED = 32 * 1024 * 1024;

export function createHoldSpace(): HoldSpace {
  const shared = { used: 0 };
  return { open: () => new CountedTexts(shared) };
}

class CountedTexts implements HeldTexts {
  readonly #shared: { used: number };
  readonly #texts: string[] = [];
  #bytes = 0;

  constructor(shared: { used: number }) {
    this.#shared = shared;
  }

  get first(): string | undefined {
    return this.#texts[0];
  }

  add(text: string): boolean {
    const bytes = this.#bytes + sizeOf(text);
    const used = this.#shared.used + beyondOwn(bytes) - beyondOwn(this.#bytes);
    if (this.#texts.length === MAX_TEXTS || (bytes > OWN && used > SHARED)) return false;
    this.#texts.push(text);
    this.#count(bytes);
    return true;
  }

  removeFirst(): void {
    const text = this.#texts.shift();
    if (text !== undefined) this.#count(this.#bytes - sizeOf(text));
  }

  empty(): readonly string[] {
    this.#count(0);
    return this.#texts.splice(0);
  }

  #count(bytes: number): void {
    this.#shared.used += beyondOwn(bytes) - beyondOwn(this.#bytes);
    this.#bytes = bytes;
  }
}

/** At most two bytes a character, and the text's place. */
function sizeOf(text: string): number {
  return 2 * text.length + 64;
}

function beyondOwn(bytes: number): number {
  return Math.max(0, bytes - OWN);
}

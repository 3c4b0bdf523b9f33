import type { Readable } from 'node:stream';

/** What streams have said so far, and a way to wait for what they will say. */
export class Transcript {
  text = '';
  readonly #waiting = new Set<() => void>();

  constructor(streams: readonly Readable[]) {
    for (const stream of streams) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        this.text += chunk;
        for (const check of this.#waiting) check();
      });
    }
  }

  /** Whole lines so far. */
  get lines(): readonly string[] {
    return this.text.split(/\r?\n/).slice(0, -1);
  }

  /** Resolves with the text as soon as it satisfies `isEnough`; rejects, with the text, when that takes too long. */
  until(isEnough: (text: string) => boolean, timeoutMs = 10_000): Promise<string> {
    return new Promise((resolve, reject) => {
      const check = () => {
        if (!isEnough(this.text)) return;
        done();
        resolve(this.text);
      };
      const timer = setTimeout(() => {
        done();
        reject(new Error(`not said within ${timeoutMs} ms; said so far:\n${this.text}`));
      }, timeoutMs);
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(check);
      };
      this.#waiting.add(check);
      check();
    });
  }
}

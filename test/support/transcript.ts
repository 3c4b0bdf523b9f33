import type { Readable } from 'node:stream';

/** What streams have said so far, and a way to wait for what they will say. */
export class Transcript {
  text = '';
  readonly #waiting = new Set<() => void>();
  #open: number;

  constructor(streams: readonly Readable[]) {
    this.#open = streams.length;
    for (const stream of streams) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        this.text += chunk;
        for (const check of this.#waiting) check();
      });
      stream.on('close', () => {
        this.#open -= 1;
        for (const check of this.#waiting) check();
      });
    }
  }

  /** Whole lines so far. */
  get lines(): readonly string[] {
    return this.text.split(/\r?\n/).slice(0, -1);
  }

  /** Resolves with the text as soon as it satisfies `isEnough`; rejects, with the text, once it cannot, or too late. */
  until(isEnough: (text: string) => boolean, timeoutMs = 10_000): Promise<string> {
    return new Promise((resolve, reject) => {
      const check = () => {
        if (isEnough(this.text)) {
          done();
          resolve(this.text);
        } else if (this.#open === 0) fail('not said to the end');
      };
      const fail = (why: string) => {
        done();
        reject(new Error(`${why}; said so far:\n${this.text}`));
      };
      const timer = setTimeout(() => fail(`not said within ${timeoutMs} ms`), timeoutMs);
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(check);
      };
      this.#waiting.add(check);
      check();
    });
  }
}

import type { ChatClient, ClientOptions } from '../../client/chat-client.ts';
import type { Language } from '../../protocol/error-codes.ts';
import type { UploadFile } from '../api/upload.ts';

/** What the model needs of the browser: handed in, so that it runs in Node as well. */
export interface World {
  /** Where the server is: the page's own address, without a slash at the end. */
  readonly base: string;
  readonly storage: KeptTexts;
  /** Of this window alone: as sessionStorage. */
  readonly windowStorage: KeptTexts;
  readonly fetch: typeof globalThis.fetch;
  readonly uploadFile: UploadFile;
  readonly createWebSocket: (token: string, options: ClientOptions) => ChatClient;
  readonly clock: WorldClock;
  /** Until the user chooses another. */
  readonly language: Language;
}

export interface WorldClock {
  /** ms since 1970. */
  now(): number;
  /** Calls `task` once, `ms` from now. Gives the function that calls it off. */
  after(ms: number, task: () => void): () => void;
}

/** As localStorage. May throw: a browser can forbid it. */
export interface KeptTexts {
  getItem(key: string): string | null;
  setItem(key: string, text: string): void;
  removeItem(key: string): void;
}

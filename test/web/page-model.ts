import type { Chatd } from '../support/chatd.ts';
import { createWebSocket } from '../../src/client/index.ts';
import type { ChatClient } from '../../src/client/index.ts';
import { ApiError } from '../../src/web/api/api-error.ts';
import type { Uploaded } from '../../src/web/api/answers.ts';
import { toApiError } from '../../src/web/api/create-api.ts';
import type { UploadFile } from '../../src/web/api/upload.ts';
import { createModel } from '../../src/web/model/create-model.ts';
import type { Actions, Model } from '../../src/web/model/model.ts';
import type { ChatSummary, Item, State } from '../../src/web/model/state.ts';
import type { KeptTexts } from '../../src/web/model/world.ts';

/** The page without its looks, as a person uses it. */
export interface PageModel {
  readonly state: State;
  readonly do: Actions;
  readonly items: readonly Item[];
  /** What the browser keeps, for another window of it. */
  readonly storage: KeptTexts;
  /** What it keeps for this window, when the page is loaded again. */
  readonly windowStorage: KeptTexts;
  chat(title: string): ChatSummary | undefined;
  item(content: string): Item | undefined;
  /** Resolves when it is so; looked at after every change. */
  until(isSo: (state: State, page: PageModel) => boolean, timeoutMs?: number): Promise<void>;
  stop(): void;
}

export interface PageModelOptions {
  readonly storage?: KeptTexts;
  readonly windowStorage?: KeptTexts;
  /** How many times as fast as ours its seconds pass. */
  readonly speed?: number;
  /** Connects only after that. */
  readonly connectAfter?: Promise<void>;
}

export function openPageModel(server: Pick<Chatd, 'http'>, options: PageModelOptions = {}): PageModel {
  const { storage = createStorage(), windowStorage = createStorage(), speed = 1, connectAfter } = options;
  const model = createModel({
    base: server.http,
    storage,
    windowStorage,
    fetch,
    uploadFile,
    createWebSocket: (token, options) => {
      const client = createWebSocket(token, options);
      if (connectAfter === undefined) return client;
      return Object.assign(client, { connect: connectLater(client, connectAfter) });
    },
    clock: {
      now: () => Date.now(),
      after(ms, task) {
        const timer = setTimeout(task, ms / speed);
        return () => clearTimeout(timer);
      },
    },
    language: 'en',
  });
  model.start();
  return toPage(model, { storage, windowStorage });
}

function connectLater({ connect }: ChatClient, after: Promise<void>): ChatClient['connect'] {
  return function (this: ChatClient) {
    return after.then(() => connect.call(this));
  };
}

function toPage(model: Model, kept: Pick<PageModel, 'storage' | 'windowStorage'>): PageModel {
  const page: PageModel = {
    get state() {
      return model.state;
    },
    get items() {
      return model.state.thread?.items ?? [];
    },
    do: model.actions,
    ...kept,
    chat: (title) => model.state.chats.find((chat) => chat.title === title),
    item: (content) => page.items.find((item) => item.content === content),
    until: (isSo, timeoutMs = 10_000) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          unsubscribe();
          reject(new Error(`not so after ${timeoutMs} ms: ${isSo}\n${describe(model.state)}`));
        }, timeoutMs);
        const look = () => {
          if (!isSo(model.state, page)) return;
          clearTimeout(timer);
          unsubscribe();
          resolve();
        };
        const unsubscribe = model.subscribe(look);
        look();
      }),
    stop: model.stop,
  };
  return page;
}

function describe({ people, ...state }: State): string {
  return JSON.stringify({ ...state, people: [...people.values()] }, undefined, 1);
}

export function createStorage(): KeptTexts {
  const texts = new Map<string, string>();
  return {
    getItem: (key) => texts.get(key) ?? null,
    setItem: (key, text) => void texts.set(key, text),
    removeItem: (key) => void texts.delete(key),
  };
}

const uploadFile: UploadFile = async ({ base, token, file, language, onProgress }) => {
  const body = new FormData();
  body.append('file', file);
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${base}/v1/upload/file`, { method: 'POST', headers, body }).catch(() => {
    throw new ApiError('no_answer', '');
  });
  onProgress(100);
  const answer = (await response.json()) as { code: number; data: Uploaded };
  if (answer.code !== 200) throw toApiError(answer, language);
  return answer.data;
};

import { createWebSocket } from '../../client/index.ts';
import type { KeptTexts, World } from '../model/world.ts';
import { uploadFile } from './upload-file.ts';

/** The browser, as the model needs it. */
export function browserWorld(): World {
  return {
    base: new URL('.', location.href).href.replace(/\/$/, ''),
    storage: storageOf(() => localStorage),
    windowStorage: storageOf(() => sessionStorage),
    fetch: (input, init) => fetch(input, init),
    uploadFile,
    createWebSocket,
    clock: {
      now: () => Date.now(),
      after(ms, task) {
        const timer = setTimeout(task, ms);
        return () => clearTimeout(timer);
      },
    },
    language: navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en',
  };
}

/** Looked up at each use: where it is forbidden, that throws. */
function storageOf(find: () => Storage): KeptTexts {
  return {
    getItem: (key) => find().getItem(key),
    setItem: (key, text) => find().setItem(key, text),
    removeItem: (key) => find().removeItem(key),
  };
}

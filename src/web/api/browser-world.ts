import { createWebSocket } from '../../client/index.ts';
import type { World } from '../model/world.ts';
import { uploadFile } from './upload-file.ts';

/** The browser, as the model needs it. */
export function browserWorld(): World {
  return {
    base: new URL('.', location.href).href.replace(/\/$/, ''),
    // Looked up at each use: where it is forbidden, that throws.
    storage: {
      getItem: (key) => localStorage.getItem(key),
      setItem: (key, text) => localStorage.setItem(key, text),
      removeItem: (key) => localStorage.removeItem(key),
    },
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

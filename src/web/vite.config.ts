import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The page, built into dist/web: its files are named by their content and found from wherever the page is served. */
export default defineConfig({
  root: here('.'),
  base: './',
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: here('../../dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    // The Content-Security-Policy lets nothing be inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** `chatd/client` as one file without imports, for pages without a build: dist/sdk/chatd-client.js. */
export default defineConfig({
  root: here('.'),
  logLevel: 'warn',
  build: {
    outDir: here('../../dist/sdk'),
    emptyOutDir: true,
    target: 'es2022',
    minify: true,
    sourcemap: true,
    lib: { entry: here('./index.ts'), formats: ['es'], fileName: () => 'chatd-client.js' },
  },
});

import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** `chatd/client` as one file without imports, for pages without a build: dist/sdk/chatd-client.js. */
export default defineConfig({
  root: here('.'),
  logLevel: 'warn',
  plugins: [shorter()],
  build: {
    outDir: here('../../dist/sdk'),
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: true,
    lib: { entry: here('./index.ts'), formats: ['es'], fileName: () => 'chatd-client.js' },
    // A library would keep its white space and the notes for those who bundle it.
    rolldownOptions: {
      output: {
        comments: false,
        minify: { compress: { dropConsole: true }, mangle: true, codegen: true },
      },
    },
  },
});

/**
 * partysocket for pages: without what it says to those who look for its mistakes, and what it does in Node; with short
 * names for what is private to it.
 */
function shorter(): Plugin {
  const names: string[] = [];
  const shorten = (name: string): string => {
    if (!names.includes(name)) names.push(name);
    return `_${names.indexOf(name).toString(36)}`;
  };
  return {
    name: 'shorter',
    transform(code, id) {
      if (!id.includes('/partysocket/')) return undefined;
      const forPages = code
        .replaceAll(/this\._debug\([^;]*?\);/g, ';')
        .replaceAll(/const is(Node|ReactNative) =[^;]*;/g, 'const is$1 = false;');
      return { code: forPages.replaceAll(/\b_[a-z]\w+\b/gi, shorten), map: null };
    },
  };
}

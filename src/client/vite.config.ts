import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** `chatd/client` as one file without imports, for pages without a build: dist/sdk/chatd-client.js. */
export default defineConfig({
  root: here('.'),
  logLevel: 'warn',
  plugins: [forPages()],
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
 * partysocket for pages: without what it says to those who look for its mistakes, and what it does in Node. What is private
 * to it by its name is so in fact, and can be shortened like all else. Every line stays where it is, for the source map.
 */
function forPages(): Plugin {
  return {
    name: 'for-pages',
    transform(code, id) {
      if (!id.includes('/partysocket/')) return undefined;
      return {
        code: code
          .replaceAll(/^.*debugLogger.*$/gim, '')
          .replaceAll(/this\._debug\([^;]*?\);/g, (call) => `;${call.replaceAll(/[^\n]/g, '')}`)
          .replaceAll(
            /const is(Node|ReactNative) =[^;]*;/g,
            (all, name) => `const is${name} = false;${all.replaceAll(/[^\n]/g, '')}`,
          )
          .replaceAll(/(?<=\bthis\.|^ {2})_(?=[a-z])/gim, '#'),
        map: null,
      };
    },
  };
}

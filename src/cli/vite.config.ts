import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const store = (name: string) => here(`../server/store/sqlite/${name}.ts`);

/**
 * The command line and the server as one program with what it depends on: dist/program. Finding and reading a thousand
 * small modules were a third of what commands and starts cost. What is started as a file of its own
 * (a thread, a process) lies beside all else, named as its source is: whoever starts it finds it in both places.
 */
export default defineConfig({
  root: here('.'),
  logLevel: 'warn',
  plugins: [withoutCommandLineOfUmzug()],
  // Else React checks, and says, what only its users want to know: a frame takes twice the time.
  define: { 'process.env.NODE_ENV': '"production"' },
  resolve: {
    alias: [
      // No column is a date: Sequelize needs no table of time zones.
      { find: /^moment-timezone$/, replacement: 'moment-timezone/moment-timezone.js' },
      // What Sequelize requires is the function itself, not the module that bundlers are offered.
      { find: /^moment$/, replacement: 'moment/moment.js' },
    ],
  },
  build: {
    ssr: true,
    target: 'node22.18',
    outDir: here('../../dist/program'),
    emptyOutDir: true,
    minify: false,
    rolldownOptions: {
      input: {
        main: here('./main.ts'),
        'load-process': here('./bench/load-process.ts'),
        'collect-on-signal': here('./bench/collect-on-signal.ts'),
        'writer-thread': store('writer-thread'),
        'reader-thread': store('reader-thread'),
        'checkpointer-thread': store('checkpointer-thread'),
      },
      // Not installed: what dependencies load for what chatd does not do.
      external: ['pg-hstore', 'react-devtools-core'],
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
  ssr: {
    noExternal: true,
    external: [
      // Native code.
      'better-sqlite3',
      '@node-rs/argon2',
      '@node-rs/bcrypt',
      // They look for what lies beside them, or, by eval, for Node's zlib.
      '@fastify/swagger-ui',
      'hdr-histogram-js',
      'pino',
    ],
  },
});

/** Umzug brings a command line of its own: nine of ten modules that it loads, and none that chatd uses. */
function withoutCommandLineOfUmzug(): Plugin {
  return {
    name: 'without-command-line-of-umzug',
    load: (id) => (id.endsWith('/umzug/lib/cli.js') ? 'exports.UmzugCLI = class {};' : undefined),
  };
}

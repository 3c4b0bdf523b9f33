import { defineConfig } from 'vitest/config';

/** The suite `npm test` runs. A test waits on events, never on sleeps; none may take 20 s. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/long/**'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/leaves-nothing.ts'],
    // Much of a test is waiting for processes and disks: on two cores three have more done than two.
    maxWorkers: 3,
    // A process for each of two hundred files is a minute of loading the same modules. So no file may leave anything behind.
    isolate: false,
  },
});

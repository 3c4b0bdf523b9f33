import { defineConfig } from 'vitest/config';

/** The suite `npm test` runs. A test waits on events, never on sleeps; none may take 20 s. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/long/**'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    globalSetup: ['test/support/global-setup.ts'],
    maxWorkers: 2,
  },
});

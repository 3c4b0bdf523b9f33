import { defineConfig } from 'vitest/config';

/** What needs more than the suite's 6 minutes: `npm run test:long`. */
export default defineConfig({
  test: {
    include: ['test/long/**/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 120_000,
    globalSetup: ['test/support/global-setup.ts', 'test/long/table.ts'],
    maxWorkers: 1,
  },
});

import { defineConfig } from 'vitest/config';

/** Everything, with the heavy counts (TACIT_LONG=1) and the tests that run only here. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    env: { TACIT_LONG: '1' },
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 1_800_000,
    hookTimeout: 300_000,
  },
});

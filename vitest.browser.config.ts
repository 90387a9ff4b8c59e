import { defineConfig } from 'vitest/config';

/** What only a real browser shows; needs Chromium (`CHROMIUM` says where it is, else Debian's place). */
export default defineConfig({
  test: {
    include: ['test/browser/*.chromium.ts'],
    globalSetup: ['test/global-setup.ts'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 180_000,
  },
});

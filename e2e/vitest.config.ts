import { defineConfig } from 'vitest/config';

/** Suites on networks of real nodes: one after the other, each with the machine to itself. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['suites/**/*.e2e.ts'],
    fileParallelism: false,
    // Deadlines of their own, in blocks, say what was awaited; these are for what hangs without one.
    testTimeout: 20 * 60_000,
    hookTimeout: 10 * 60_000,
    teardownTimeout: 60_000,
  },
});

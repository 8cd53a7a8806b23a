import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // For what hangs. What may only take so long has a deadline of its own: on a machine of which others make use, a test may
    // take many times what it takes alone.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // One less unless it is said: on two cores half of them would wait.
    maxWorkers: availableParallelism(),
    setupFiles: ['./tools/toolchain/properties.mjs'],
  },
});

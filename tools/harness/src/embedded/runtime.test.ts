import { describe, expect, it } from 'vitest';
import { earlierRuntimePath, RuntimeMissing, readEarlierRuntime, readRuntime } from './runtime.ts';

describe('the runtimes of earlier releases', () => {
  it('are what was released', async () => {
    const earlier = await readEarlierRuntime(1);
    expect(earlier.path).toBe(earlierRuntimePath(1));
    // An upgrade to itself would show nothing.
    expect(earlier.sha256).not.toBe((await readRuntime()).sha256);
  });

  it('that are not kept are an error which names those that are', async () => {
    const missing = await readEarlierRuntime(999).catch((error: unknown) => error);
    expect(missing).toBeInstanceOf(RuntimeMissing);
    expect(String(missing)).toMatch(/no runtime of version 999, but of .*1/);
  });
});

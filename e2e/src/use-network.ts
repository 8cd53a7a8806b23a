/** One network for all the tests of a file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type RunningNetwork, startNetwork } from '@veritrace/harness';
import { afterAll, afterEach, beforeAll } from 'vitest';

const networks = resolve(import.meta.dirname, '../networks');

export interface UseNetwork {
  /** Whether the models and workers of the specification are registered and started; true by default. */
  bootstrap?: boolean;
  /** Path of the runtime that the chain starts with; the released one by default. */
  runtime?: string;
}

/**
 * Starts the network of that name before the tests of the file and ends it after them. What the nodes and workers logged
 * is kept only when a test failed, and then its folder is named.
 */
export const useNetwork = (name: string, { bootstrap = true, runtime }: UseNetwork = {}) => {
  let network: RunningNetwork | undefined;
  let dir: string | undefined;
  let failed = false;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), `veritrace-${name}-`));
    // Until it is up, its start is what may fail.
    failed = true;
    network = await startNetwork({
      spec: join(networks, `${name}.toml`),
      dir,
      bootstrap,
      ...(runtime === undefined ? {} : { runtime }),
      onProgress: (progress) => {
        if (progress.type === 'phase') console.error(`· ${name}: ${progress.text}`);
      },
    });
    failed = false;
  });
  afterEach(({ task }) => {
    if (task.result?.state === 'fail') failed = true;
  });
  afterAll(async () => {
    await network?.stop();
    if (dir === undefined) return;
    if (failed) console.error(`logs of the network: ${dir}`);
    else rmSync(dir, { recursive: true, force: true });
  });

  return (): RunningNetwork => {
    if (network === undefined) throw new Error(`the network ${name} is not up`);
    return network;
  };
};

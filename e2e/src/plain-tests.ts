/** Plain Zombienet tests, run by Zombienet itself against the network of the file. */
import { readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { RunningNetwork } from '@veritrace/harness';
import { loadZndsl, runZndsl } from '@veritrace/harness/network';
import { describe, expect, it } from 'vitest';

const folder = resolve(import.meta.dirname, '../zndsl');

export const plainTests = (shared: () => RunningNetwork): void => {
  describe('zombienet test', () => {
    const files = readdirSync(folder).filter((file) => file.endsWith('.zndsl'));
    it.each(files)('%s', async (file) => {
      const test = await loadZndsl(join(folder, file));
      expect(basename(test.network, '.toml')).toBe(shared().name);
      const { passed, failed } = await runZndsl(shared(), test);
      expect(failed).toEqual([]);
      expect(passed).toHaveLength(test.assertions.length);
    });
  });
};

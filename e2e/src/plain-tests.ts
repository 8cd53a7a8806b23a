/** Plain Zombienet tests, run by Zombienet itself against the network of the file. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { RunningNetwork } from '@veritrace/harness';
import { knownFlags, loadZndsl, nodeBinary, ownFlags, runZndsl } from '@veritrace/harness/network';
import { describe, expect, it } from 'vitest';

const folder = resolve(import.meta.dirname, '../zndsl');

/** Flags that a running node of this build has. */
const flagsOfNode = (): string[] => {
  const { stdout } = spawnSync(nodeBinary(), ['--help'], { encoding: 'utf8' });
  return [...stdout.matchAll(/^\s+(?:-\w, )?--([a-z0-9-]+)/gm)].map(([, flag = '']) => flag);
};

/** What the lint takes for flags of the node is what the node takes. */
export const flagsOfTheLint = (): void => {
  it('the lint knows the flags of the node, and no others', () => {
    const node = new Set(flagsOfNode());
    // `ws-port` is one of old that is explained; help and version end the node.
    const lint = [...knownFlags, ...Object.keys(ownFlags)].filter((flag) => flag !== 'ws-port');
    expect(lint.filter((flag) => !node.has(flag))).toEqual([]);
    const rest = [...node].filter((flag) => !lint.includes(flag));
    expect(rest.sort()).toEqual(['help', 'version']);
  });
};

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

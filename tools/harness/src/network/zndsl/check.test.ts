import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { InvalidFile } from '../../declared/problem.ts';
import { loadZndsl } from './check.ts';

const e2e = fileURLToPath(new URL('../../../../../e2e/', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'veritrace-zndsl-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const problems = async (text: string): Promise<string[]> => {
  const file = join(root, 'test.zndsl');
  writeFileSync(file, text);
  try {
    await loadZndsl(file);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidFile)) throw error;
    return error.problems.map(({ line, message }) => `${line}: ${message}`);
  }
};

const head = `Description: A test\nNetwork: ${e2e}networks/local.toml\nCreds: config\n\n`;

describe('loadZndsl', () => {
  it('finds nothing to say against the tests that are shipped', async () => {
    const files = readdirSync(`${e2e}zndsl`).filter((file) => file.endsWith('.zndsl'));
    expect(files.sort()).toEqual(['finality.zndsl', 'liveness.zndsl', 'metrics.zndsl']);
    for (const file of files) {
      const test = await loadZndsl(`${e2e}zndsl/${file}`);
      expect(test.network).toBe(`${e2e}networks/local.toml`);
      expect(test.assertions.length).toBeGreaterThan(5);
    }
  });

  it.each([
    'alice: is up',
    'alice: reports block height is at least 5 within 120 seconds',
    'alice: reports node_roles is 4',
    'alice: reports node_roles is 10',
    '# alice: reports x is 0',
  ])('takes %s', async (line) => {
    expect(await problems(`${head}bob: is up\n${line}\n`)).toEqual([]);
  });

  it.each([
    ['alice: reports substrate_sync_is_major_syncing is 0', 'reads as zero'],
    ['alice: reports x is at least 0 within 5 seconds', 'reads as zero'],
    ['alice: reports x is equal to 0', 'reads as zero'],
    ['alice: reports x is lower than 50', 'reads as zero'],
    ['alice: reports x is at most 50', 'reads as zero'],
    ['alice: reports x is at least 0.5', 'cut to whole numbers'],
    ['alicia: is up', 'the network has no node "alicia"'],
    ['alice: ts-script ./x.ts return is 1', 'neither type-checked nor able to import'],
    ['alice: restart after 5 seconds', 'cannot strike its nodes'],
  ])('refuses %s', async (line, message) => {
    const found = await problems(`${head}bob: is up\n${line}\n`);
    expect(found[0]).toMatch(/^6: /);
    expect(found.join()).toContain(message);
  });

  it('wants a network that is sound, and an assertion', async () => {
    expect(await problems('Description: A test\nalice: is up\n')).toEqual([
      '1: no network is named; write Network: ../networks/NAME.toml',
    ]);
    expect(await problems(`Network: nowhere.toml\nalice: is up\n`)).toEqual(['1: no such file']);
    expect(await problems(head)).toEqual(['5: nothing is asserted']);
    await expect(loadZndsl(join(root, 'none.zndsl'))).rejects.toThrow('no such file');
  });
});

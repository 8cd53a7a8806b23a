/**
 * Files of a record that something happened to, under a list of files that was made to fit: what replays them says what is
 * not as it should be, and where, or that all is, of what nothing follows; it throws nothing else, and ends.
 */
import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mutatedBytes, mutatedText } from '@veritrace/referee/testing';
import { describeDifference, NoRecord, writeManifest } from '@veritrace/replay';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmbeddedDriver, endEmbedded } from '../embedded/driver.ts';
import { play } from '../run/play.ts';
import { loadScenario } from '../scenario/load.ts';
import { filesOf } from './forge.ts';
import { replayRecord } from './replay-record.ts';

/** Most of them execute the blocks, which takes a second. */
const RUNS = Number(process.env.VERITRACE_FUZZ_RUNS ?? 1);

const folder = await mkdtemp(join(tmpdir(), 'veritrace-mutated-'));
const record = join(folder, 'record');
let files: string[];

beforeAll(async () => {
  const scenario = fileURLToPath(
    new URL('../../../../scenarios/convicted-in-one.yaml', import.meta.url),
  );
  await play(await loadScenario(scenario), { driver: createEmbeddedDriver(), seed: 1, record });
  files = await filesOf(record);
}, 480_000);
afterAll(async () => {
  await endEmbedded();
  await rm(folder, { recursive: true });
});

const isText = (file: string): boolean => /\.(jsonl?|log|ya?ml|html)$/.test(file);

/** What a replay says of a record; it may refuse it as none. */
const said = async (place: string): Promise<string> => {
  try {
    const { passed, difference } = await replayRecord(place);
    if (difference !== undefined) return describeDifference(difference);
    return passed ? 'all is as recorded' : 'an invariant does not hold';
  } catch (error) {
    if (error instanceof NoRecord) return error.message;
    throw error;
  }
};

describe('a file of a record that something happened to', { timeout: 1_200_000 }, () => {
  it('is told of by its name, whichever it is', async () => {
    const copy = join(folder, 'copy');
    await cp(record, copy, { recursive: true });
    for (const file of files) {
      const path = join(copy, file);
      const sound = await readFile(path);
      if (sound.length === 0) continue;
      const content = isText(file)
        ? mutatedText([sound.toString()]).map((text) => Buffer.from(text))
        : mutatedBytes([sound]).map((bytes) => Buffer.from(bytes));
      await fc.assert(
        fc.asyncProperty(content, async (bytes) => {
          await writeFile(path, bytes);
          // Of the list itself nothing is repaired.
          if (file !== 'manifest.json') await writeManifest(copy);
          const answer = await said(copy);
          expect(answer).not.toBe('');
          expect(answer.split('\n').length).toBeLessThan(10);
        }),
        { numRuns: RUNS },
      );
      await writeFile(path, sound);
    }
    await writeManifest(copy);
    expect(await said(copy)).toBe('all is as recorded');
  });

  it.each([
    'chain.json',
    'genesis.json',
    'names.json',
    'summary.json',
    'claims.json',
    'blocks.jsonl',
  ])('is not read when it is larger than any: %s', async (file) => {
    const copy = join(folder, 'large');
    await cp(record, copy, { recursive: true });
    // Nothing of it is on disk.
    await truncate(join(copy, file), 2 ** 28 + 1);
    await writeManifest(copy);
    expect(await said(copy)).toMatch(
      new RegExp(`${file}.*: it has 268435457 bytes|${file}: line \\d+ is (too long|no JSON)`),
    );
    await rm(copy, { recursive: true });
  });
});

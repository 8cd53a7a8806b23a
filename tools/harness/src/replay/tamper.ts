/**
 * Alters single bytes of a record, one at a time, and says whether each was noticed: first by the list of files, then,
 * where a forger has repaired the list, by executing the record again.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkManifest, describeDifference, NoRecord, writeManifest } from '@veritrace/replay';
import { type Alteration, alter, chooseAlterations, filesOf, isRecomputed } from './forge.ts';
import { replayRecord } from './replay-record.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '500' },
    forged: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const [record] = positionals;
const [count, forged, seed] = [values.count, values.forged, values.seed].map(Number);

const usage = (): never => {
  process.stderr.write(
    'npm run tamper -- RECORD [--count 500] [--forged 50] [--seed 1] [--json]\n',
  );
  process.exit(2);
};
if (record === undefined || !Number.isSafeInteger(count) || !Number.isSafeInteger(forged)) usage();

/** What is noticed, in words; `undefined` when nothing is. */
type Look = (copy: string) => Promise<string | undefined>;

const byList: Look = async (copy) => {
  try {
    const { difference } = await checkManifest(copy);
    return difference && describeDifference(difference);
  } catch (error) {
    if (error instanceof NoRecord) return error.message;
    throw error;
  }
};

const byReplay: Look = async (copy) => {
  await writeManifest(copy);
  const { passed, difference } = await replayRecord(copy);
  if (difference !== undefined) return describeDifference(difference);
  return passed ? undefined : 'an invariant does not hold';
};

const pass = async (copy: string, alterations: readonly Alteration[], look: Look, name: string) => {
  const unnoticed: Alteration[] = [];
  const began = performance.now();
  let told = began;
  for (const [index, alteration] of alterations.entries()) {
    const restore = await alter(copy, alteration);
    if ((await look(copy)) === undefined) unnoticed.push(alteration);
    await restore();
    if (performance.now() - told < 5_000) continue;
    told = performance.now();
    process.stderr.write(`${name}: ${index + 1} of ${alterations.length}\n`);
  }
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  return {
    altered: alterations.length,
    noticed: alterations.length - unnoticed.length,
    unnoticed,
    seconds,
  };
};

const folder = await mkdtemp(join(tmpdir(), 'veritrace-tamper-'));
try {
  const copy = join(folder, 'record');
  await cp(record ?? usage(), copy, { recursive: true });
  const files = await filesOf(copy);
  const choose = (among: readonly string[], how: number | undefined) =>
    chooseAlterations(copy, among, { count: how ?? 0, seed: seed ?? 1 });
  const any = await choose(files, count);
  const recomputed = await choose(files.filter(isRecomputed), forged);
  const listed = await pass(copy, any, byList, 'list of files');
  const replayed = await pass(copy, recomputed, byReplay, 'repaired list');
  const held = listed.unnoticed.length + replayed.unnoticed.length === 0;
  const line = (name: string, { altered, noticed, seconds }: typeof listed) =>
    `${name}: ${noticed} of ${altered} altered bytes noticed in ${seconds} s`;
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ seed, files: files.length, held, listed, replayed }, undefined, 2)}\n`
      : [
          line(`by the list of ${files.length} files`, listed),
          line('by executing again, the list repaired', replayed),
          ...[...listed.unnoticed, ...replayed.unnoticed].map(
            ({ file, at, was, is }) => `NOT noticed: ${file}, byte ${at}: ${was} became ${is}`,
          ),
          `seed ${seed}\n`,
        ].join('\n'),
  );
  process.exitCode = held ? 0 : 1;
} finally {
  await rm(folder, { recursive: true });
}

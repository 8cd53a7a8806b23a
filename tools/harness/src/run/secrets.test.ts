/** That a run writes none of its actors' secrets: not into its record, nor into what it tells and reports. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { createAccountDirectory, secretUriOf } from '../actors/accounts.ts';
import { createEmbeddedDriver, endEmbedded } from '../embedded/driver.ts';
import { plainJson } from '../recorder/plain.ts';
import { loadScenario } from '../scenario/load.ts';
import { type SecretForm, secretForms, secretsIn, secretsUnder } from '../testing/secrets.ts';
import { play } from './play.ts';
import type { Progress } from './progress.ts';

const scenarios = fileURLToPath(new URL('../../../../scenarios/', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'veritrace-secrets-'));
const driver = createEmbeddedDriver();

afterAll(async () => {
  await endEmbedded();
  await rm(folder, { recursive: true });
});

const SEED = 5;

describe('secrets', { timeout: 240_000 }, () => {
  it('are those of the keys that act', async () => {
    const directory = await createAccountDirectory(SEED);
    for (const operator of [false, true]) {
      const uri = secretUriOf(SEED, 'ada', { operator });
      const pair = operator ? directory.operator('ada') : directory.account('ada');
      // The encoding of a key without a password has its secret in it.
      const secret = secretForms('ada', uri).find(({ what }) => what === 'ada: the key in bytes');
      expect(Buffer.from(pair.encodePkcs8()).includes(secret?.bytes ?? Buffer.alloc(9))).toBe(true);
    }
  });

  it('are found where they are, in each form', async () => {
    const forms = secretForms('ada', `${secretUriOf(SEED, 'ada')}///a-password-of-hers`);
    expect(forms.length).toBe(23);
    for (const { what, bytes } of forms) {
      const planted = Buffer.concat([Buffer.from('{"some":"'), bytes, Buffer.from('"}')]);
      expect(secretsIn(planted, forms)).toContain(what);
    }
    const place = await mkdtemp(join(folder, 'planted-'));
    await writeFile(join(place, 'a.log'), forms[2]?.bytes ?? '');
    expect(await secretsUnder(place, forms)).toEqual({
      files: 1,
      found: ['a.log: ada: the seed in bytes'],
    });
  });

  it('are in nothing that a run writes, tells or reports', async () => {
    const loaded = await loadScenario(join(scenarios, 'convicted-in-one.yaml'));
    const actors = Object.keys(loaded.scenario.actors);
    const forms = actors.flatMap((name): SecretForm[] => [
      ...secretForms(name, secretUriOf(SEED, name)),
      ...secretForms(`${name}'s operator`, secretUriOf(SEED, name, { operator: true })),
    ]);
    const record = join(folder, 'record');
    const told: Progress[] = [];
    const report = await play(loaded, {
      driver,
      seed: SEED,
      record,
      onProgress: (progress) => told.push(progress),
    });
    expect(report.passed).toBe(true);
    const { files, found } = await secretsUnder(record, forms);
    expect(files).toBeGreaterThan(12);
    expect(found).toEqual([]);
    expect(secretsIn(Buffer.from(plainJson({ report, told })), forms)).toEqual([]);
  });
});

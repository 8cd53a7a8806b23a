import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DIGIT_MODELS, digitFolder } from '../digits.ts';
import { readCard } from './card.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'veritrace-card-'));
  await writeFile(join(dir, 'manifest.json'), JSON.stringify({ name: 'a-model', nodes: 3 }));
});
afterAll(() => rm(dir, { recursive: true }));

const write = (card: unknown) => writeFile(join(dir, 'card.json'), JSON.stringify(card));

describe('a card', () => {
  it('is the name in the manifest when there is no file', async () => {
    expect(await readCard(dir)).toEqual({ name: 'a-model' });
  });

  it('is what its file says', async () => {
    const card = { name: 'Ein Modell', licence: 'MIT', artefactUri: 'ipfs://abc' };
    await write(card);
    expect(await readCard(dir)).toEqual(card);
  });

  it('is refused when the chain would refuse it, or a field is not known', async () => {
    const wrong = [
      [{ name: '' }, /name/],
      [{ licence: 'MIT' }, /name/],
      [{ name: 'ü'.repeat(33) }, /at most 64 bytes/],
      [{ name: 'a', outputs: 'x'.repeat(513) }, /at most 512 bytes/],
      [{ name: 'a', license: 'MIT' }, /license/],
    ] as const;
    for (const [card, message] of wrong) {
      await write(card);
      await expect(readCard(dir)).rejects.toThrow(message);
    }
    await writeFile(join(dir, 'card.json'), '{');
    await expect(readCard(dir)).rejects.toThrow(/card\.json is not JSON/);
  });

  it('is there, in full, for the models of the scenarios', async () => {
    for (const model of DIGIT_MODELS) {
      const card = await readCard(digitFolder(model));
      expect(card.name).toBe(model);
      expect([card.licence, card.task, card.inputs, card.outputs].every(Boolean)).toBe(true);
    }
  });
});

/** Artefacts that were tampered with by somebody who also made the hashes fit. */
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createReferee, decodeGraph, encodeGraph, RefereeError } from '@veritrace/referee';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digitFolder } from '../digits.ts';
import { CompileError } from '../errors.ts';
import { createRandom } from '../random.ts';
import { type Manifest, readCompiled } from './folder.ts';

const SEED = 20_261_126;
const COUNT = 1000;

let root: string;
let dir: string;
let graphBin: Uint8Array;
let manifest: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'veritrace-hostile-'));
  dir = join(root, 'model');
  await cp(digitFolder('digits-cnn'), dir, { recursive: true });
  graphBin = new Uint8Array(await readFile(join(dir, 'graph.bin')));
  manifest = await readFile(join(dir, 'manifest.json'), 'utf8');
});

afterAll(() => rm(root, { recursive: true, force: true }));

const spoilt = (bytes: Uint8Array, seed: number): Uint8Array => {
  const random = createRandom(seed);
  const at = random.integer(0, bytes.length - 1);
  const out = bytes.slice();
  switch (random.integer(0, 5)) {
    case 0:
      return out.slice(0, at);
    case 1: {
      // Most of the file are weights; what matters is around them.
      const near = random.chance(0.5) ? random.integer(0, 60) : out.length - random.integer(1, 400);
      out[near] = random.integer(0, 255);
      return out;
    }
    case 2:
      out[at] = (out[at] ?? 0) ^ (1 << random.integer(0, 7));
      return out;
    case 3:
      out.fill(255, at, at + random.integer(1, 8));
      return out;
    case 4:
      return new Uint8Array(Buffer.concat([out, Buffer.alloc(random.integer(1, 9))]));
    default:
      return new Uint8Array(Buffer.concat([out.subarray(0, at), out.subarray(at + 3)]));
  }
};

describe('decodeGraph', () => {
  it(`takes, of ${COUNT} spoilt artefacts (seed ${SEED}), those that are what they encode to`, () => {
    const referee = createReferee();
    let taken = 0;
    for (let index = 0; index < COUNT; index++) {
      const bytes = spoilt(graphBin, SEED + index);
      let accepted = true;
      try {
        expect(Buffer.compare(encodeGraph(decodeGraph(bytes)), bytes)).toBe(0);
        taken += 1;
      } catch (error) {
        expect(error, `seed ${SEED + index}`).toBeInstanceOf(RangeError);
        expect((error as Error).message).toMatch(/^not a compiled graph: ./);
        accepted = false;
      }
      // Whatever the chain takes, we take.
      try {
        referee.loadGraph(bytes).free();
        expect(accepted, `seed ${SEED + index}`).toBe(true);
      } catch (error) {
        if (!accepted) expect(error, `seed ${SEED + index}`).toBeInstanceOf(RefereeError);
        else if (!(error instanceof RefereeError)) throw error;
      }
    }
    expect(taken).toBeGreaterThan(COUNT / 10);
    expect(taken).toBeLessThan(COUNT);
  });

  it.each([
    ['nothing', []],
    ['a header of 255s', new Array(64).fill(255)],
    // Versions, counts, then a list that promises 2^30 - 1 inputs.
    ['a list that promises a billion items', [1, 0, 1, 1, 0, 0, 0, 254, 255, 255, 255]],
    ['a list whose length is no number', [1, 0, 1, 1, 0, 0, 0, 255, ...new Array(70).fill(255)]],
    ['a shape of a billion dimensions', [1, 0, 1, 1, 0, 0, 0, 4, 0, 254, 255, 255, 255]],
    ['an element type that is not known', [1, 0, 1, 1, 0, 0, 0, 4, 9, 4, 1, 0, 0, 0]],
  ])('refuses %s', (_, bytes) => {
    expect(() => decodeGraph(Uint8Array.from(bytes))).toThrow(/^not a compiled graph/);
  });
});

describe('readCompiled', () => {
  const read = async (bin: Uint8Array, json: string): Promise<unknown> => {
    await writeFile(join(dir, 'graph.bin'), bin);
    await writeFile(join(dir, 'manifest.json'), json);
    return readCompiled(dir).catch((error: unknown) => error);
  };

  it('refuses a spoilt graph whose hash and length the manifest was made to say', async () => {
    let refused = 0;
    for (let index = 0; index < 100; index++) {
      const bytes = spoilt(graphBin, SEED + index);
      const said = JSON.parse(manifest) as Manifest;
      said.artefact = createHash('sha256').update(bytes).digest('hex');
      said.graph.bytes = bytes.length;
      const answer = await read(bytes, JSON.stringify(said));
      if (!(answer instanceof Error)) continue;
      refused += 1;
      expect(answer, `seed ${SEED + index}`).toBeInstanceOf(CompileError);
      expect((answer as CompileError).code).toBe('invalid-folder');
    }
    expect(refused).toBeGreaterThan(20);
  });

  const edited = (change: (manifest: Record<string, unknown>) => void): string => {
    const json = JSON.parse(manifest) as Record<string, unknown>;
    change(json);
    return JSON.stringify(json);
  };
  const HOSTILE: Record<string, () => string> = {
    'no JSON': () => '{',
    nothing: () => '',
    'a number': () => '17',
    'lists in lists in lists': () => '['.repeat(100_000),
    'names that objects have': () => `{"__proto__": {"name": "x"}, "constructor": 1}`,
    'a field that is not known': () => edited((json) => Object.assign(json, { surprise: 1 })),
    'a path out of the folder': () =>
      edited((json) => Object.assign(json, { graph: { file: '../../../etc/passwd', bytes: 1 } })),
    'a path that is absolute': () =>
      edited((json) => Object.assign(json, { graph: { file: '/etc/passwd', bytes: 1 } })),
    'a path that ends in a null': () =>
      edited((json) => Object.assign(json, { graph: { file: 'graph.bin\u0000', bytes: 1 } })),
    'the folder itself': () =>
      edited((json) => Object.assign(json, { graph: { file: '.', bytes: 1 } })),
    'a file that is not there': () =>
      edited((json) => Object.assign(json, { graph: { file: 'nowhere', bytes: 1 } })),
    'a length beyond all bounds': () => manifest.replace(/"bytes": \d+/, '"bytes": 1e400'),
    'a scale of zero': () => manifest.replace(/"scale": [^,\n]+/, '"scale": 0'),
    'a huge file': () => `${manifest}${' '.repeat(2 ** 20)}`,
  };
  it.each(Object.entries(HOSTILE))('refuses a manifest: %s', async (_, json) => {
    expect(await read(graphBin, json())).toBeInstanceOf(CompileError);
  });
});

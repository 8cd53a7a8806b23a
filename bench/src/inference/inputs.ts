/** What models are asked in benchmarks: the held-out data of the tree where it fits, else drawn numbers. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Manifest, quantiseValues } from '@veritrace/compiler';
import { createRandom } from '@veritrace/harness';
import { byteLength, elementCount } from '@veritrace/referee/graph';
import { z } from 'zod';

/** Requests for one model. */
export interface Inputs {
  /** Where they are from, in words. */
  source: string;
  /** Each request's tensors, as bytes. */
  requests: Uint8Array[][];
  /** What each shows; `undefined` when nobody knows. */
  labels: number[] | undefined;
}

/** The part of `scenarios/inputs/NAME/index.json` that is needed here. */
const indexSchema = z.object({
  image: z.object({
    shape: z.array(z.int().positive()),
    dtype: z.literal('uint8'),
    range: z.tuple([z.number(), z.number().positive()]),
  }),
  sets: z.object({
    test: z.object({
      count: z.int().positive(),
      images: z.object({ file: z.string() }),
      labels: z.object({ file: z.string() }),
    }),
  }),
});

/** How many requests are drawn for a model that no data of the tree fits. */
const DRAWN = 16;

const heldOut = (manifest: Manifest, folder: string, name: string): Inputs | undefined => {
  const [port, ...more] = manifest.inputs;
  const file = join(folder, name, 'index.json');
  if (port === undefined || more.length > 0 || !existsSync(file)) return undefined;
  const index: unknown = JSON.parse(readFileSync(file, 'utf8'));
  // Pages to be read have an index too, and no sets of labelled images.
  if (typeof index !== 'object' || index === null || !('sets' in index)) return undefined;
  const { image, sets } = indexSchema.parse(index);
  const pixels = elementCount(image.shape);
  if (elementCount(port.spec.shape) !== pixels) return undefined;
  const { count, images, labels } = sets.test;
  const bytes = readFileSync(join(folder, name, images.file));
  const white = image.range[1];
  return {
    source: `${count} held-out ${name}`,
    requests: Array.from({ length: count }, (_, index) => [
      quantiseValues(
        port.spec,
        port.quantisation,
        Array.from(bytes.subarray(index * pixels, (index + 1) * pixels), (value) => value / white),
      ),
    ]),
    labels: [...readFileSync(join(folder, name, labels.file))],
  };
};

const drawn = ({ name, inputs }: Manifest, seed: number): Inputs => {
  const random = createRandom(seed, `inputs of ${name}`);
  return {
    source: `${DRAWN} drawn inputs`,
    requests: Array.from({ length: DRAWN }, () =>
      inputs.map(({ spec }) =>
        Uint8Array.from({ length: byteLength(spec) }, () => Math.floor(random() * 256)),
      ),
    ),
    labels: undefined,
  };
};

/** Requests for a model, from the data in `folder` whose images have as many values as its input. */
export const inputsFor = (manifest: Manifest, folder: string, seed: number): Inputs => {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  for (const name of names) {
    const found = heldOut(manifest, folder, name);
    if (found !== undefined) return found;
  }
  return drawn(manifest, seed);
};

/** What a user asks about: pictures and numbers, and their way into a model's first tensor. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Quantisation, quantiseValues } from '@veritrace/compiler';
import { byteLength, elementCount, type TensorSpec } from '@veritrace/referee/graph';
import { decode } from 'fast-png';
import { whyUnreadable } from '../declared/meant-file.ts';

/** An input that cannot be read, or does not fit the model. The message says what is expected. */
export class BadInput extends Error {
  override readonly name = 'BadInput';
}

/** A model input as far as reading one needs it. */
export interface InputPort {
  spec: TensorSpec;
  quantisation: Quantisation;
}

/** Grey value that stands for 1.0 in a picture: sixteen levels of fifteen, as the digits' samples are written. */
const WHITE = 240;

/**
 * Real values to a tensor's bytes; `file` is where they are from. Throws a `BadInput` when there are too many or too few.
 */
export const quantise = (
  values: readonly number[],
  { spec, quantisation }: InputPort,
  file?: string,
): Uint8Array => {
  const count = elementCount(spec.shape);
  if (values.length !== count) {
    const given = `${values.length} ${values.length === 1 ? 'value' : 'values'}`;
    const where = file === undefined ? '' : `${file} has ${given}: `;
    throw new BadInput(
      `${where}the model takes ${count} values (${spec.shape.join(' × ')}), not ${values.length}`,
    );
  }
  return quantiseValues(spec, quantisation, values);
};

/** Grey values of an 8-bit picture in [0, 1], row by row. */
export const readPicture = (png: Uint8Array, file: string): number[] => {
  const image = (() => {
    try {
      return decode(png);
    } catch (cause) {
      throw new BadInput(`${file} is no PNG: ${cause instanceof Error ? cause.message : cause}`);
    }
  })();
  if (image.depth !== 8 || image.channels !== 1 || image.palette !== undefined) {
    throw new BadInput(`${file} is not an 8-bit greyscale PNG without transparency`);
  }
  return [...image.data].map((grey) => Math.min(1, grey / WHITE));
};

const flatten = (json: unknown, file: string): number[] => {
  if (typeof json === 'number') return [json];
  if (Array.isArray(json)) return json.flatMap((item) => flatten(item, file));
  throw new BadInput(`${file} is not a JSON array of numbers`);
};

const load = (file: string): Promise<Buffer> =>
  readFile(file).catch(async (error: NodeJS.ErrnoException) => {
    throw new BadInput(`${file}: ${await whyUnreadable(file, error)}`);
  });

/**
 * Reads one input: a `.png` (8-bit grey), a `.json` array of real numbers (nested as one likes), or anything else as
 * the request's own bytes. Throws a `BadInput`.
 */
export const readInputFile = async (file: string, port: InputPort): Promise<Uint8Array> => {
  const content = await load(file);
  if (file.endsWith('.png')) return quantise(readPicture(content, file), port, file);
  if (file.endsWith('.json')) {
    const json: unknown = (() => {
      try {
        return JSON.parse(content.toString('utf8'));
      } catch {
        throw new BadInput(`${file} is not JSON`);
      }
    })();
    return quantise(flatten(json, file), port, file);
  }
  const expected = byteLength(port.spec);
  if (content.length !== expected) {
    throw new BadInput(
      `${file} has ${content.length} bytes; the model takes ${expected} (${port.spec.dtype} ${port.spec.shape.join(' × ')})`,
    );
  }
  return new Uint8Array(content);
};

/** One image of a file of images, a byte a pixel; `of` is the byte that stands for 1.0. Throws a `BadInput`. */
export const readImage = async (
  file: string,
  index: number,
  of: number,
  port: InputPort,
): Promise<Uint8Array> => {
  const content = await load(file);
  const size = elementCount(port.spec.shape);
  const count = Math.floor(content.length / size);
  if (index >= count) {
    throw new BadInput(
      `${file} has ${count} images of ${size} pixels; there is no number ${index}`,
    );
  }
  const pixels = content.subarray(index * size, (index + 1) * size);
  return quantise(
    [...pixels].map((pixel) => pixel / of),
    port,
  );
};

/** A scenario's input. Paths are relative to `folder`. Throws a `BadInput`. */
export const readScenarioInput = (
  input: string | { images: string; index: number; of: number },
  folder: string,
  port: InputPort,
): Promise<Uint8Array> =>
  typeof input === 'string'
    ? readInputFile(resolve(folder, input), port)
    : readImage(resolve(folder, input.images), input.index, input.of, port);

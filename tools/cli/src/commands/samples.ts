/** Calibration samples from a folder. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readPicture } from '@veritrace/harness';
import { CommandError } from '../errors.ts';

interface ImageIndex {
  image: { range: [number, number]; shape: number[] };
  sets: { calibration?: { images: { file: string } } };
}

const isIndex = (json: unknown): json is ImageIndex =>
  typeof json === 'object' && json !== null && 'image' in json && 'sets' in json;

/** Where the length of a `.npy` header stands, by the format's major version. */
const NPY_HEADER: Record<number, { at: number; wide: boolean }> = {
  1: { at: 8, wide: false },
  2: { at: 8, wide: true },
  3: { at: 8, wide: true },
};

/** How an element type of a `.npy` file is read: its size in bytes, and the element at an offset. */
const NPY_TYPES: Record<string, [size: number, read: (view: DataView, at: number) => number]> = {
  '<f4': [4, (view, at) => view.getFloat32(at, true)],
  '<f8': [8, (view, at) => view.getFloat64(at, true)],
  '|u1': [1, (view, at) => view.getUint8(at)],
  '|i1': [1, (view, at) => view.getInt8(at)],
  '<i4': [4, (view, at) => view.getInt32(at, true)],
  '<i8': [8, (view, at) => Number(view.getBigInt64(at, true))],
};

/**
 * The elements of a NumPy file in row-major order, whatever its shape. Throws a `CommandError` when it is no such file,
 * or holds anything but little-endian numbers.
 */
export const readNpy = (content: Uint8Array, file: string): Float32Array => {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const magic = content.length > 12 && view.getUint8(0) === 0x93 ? content.subarray(1, 6) : [];
  const version = NPY_HEADER[content[6] ?? 0];
  if (String.fromCharCode(...magic) !== 'NUMPY' || version === undefined) {
    throw new CommandError(`${file} is no NumPy file`);
  }
  const { at, wide } = version;
  const start = at + (wide ? 4 : 2);
  const end = start + (wide ? view.getUint32(at, true) : view.getUint16(at, true));
  const header = new TextDecoder('latin1').decode(content.subarray(start, end));
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1] ?? '';
  const [size, read] = NPY_TYPES[type] ?? [];
  if (size === undefined || read === undefined) {
    throw new CommandError(
      `${file} holds elements of type ${type || 'unknown'}; supported: ${Object.keys(NPY_TYPES).join(', ')}`,
    );
  }
  if (/'fortran_order':\s*True/.test(header)) {
    throw new CommandError(`${file} is in Fortran order; supported: C order`);
  }
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1] ?? '';
  const count = shape
    .split(',')
    .filter((part) => part.trim() !== '')
    .reduce((product, part) => product * Number(part), 1);
  if (content.length - end !== count * size) {
    throw new CommandError(
      `${file} has ${content.length - end} bytes of elements, not ${count * size}`,
    );
  }
  return Float32Array.from({ length: count }, (_, index) => read(view, end + index * size));
};

const isSampleFile = (name: string): boolean => /\.(png|json|npy)$/.test(name);

const readTensor = async (file: string): Promise<Float32Array> => {
  const content = await readFile(file);
  if (file.endsWith('.png')) return Float32Array.from(readPicture(content, file));
  if (file.endsWith('.npy')) return readNpy(content, file);
  const json: unknown = JSON.parse(content.toString('utf8'));
  if (!Array.isArray(json)) throw new CommandError(`${file} is not a JSON array of numbers`);
  return Float32Array.from(json.flat(8) as number[]);
};

/**
 * Samples of a folder: the calibration set its `index.json` names, else its `.png`, `.json` and `.npy` files in order of
 * name. For a model of several inputs a sample is a folder, with a file for each input in order of name.
 */
export const readSamples = async (folder: string): Promise<Float32Array[][]> => {
  const names = await readdir(folder).catch(() => {
    throw new CommandError(`${folder} is no folder that can be read`);
  });
  if (names.includes('index.json')) {
    const index: unknown = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8'));
    if (isIndex(index) && index.sets.calibration !== undefined) {
      const { range, shape } = index.image;
      const size = shape.reduce((product, dimension) => product * dimension, 1);
      const pixels = await readFile(join(folder, index.sets.calibration.images.file));
      return Array.from({ length: Math.floor(pixels.length / size) }, (_, image) => [
        Float32Array.from(
          pixels.subarray(image * size, (image + 1) * size),
          (pixel) => pixel / range[1],
        ),
      ]);
    }
  }
  const samples: Float32Array[][] = [];
  for (const name of names.sort()) {
    const path = join(folder, name);
    if (isSampleFile(name)) {
      samples.push([await readTensor(path)]);
    } else if ((await stat(path)).isDirectory()) {
      const files = (await readdir(path)).filter(isSampleFile).sort();
      if (files.length === 0) continue;
      samples.push(await Promise.all(files.map((file) => readTensor(join(path, file)))));
    }
  }
  if (samples.length === 0) {
    throw new CommandError(
      `${folder} has no calibration set, no .png, no .json and no .npy to calibrate with`,
    );
  }
  return samples;
};

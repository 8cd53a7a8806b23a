/** What a calibration folder may hold. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNpy, readSamples } from './samples.ts';

/** A NumPy file of version 1, as `numpy.save` pads it. */
const npy = (descr: string, shape: string, elements: Uint8Array, order = 'False'): Buffer => {
  const text = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${shape}), }`;
  const header = `${text.padEnd(128 - 10 - 1)}\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  return Buffer.concat([
    Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0]),
    length,
    Buffer.from(header, 'latin1'),
    elements,
  ]);
};

const bytes = (array: ArrayBufferView): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

describe('a NumPy file', () => {
  it.each([
    ['<f4', new Float32Array([1.5, -2, 3])],
    ['<f8', new Float64Array([1.5, -2, 3])],
    ['|u1', new Uint8Array([1, 200, 3])],
    ['|i1', new Int8Array([1, -100, 3])],
    ['<i4', new Int32Array([1, -70000, 3])],
    ['<i8', new BigInt64Array([1n, -70000n, 3n])],
  ])('may hold %s', (descr, elements) => {
    expect([...readNpy(npy(descr, '1, 3', bytes(elements)), 'a.npy')]).toEqual(
      Array.from(elements, Number),
    );
  });

  it.each([
    ['something else', Buffer.from('not numpy at all'), 'a.npy is no NumPy file'],
    ['big-endian numbers', npy('>f4', '1,', new Uint8Array(4)), 'elements of type >f4'],
    ['columns first', npy('<f4', '1,', new Uint8Array(4), 'True'), 'Fortran order'],
    ['too little', npy('<f4', '2,', new Uint8Array(4)), 'has 4 bytes of elements, not 8'],
  ])('is refused as %s', (_, content, reason) => {
    expect(() => readNpy(content, 'a.npy')).toThrow(reason);
  });
});

describe('a folder of samples', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'veritrace-samples-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('gives its files in order of name', async () => {
    const one = join(folder, 'one');
    await mkdir(one);
    await writeFile(join(one, 'b.json'), '[[3, 4]]');
    await writeFile(join(one, 'a.npy'), npy('<f4', '2,', bytes(new Float32Array([1, 2]))));
    await writeFile(join(one, 'notes.txt'), 'nothing');
    expect((await readSamples(one)).map((sample) => sample.map((values) => [...values]))).toEqual([
      [[1, 2]],
      [[3, 4]],
    ]);
  });

  it('has a folder for each sample of a model of several inputs', async () => {
    const many = join(folder, 'many');
    await mkdir(join(many, 'first'), { recursive: true });
    await writeFile(join(many, 'first', '0.json'), '[1]');
    await writeFile(join(many, 'first', '1.json'), '[2, 3]');
    expect((await readSamples(many)).map((sample) => sample.map((values) => [...values]))).toEqual([
      [[1], [2, 3]],
    ]);
  });

  it('must hold some', async () => {
    await expect(readSamples(`${tmpdir()}/no/such`)).rejects.toThrow('no folder that can be read');
    const empty = join(folder, 'empty');
    await mkdir(empty);
    await expect(readSamples(empty)).rejects.toThrow('no .npy to calibrate with');
  });
});

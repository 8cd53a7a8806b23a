import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BadInput, type InputPort, quantise, readImage, readInputFile } from './input.ts';

const digits = fileURLToPath(new URL('../../../../scenarios/inputs/digits/', import.meta.url));
const port: InputPort = {
  spec: { dtype: 'U8', shape: [1, 64] },
  quantisation: { scale: 1 / 16, zero: 0 },
};

describe('inputs', () => {
  it('are the same from a picture and from the file of images', async () => {
    const picture = await readInputFile(`${digits}samples/7-0.png`, port);
    const image = await readImage(`${digits}test-images.u8`, 0, 16, port);
    expect(picture).toEqual(image);
    expect([...image]).toEqual([...(await readFile(`${digits}test-images.u8`)).subarray(0, 64)]);
  });

  it('come back from integers exactly', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 32 }),
        fc.integer({ min: 0, max: 255 }),
        fc.integer({ min: -20, max: 20 }),
        (values, zero, exponent) => {
          const scale = 2 ** exponent;
          const spec = { dtype: 'U8' as const, shape: [values.length] };
          const reals = values.map((value) => (value - zero) * scale);
          expect([...quantise(reals, { spec, quantisation: { scale, zero } })]).toEqual(values);
        },
      ),
    );
  });

  it.each([
    ['index.json', /not a JSON array of numbers/],
    ['test-images.u8', /has 25600 bytes; the model takes 64 \(U8 1 × 64\)/],
    ['none.png', /no such file/],
  ])('say what is wrong with %s', async (file, message) => {
    await expect(readInputFile(`${digits}${file}`, port)).rejects.toThrow(message);
    await expect(readInputFile(`${digits}${file}`, port)).rejects.toBeInstanceOf(BadInput);
  });

  it('name the image that is not there', async () => {
    await expect(readImage(`${digits}test-images.u8`, 400, 16, port)).rejects.toThrow(
      /has 400 images of 64 pixels; there is no number 400/,
    );
  });
});

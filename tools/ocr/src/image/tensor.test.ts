import { describe, expect, it } from 'vitest';
import { MODELS } from '../models.ts';
import { blank } from './picture.ts';
import { prepareHead, prepareLine, preparePage } from './prepare.ts';
import { centre, INPUT_AFFINES, neutralByte, normalise, toTensor } from './tensor.ts';

describe('toTensor', () => {
  it('has planes of blue, green and red, and pads at the right and below', () => {
    const { data } = toTensor(blank(1, 1, [10, 20, 30]), [1, 3, 2, 2], 7);
    expect([...data]).toEqual([30, 7, 7, 7, 20, 7, 7, 7, 10, 7, 7, 7]);
  });

  it('refuses a picture that does not fit', () => {
    expect(() => toTensor(blank(3, 1, [0, 0, 0]), [1, 3, 2, 2], 0)).toThrow(/3×1 does not fit/);
  });
});

describe('normalise', () => {
  it('is (x / 255 - mean) / deviation, with the mean named for red applied to blue', () => {
    const tensor = toTensor(blank(1, 1, [10, 20, 30]), [1, 3, 1, 1], 0);
    const [blue, green, red] = normalise(tensor, INPUT_AFFINES.detector);
    expect(blue).toBeCloseTo((30 / 255 - 0.485) / 0.229, 5);
    expect(green).toBeCloseTo((20 / 255 - 0.456) / 0.224, 5);
    expect(red).toBeCloseTo((10 / 255 - 0.406) / 0.225, 5);
  });

  it('is (x / 255 - 0.5) / 0.5 for lines', () => {
    const tensor = toTensor(blank(1, 1, [0, 255, 51]), [1, 3, 1, 1], 0);
    for (const model of ['recogniser', 'classifier'] as const) {
      const values = [...normalise(tensor, INPUT_AFFINES[model])];
      expect(values).toEqual([expect.closeTo(-0.6, 6), 1, -1]);
    }
  });
});

describe('neutralByte', () => {
  it('is the byte nearest to the real zero', () => {
    expect(MODELS.map((model) => neutralByte(INPUT_AFFINES[model]))).toEqual([114, 128, 128]);
  });

  it('is what centred bytes are counted from', () => {
    const tensor = toTensor(blank(1, 1, [0, 128, 255]), [1, 3, 1, 1], 0);
    expect([...centre(tensor, INPUT_AFFINES.recogniser)]).toEqual([127, 0, -128]);
  });
});

describe('preparing', () => {
  it('fits a page into the detector, keeping proportions', () => {
    const { tensor, scale } = preparePage(blank(640, 480, [255, 255, 255]));
    expect(tensor.shape).toEqual([1, 3, 320, 320]);
    expect(scale).toBe(0.5);
    expect(tensor.data[239 * 320 + 319]).toBe(255);
    expect(tensor.data[240 * 320]).toBe(114);
  });

  it('squeezes a line that is too long, and pads one that is short', () => {
    const long = prepareLine(blank(1000, 20, [0, 0, 0]), [1, 3, 48, 320]);
    expect(long.data.every((byte) => byte === 0)).toBe(true);
    const short = prepareLine(blank(20, 20, [0, 0, 0]), [1, 3, 48, 320]);
    expect([...short.data.subarray(46, 50)]).toEqual([0, 0, 128, 128]);
  });

  it('takes only the beginning of a line for the classifier', () => {
    const line = blank(400, 20, [0, 0, 0]);
    // White from the half on, which lies beyond 192 columns at height 48.
    for (let y = 0; y < 20; y++) line.data.fill(255, 3 * (400 * y + 200), 3 * 400 * (y + 1));
    const head = prepareHead(line, [1, 3, 48, 192]);
    expect(head.data.every((byte) => byte === 0)).toBe(true);
  });
});

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LAYOUTS } from '../pages/layouts.ts';
import { createRandom } from '../random.ts';
import { calibration, calibrationCentred, calibrationPixels } from './calibration.ts';
import { encodeNpy } from './npy.ts';
import { randomPage, randomText } from './texts.ts';
import { writeCalibration } from './write.ts';

// Pages are drawn and photographed: a second each on a machine that does nothing else.
describe('calibration', () => {
  it('has the samples of its seed, and more of them begin with the same', () => {
    const [three, two, other] = [
      calibrationPixels('recogniser', 3, 1),
      calibrationPixels('recogniser', 2, 1),
      calibrationPixels('recogniser', 2, 2),
    ];
    expect(three).toHaveLength(3);
    expect(three.slice(0, 2)).toEqual(two);
    expect(two[0]?.data).not.toEqual(other[0]?.data);
    expect(three.every(({ shape }) => shape.join() === '1,3,48,320')).toBe(true);
  });

  it('gives the reals that the bytes stand for', () => {
    const [pixels] = calibrationPixels('classifier', 1, 6);
    const [reals] = calibration('classifier', 1, 6);
    expect(reals).toHaveLength(3 * 48 * 192);
    reals?.forEach((real, index) => {
      expect(Math.abs(real - ((pixels?.data[index] ?? 0) / 127.5 - 1))).toBeLessThan(1e-6);
    });
  });

  it('gives centred bytes whose range is that of all bytes', () => {
    const [first] = calibrationCentred('detector', 1, 1);
    const range = (first ?? new Float32Array()).reduce<[number, number]>(
      ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
      [0, 0],
    );
    expect(range).toEqual([-114, 141]);
  });

  it('has text on every sample', () => {
    for (const { data } of calibrationPixels('classifier', 6, 3)) {
      expect(Math.max(...data) - Math.min(...data)).toBeGreaterThan(60);
    }
  });
});

describe('texts', () => {
  it('are not those of the test pages (seeds 1 to 40)', () => {
    const tested = new Set(
      Object.values(LAYOUTS).flatMap((draw) => draw().lines.map((l) => l.text)),
    );
    for (let seed = 1; seed <= 40; seed++) {
      // Single words and numbers may coincide; what has two words must not.
      for (const { text } of randomPage(createRandom(seed)).lines) {
        if (/[a-z]+ .*[a-z]/i.test(text)) expect(tested).not.toContain(text);
      }
    }
  });

  it('are about as long as asked for', () => {
    expect(randomText(createRandom(1), 30).length).toBeGreaterThanOrEqual(30);
  });
});

describe('writing', () => {
  it('writes NumPy files: header aligned, values little-endian', () => {
    const bytes = encodeNpy(Float32Array.of(1, -2.5), [1, 2]);
    expect([...bytes.subarray(0, 8)]).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
    const view = new DataView(bytes.buffer);
    const start = 10 + view.getUint16(8, true);
    expect(start % 64).toBe(0);
    const header = new TextDecoder().decode(bytes.subarray(10, start));
    expect(header.trim()).toBe("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }");
    expect(header.endsWith('\n')).toBe(true);
    expect([view.getFloat32(start, true), view.getFloat32(start + 4, true)]).toEqual([1, -2.5]);
    expect(() => encodeNpy(Float32Array.of(1), [2])).toThrow(/takes 2 values, not 1/);
  });

  it.each(['npy', 'json'] as const)('fills a folder with %s files', async (format) => {
    const folder = await mkdtemp(join(tmpdir(), 'veritrace-calibration-'));
    try {
      await writeCalibration('classifier', folder, { count: 2, seed: 1, format, pixels: false });
      expect((await readdir(folder)).sort()).toEqual([`0000.${format}`, `0001.${format}`]);
      const bytes = await readFile(join(folder, '0001.json')).catch(() => undefined);
      if (bytes !== undefined) {
        const values = Float32Array.from(JSON.parse(bytes.toString()) as number[]);
        expect(values).toEqual(calibration('classifier', 2, 1)[1]);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageTexts } from './accuracy.ts';
import { calibrationPixels } from './calibration/calibration.ts';
import { createFloatEngine, type OcrEngine } from './engine.ts';
import { prepareHead, preparePage } from './image/prepare.ts';
import { turnOver } from './image/resample.ts';
import { INPUT_AFFINES, neutralByte } from './image/tensor.ts';
import { readKeys } from './models.ts';
import { readPixelModels } from './onnx/write.ts';
import { createSheet } from './pages/sheet.ts';
import { findLines, readPage } from './read.ts';
import { markdown, readRow, totals } from './table.ts';

// A second on a machine that does nothing else.
const note = () => {
  const sheet = createSheet(320, 200, { size: 26 });
  sheet.text('Kettle 24.90', 20, 50);
  sheet.text('Umbrella', 20, 110);
  sheet.text('17.05', 300, 110, { align: 'right' });
  sheet.text('Paid', 20, 170, { face: 'sans-bold' });
  return sheet.page();
};

describe('findLines', () => {
  it('cuts out, in reading order, what a map shows, at the size of the page', () => {
    const { picture } = note();
    const shape = [1, 3, 160, 160] as const;
    // Half of the page's size: a bar over each of two lines, the lower one first.
    expect(preparePage(picture, shape).scale).toBe(0.5);
    const map = new Float32Array(160 * 160);
    const paint = (left: number, top: number, width: number, height: number) => {
      for (let y = top; y < top + height; y++)
        map.fill(0.9, y * 160 + left, y * 160 + left + width);
    };
    paint(10, 76, 22, 12);
    paint(10, 16, 72, 12);
    const found = findLines(picture, map, shape);
    expect(found).toHaveLength(2);
    const [upper, lower] = found;
    expect(upper?.quad[0][1]).toBeLessThan(lower?.quad[0][1] ?? 0);
    // Twice what was painted, and grown by area × 1.5 over perimeter on each side.
    expect(upper?.picture.width).toBeCloseTo(2 * (71 + 2 * ((71 * 11 * 1.5) / (2 * 82))), -1);
    expect(lower?.picture.width).toBeLessThan((upper?.picture.width ?? 0) / 2);
    // There is ink in it, and paper.
    expect(Math.min(...(lower?.picture.data ?? []))).toBeLessThan(100);
    expect(Math.max(...(lower?.picture.data ?? []))).toBeGreaterThan(200);
  });

  it('finds nothing where the map shows nothing', () => {
    const shape = [1, 3, 160, 160] as const;
    expect(findLines(note().picture, new Float32Array(160 * 160), shape)).toEqual([]);
  });
});

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce(
    (most, value, index) => Math.max(most, Math.abs(value - (b[index] ?? 0))),
    0,
  );

let float: OcrEngine;
let keys: readonly string[];

beforeAll(async () => {
  [float, keys] = await Promise.all([createFloatEngine(), readKeys()]);
});

afterAll(() => float.dispose());

describe('readPage', () => {
  it('reads a note and says where each line is', async () => {
    const { picture, lines } = note();
    const read = await readPage(float, keys, picture);
    expect(read.map(({ text }) => text)).toEqual(['Kettle 24.90', 'Umbrella', '17.05', 'Paid']);
    read.forEach(({ quad, score }, index) => {
      const [left, top] = lines[index]?.quad[0] ?? [0, 0];
      expect(Math.abs(quad[0][0] - left)).toBeLessThan(12);
      expect(Math.abs(quad[0][1] - top)).toBeLessThan(16);
      expect(score).toBeGreaterThan(0.8);
    });
  });

  it('reads it upside down, from the other end', async () => {
    const read = await readPage(float, keys, turnOver(note().picture));
    expect(read.map(({ text }) => text)).toEqual(['Kettle 24.90', 'Umbrella', '17.05', 'Paid']);
  });

  it('finds nothing on an empty page', async () => {
    expect(await readPage(float, keys, createSheet(200, 200).page().picture)).toEqual([]);
  });
});

describe('readRow', () => {
  it('has one reading for each engine, and an engine that sees nothing has read nothing', async () => {
    const blind: OcrEngine = {
      ...float,
      name: 'blind',
      detect: async () => new Float32Array(320 * 320),
    };
    const row = await readRow({ name: 'note', kind: 'rendered', ...note() }, [float, blind], keys);
    const { truth } = pageTexts(note().lines, []);
    expect(row.readings.map(({ text }) => text)).toEqual([truth, '']);
    expect(totals([row]).map(({ accuracy }) => accuracy.edits)).toEqual([0, truth.length]);
    expect(markdown([row]).split('\n').at(-1)).toBe('| all | 4 | 100.00 | 100.00 | 0.00 | 0.00 |');
  });
});

describe('models that take pixels', () => {
  it('have the same answers as those that take reals', async () => {
    const onnx = await readPixelModels();
    const pixels = await createFloatEngine({ models: { onnx, pixels: true } });
    try {
      const [line] = calibrationPixels('recogniser', 1, 77);
      const [page] = calibrationPixels('detector', 1, 77);
      if (line === undefined || page === undefined) throw new RangeError('no samples');
      const [a, b] = [await float.recognise(line), await pixels.recognise(line)];
      expect([...b.classes]).toEqual([...a.classes]);
      // Not equal: padding stands for the neutral byte, not for the real 0.
      expect(largestDifference(a.scores ?? [], b.scores ?? [])).toBeLessThan(0.02);
      const maps = [await float.detect(page), await pixels.detect(page)] as const;
      const far = maps[0].filter((value, at) => Math.abs(value - (maps[1][at] ?? 0)) > 0.05);
      expect(far.length / maps[0].length).toBeLessThan(0.01);
      const head = prepareHead(turnOver(note().picture), [1, 3, 48, 192]);
      const [c, d] = [await float.classify(head), await pixels.classify(head)];
      expect(d.turned).toBe(c.turned);
      expect(Math.abs((c.score ?? 0) - (d.score ?? 0))).toBeLessThan(0.02);
    } finally {
      await pixels.dispose();
    }
  });

  it('count from the neutral byte: a picture of it alone is a picture of zeros', async () => {
    // Of one channel alone each byte would have its own zero; the offsets of a line's are all the same.
    const neutral = neutralByte(INPUT_AFFINES.recogniser);
    const { scale, offset } = INPUT_AFFINES.recogniser;
    expect(Math.abs(neutral * scale[0] + offset[0])).toBeLessThan(scale[0]);
  });
});

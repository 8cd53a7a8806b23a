import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodePicturePng } from '../image/picture.ts';
import { createRandom } from '../random.ts';
import { PAGES, readPages } from './folder.ts';
import { outlineText } from './font.ts';
import { LAYOUTS } from './layouts.ts';
import { photograph } from './photograph.ts';
import { fillBox } from './raster.ts';
import { createSheet } from './sheet.ts';

// A second on a machine that does nothing else.
describe('drawing', () => {
  it('covers pixels by the share of them that lies inside', () => {
    const { picture } = createSheet(4, 3).page();
    fillBox(picture, [0.5, 0.25, 3, 2], [0, 0, 0]);
    const rows = [0, 1, 2].map((y) => [0, 1, 2, 3].map((x) => picture.data[3 * (4 * y + x)]));
    expect(rows).toEqual([
      [159, 64, 64, 255],
      [128, 0, 0, 255],
      [255, 255, 255, 255],
    ]);
  });

  it('leaves out what lies beyond the sheet', () => {
    const { picture } = createSheet(2, 1).page();
    fillBox(picture, [-5, -5, 1, 9], [0, 0, 0]);
    expect([...picture.data]).toEqual([0, 0, 0, 255, 255, 255]);
  });

  it('keeps each text with the box of its ink', () => {
    const sheet = createSheet(200, 60);
    const width = sheet.text('Hill', 100, 40, { align: 'centre', size: 30 });
    const { picture, lines } = sheet.page();
    const [line] = lines;
    expect(line?.text).toBe('Hill');
    const [[left, top], , [right, bottom]] = line?.quad ?? [
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ];
    expect((left + right) / 2).toBeCloseTo(100, -0.5);
    expect(right - left).toBeLessThanOrEqual(width);
    expect(bottom).toBeCloseTo(40, 5);
    picture.data.forEach((value, index) => {
      const [x, y] = [Math.floor(index / 3) % 200, Math.floor(index / 600)];
      const outside = x < left - 1 || x > right || y < top - 1 || y > bottom;
      if (outside) expect(value).toBe(255);
    });
    expect(picture.data.some((value) => value < 40)).toBe(true);
  });

  it('refuses a character that the face does not have', () => {
    expect(() => outlineText('sans', '漢', 0, 0, 20)).toThrow(/has no "漢"/);
  });
});

describe('photograph', () => {
  it('is decided by its seed, and moves the lines', () => {
    const page = LAYOUTS['business-card']();
    const [a, b, c] = [photograph(page, 3), photograph(page, 3), photograph(page, 4)];
    expect(Buffer.from(a.picture.data).equals(b.picture.data)).toBe(true);
    expect(Buffer.from(a.picture.data).equals(c.picture.data)).toBe(false);
    expect(a.lines.map(({ text }) => text)).toEqual(page.lines.map(({ text }) => text));
    a.lines.forEach(({ quad }, index) => {
      quad.forEach(([x, y], corner) => {
        const [u, v] = page.lines[index]?.quad[corner] ?? [0, 0];
        expect(Math.abs(x - u)).toBeLessThan(20);
        expect(Math.abs(y - v)).toBeLessThan(20);
      });
    });
  });
});

describe('the folder of test pages', () => {
  it('holds the rendered pages as they are drawn now', async () => {
    for (const [name, draw] of Object.entries(LAYOUTS)) {
      const drawn = encodePicturePng(draw().picture);
      expect(Buffer.from(drawn).equals(await readFile(join(PAGES, `${name}.png`))), name).toBe(
        true,
      );
    }
  });

  it('has at least twelve rendered and twelve photographed pages, with text on each', async () => {
    const pages = await readPages();
    for (const kind of ['rendered', 'photographed'] as const) {
      expect(pages.filter((page) => page.kind === kind).length).toBeGreaterThanOrEqual(12);
    }
    expect(pages.every(({ lines }) => lines.length >= 5)).toBe(true);
    const sizes = await Promise.all(
      (await readdir(PAGES)).map(async (file) => (await readFile(join(PAGES, file))).length),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(2_000_000);
  });

  it('is refused when a picture was changed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'veritrace-pages-'));
    try {
      for (const file of await readdir(PAGES))
        await copyFile(join(PAGES, file), join(folder, file));
      await writeFile(join(folder, 'sign.png'), await readFile(join(PAGES, 'menu.png')));
      await expect(readPages(folder)).rejects.toThrow(/sign\.png is not the one/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('createRandom', () => {
  it('repeats itself for a seed and looks normal', () => {
    const [a, b] = [createRandom(9), createRandom(9)];
    const values = Array.from({ length: 4000 }, () => a.normal());
    expect(values).toEqual(Array.from({ length: 4000 }, () => b.normal()));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.06);
    expect(Math.abs(variance - 1)).toBeLessThan(0.08);
  });
});

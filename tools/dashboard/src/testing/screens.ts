/**
 * Screenshots compared with those of `testdata/screens`, which the README shows.
 *
 * Letters are drawn by the typeface inside the page (digests too, for the comparison), but another version of Chromium
 * rounds their edges otherwise. A pixel counts as different from a perceived distance of 0.2, edges of letters left out, and
 * one pixel in a hundred may be: a moved line or another colour of a card is far more. What a colour says is asserted on the
 * document. `VERITRACE_SCREENS=write` writes them anew.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decode, encode } from 'fast-png';
import pixelmatch from 'pixelmatch';
import type { Page } from 'playwright-core';

const FOLDER = fileURLToPath(new URL('../../testdata/screens/', import.meta.url));
const RESULTS = fileURLToPath(new URL('../../../../test-results/screens/', import.meta.url));

/** Share of pixels that may differ. */
export const TOLERANCE = 0.01;

const rgba = (png: Uint8Array): { width: number; height: number; data: Uint8Array } => {
  const { width, height, data, channels } = decode(png);
  const bytes = new Uint8Array(data);
  if (channels === 4) return { width, height, data: bytes };
  const full = new Uint8Array(width * height * 4).fill(255);
  for (let at = 0; at < width * height; at++) full.set(bytes.subarray(at * 3, at * 3 + 3), at * 4);
  return { width, height, data: full };
};

/** Compares what is in sight. Returns what is wrong, in words; `undefined` where it is as it was. */
export const compareScreen = async (page: Page, name: string): Promise<string | undefined> => {
  await page.addStyleTag({
    content: ':root { --mono: var(--sans) !important; } * { caret-color: transparent !important; }',
  });
  await page.evaluate(() => document.fonts.ready);
  const taken = await page.screenshot();
  const file = join(FOLDER, `${name}.png`);
  if (process.env.VERITRACE_SCREENS === 'write') {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, taken);
    return undefined;
  }
  const wanted = await readFile(file).catch(() => undefined);
  if (wanted === undefined) {
    return `there is no ${name}.png in testdata/screens; VERITRACE_SCREENS=write takes it`;
  }
  const [before, now] = [rgba(wanted), rgba(taken)];
  const { width, height } = before;
  if (width !== now.width || height !== now.height) {
    return `${name} is ${now.width}×${now.height}, and was ${width}×${height}`;
  }
  const difference = new Uint8Array(width * height * 4);
  const count = pixelmatch(before.data, now.data, difference, width, height, { threshold: 0.2 });
  if (count <= width * height * TOLERANCE) return undefined;
  await mkdir(RESULTS, { recursive: true });
  await writeFile(join(RESULTS, `${name}.png`), taken);
  await writeFile(
    join(RESULTS, `${name}.difference.png`),
    encode({ width, height, data: difference, channels: 4, depth: 8 }),
  );
  const share = ((100 * count) / (width * height)).toFixed(2);
  return `${share} % of the pixels of ${name} differ, and ${100 * TOLERANCE} % may; see test-results/screens. VERITRACE_SCREENS=write takes it anew.`;
};

/** The folder of test pages: pictures, and an index with what is written on them. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OcrError } from '../errors.ts';
import { mapQuad } from '../image/geometry.ts';
import { decodePicture, encodePictureJpeg, encodePicturePng } from '../image/picture.ts';
import { LAYOUTS, type LayoutName } from './layouts.ts';
import { photograph } from './photograph.ts';
import type { Line, Page } from './sheet.ts';

/** Where the test pages lie. */
export const PAGES = fileURLToPath(new URL('../../../../scenarios/inputs/pages/', import.meta.url));

export type PageKind = 'rendered' | 'photographed';

interface IndexedPage {
  name: string;
  file: string;
  kind: PageKind;
  /** Seed of the simulated photograph. */
  seed?: number;
  width: number;
  height: number;
  sha256: string;
  lines: Line[];
}

interface PageIndex {
  about: string;
  licence: string;
  pages: IndexedPage[];
}

/** A test page with its truth. */
export interface TestPage extends Page {
  name: string;
  kind: PageKind;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const QUALITY = 60;

/** Which pages are also "photographed", and with which seed. */
export const PHOTOGRAPHED: readonly (readonly [LayoutName, number])[] = [
  ['receipt', 1101],
  ['letter', 1102],
  ['invoice', 1103],
  ['business-card', 1104],
  ['timetable', 1105],
  ['sign', 1106],
  ['menu', 1107],
  ['parcel-label', 1108],
];

const rounded = ({ text, quad }: Line): Line => ({
  text,
  quad: mapQuad(quad, ([x, y]) => [Math.round(10 * x) / 10, Math.round(10 * y) / 10]),
});

/** Makes all test pages. The bytes are the same on every machine. */
export const makePages = (): { index: PageIndex; files: Map<string, Uint8Array> } => {
  const files = new Map<string, Uint8Array>();
  const pages: IndexedPage[] = [];
  const add = (
    { picture, lines }: Page,
    bytes: Uint8Array,
    rest: Pick<IndexedPage, 'name' | 'file' | 'kind' | 'seed'>,
  ) => {
    files.set(rest.file, bytes);
    pages.push({
      ...rest,
      width: picture.width,
      height: picture.height,
      sha256: sha256(bytes),
      lines: lines.map(rounded),
    });
  };
  for (const [name, draw] of Object.entries(LAYOUTS)) {
    const page = draw();
    add(page, encodePicturePng(page.picture), { name, file: `${name}.png`, kind: 'rendered' });
  }
  for (const [name, seed] of PHOTOGRAPHED) {
    const page = photograph(LAYOUTS[name](), seed);
    add(page, encodePictureJpeg(page.picture, QUALITY), {
      name: `${name}-photographed`,
      file: `${name}-photographed.jpg`,
      kind: 'photographed',
      seed,
    });
  }
  return {
    index: {
      about: 'Pages with known text. "photographed" ones are simulated: warped, blurred, noisy.',
      licence: 'Apache-2.0; fonts under the SIL Open Font Licence 1.1',
      pages,
    },
    files,
  };
};

/** Writes the test pages to a folder. Returns their total size in bytes. */
export const writePages = async (folder: string): Promise<number> => {
  const { index, files } = makePages();
  await mkdir(folder, { recursive: true });
  let total = 0;
  for (const [file, bytes] of files) {
    await writeFile(join(folder, file), bytes);
    total += bytes.length;
  }
  // One line of text a row keeps the file readable and its changes small.
  const pages = index.pages.map(({ lines, ...page }) => {
    const head = JSON.stringify(page).slice(0, -1);
    return `${head},"lines":[\n${lines.map((line) => `  ${JSON.stringify(line)}`).join(',\n')}\n]}`;
  });
  const json = `{"about":${JSON.stringify(index.about)},\n"licence":${JSON.stringify(index.licence)},\n"pages":[\n${pages.join(',\n')}\n]}\n`;
  await writeFile(join(folder, 'index.json'), json);
  return total + json.length;
};

/** Reads the test pages. Throws an `OcrError` when a file is not the one that the index names. */
export const readPages = async (folder: string = PAGES): Promise<TestPage[]> => {
  const index = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as PageIndex;
  return Promise.all(
    index.pages.map(async ({ name, kind, file, sha256: wanted, lines }) => {
      const bytes = new Uint8Array(await readFile(join(folder, file)));
      if (sha256(bytes) !== wanted) {
        throw new OcrError('invalid-picture', `${file} is not the one in ${folder}/index.json`);
      }
      return { name, kind, lines, picture: decodePicture(bytes) };
    }),
  );
};

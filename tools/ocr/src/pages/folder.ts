/** The folder of test pages: pictures, and an index with what is written on them. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OcrError } from '../errors.ts';
import { mapQuad } from '../image/geometry.ts';
import { decodePicture, encodePictureJpeg, encodePicturePng } from '../image/picture.ts';
import { turnOver } from '../image/resample.ts';
import { LAYOUTS, type LayoutName } from './layouts.ts';
import { PHOTOGRAPH, POOR_PHOTOGRAPH, photograph } from './photograph.ts';
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

/** How a simulated photograph is taken. */
interface Shot {
  layout: LayoutName;
  seed: number;
  /** Out of focus, noisy, much compressed. */
  poor?: boolean;
  /** On its head. */
  turned?: boolean;
}

/** Which pages are also "photographed", and how. */
export const SHOTS: readonly Shot[] = [
  { layout: 'receipt', seed: 1101 },
  { layout: 'letter', seed: 1102 },
  { layout: 'invoice', seed: 1103 },
  { layout: 'business-card', seed: 1104 },
  { layout: 'timetable', seed: 1105 },
  { layout: 'sign', seed: 1106 },
  { layout: 'menu', seed: 1107 },
  { layout: 'parcel-label', seed: 1108 },
  { layout: 'article', seed: 1109, poor: true },
  { layout: 'form', seed: 1110, poor: true },
  { layout: 'two-columns', seed: 1111, poor: true },
  { layout: 'measurements', seed: 1112, poor: true },
  { layout: 'poster', seed: 1113, poor: true },
  { layout: 'prescription', seed: 1114, turned: true },
];

const take = ({ layout, seed, poor, turned }: Shot): Page => {
  const page = photograph(LAYOUTS[layout](), seed, poor ? POOR_PHOTOGRAPH : PHOTOGRAPH);
  if (!turned) return page;
  const { width, height } = page.picture;
  return {
    picture: turnOver(page.picture),
    lines: page.lines.map(({ text, quad }) => ({
      text,
      quad: mapQuad(quad, ([x, y]) => [width - x, height - y]),
    })),
  };
};

/** Quality of the JPEG files. */
const quality = ({ poor }: Shot): number => (poor ? 40 : 60);

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
  for (const shot of SHOTS) {
    const page = take(shot);
    const name = `${shot.layout}-${shot.poor ? 'poor' : shot.turned ? 'turned' : 'photographed'}`;
    add(page, encodePictureJpeg(page.picture, quality(shot)), {
      name,
      file: `${name}.jpg`,
      kind: 'photographed',
      seed: shot.seed,
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

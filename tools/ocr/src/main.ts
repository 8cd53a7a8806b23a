/**
 * `npm run ocr -w @veritrace/ocr -- [--exact FOLDER] [--qdq FOLDER] [--pixels] [--pages FOLDER] [--only NAME] [--picture FILE] [--threads N] [--json]`
 *
 * Reads the test pages and prints how much of each was read, by the float models and, with `--exact`, by compiled ones,
 * with `--qdq` by models in 8 bits as ONNX Runtime runs them (FOLDER/NAME/model.qdq.onnx, of models that take pixels), with
 * `--pixels` by float models rewritten to take pixels.
 * With `--picture` it reads that picture and prints its lines. Tables and JSON go to stdout, progress to stderr.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { callerPath } from './caller-path.ts';
import { createFloatEngine, type OcrEngine } from './engine.ts';
import { OcrError } from './errors.ts';
import { createExactEngine } from './exact-engine.ts';
import { decodePicture } from './image/picture.ts';
import { type ModelName, readKeys } from './models.ts';
import { readPixelModels } from './onnx/write.ts';
import { PAGES, readPages } from './pages/folder.ts';
import { readPage } from './read.ts';
import { markdown, type PageRow, readRow, totals } from './table.ts';

const USAGE =
  'usage: ocr [--exact FOLDER] [--qdq FOLDER] [--pixels] [--pages FOLDER] [--only NAME] [--picture FILE] [--threads N] [--json]\n';

const options = {
  exact: { type: 'string' },
  qdq: { type: 'string' },
  pages: { type: 'string', default: PAGES },
  only: { type: 'string', default: '' },
  picture: { type: 'string' },
  threads: { type: 'string', default: '1' },
  pixels: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

/** The words of the command line, or undefined when they make no sense. */
const parse = () => {
  try {
    const { values } = parseArgs({ options });
    const threads = Number(values.threads);
    return Number.isSafeInteger(threads) && threads >= 1 ? { ...values, threads } : undefined;
  } catch {
    return undefined;
  }
};

const readOne = async (
  file: string,
  engines: readonly OcrEngine[],
  keys: readonly string[],
  json: boolean,
): Promise<void> => {
  const bytes = await readFile(file).catch(() => {
    throw new OcrError('invalid-picture', `${file} cannot be read`);
  });
  const picture = decodePicture(new Uint8Array(bytes));
  const readings: { engine: string; lines: Awaited<ReturnType<typeof readPage>> }[] = [];
  for (const engine of engines) {
    readings.push({ engine: engine.name, lines: await readPage(engine, keys, picture) });
  }
  const text = () =>
    readings
      .map(({ engine, lines }) => [`${engine}:`, ...lines.map((line) => line.text)].join('\n'))
      .join('\n\n');
  process.stdout.write(`${json ? JSON.stringify({ file, readings }) : text()}\n`);
};

const readAll = async (
  { pages, only, json }: { pages: string; only: string; json: boolean },
  engines: readonly OcrEngine[],
  keys: readonly string[],
): Promise<void> => {
  const chosen = (await readPages(callerPath(pages))).filter(({ name }) => name.includes(only));
  if (chosen.length === 0) throw new OcrError('invalid-argument', `no page is called "${only}"`);
  const rows: PageRow[] = [];
  for (const page of chosen) {
    process.stderr.write(`${page.name}\n`);
    rows.push(await readRow(page, engines, keys));
  }
  process.stdout.write(
    `${json ? JSON.stringify({ rows, totals: totals(rows) }) : markdown(rows)}\n`,
  );
};

/** Models that `veritrace model compile --qdq` wrote. */
const readQdqModels = async (folder: string): Promise<Record<ModelName, Uint8Array>> => {
  const read = async (model: ModelName): Promise<Uint8Array> => {
    const file = join(folder, model, 'model.qdq.onnx');
    return readFile(file).catch(() => {
      throw new OcrError('invalid-argument', `${file} cannot be read; write it by --qdq`);
    });
  };
  return {
    detector: await read('detector'),
    recogniser: await read('recogniser'),
    classifier: await read('classifier'),
  };
};

const main = async (): Promise<void> => {
  const words = parse();
  if (words === undefined) {
    process.stderr.write(USAGE);
    process.exitCode = 2;
    return;
  }
  const { exact, picture, threads, json } = words;
  try {
    const keys = await readKeys();
    const float = await createFloatEngine({ threads });
    const engines = [float];
    if (words.pixels) {
      engines.push(
        await createFloatEngine({
          threads,
          models: { onnx: await readPixelModels(), pixels: true },
        }),
      );
    }
    if (words.qdq !== undefined) {
      const onnx = await readQdqModels(callerPath(words.qdq));
      engines.push(
        await createFloatEngine({ threads, models: { onnx, pixels: true, name: 'default int8' } }),
      );
    }
    if (exact !== undefined)
      engines.push(await createExactEngine(callerPath(exact), float, { threads }));
    if (picture !== undefined) await readOne(callerPath(picture), engines, keys, json);
    else await readAll(words, engines, keys);
    for (const engine of engines) await engine.dispose();
  } catch (error) {
    if (!(error instanceof Error) || !/^(OcrError|CompileError)$/.test(error.name)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
};

await main();

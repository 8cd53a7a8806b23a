/** Requests about pages: a whole one for a detector, or a line of one that a detector's answer shows. */
import { resolve } from 'node:path';
import { BadInput } from '../models/input.ts';
import type { Model } from '../models/model.ts';
import { readPageFile } from '../models/ocr.ts';
import type { ScenarioInput } from '../scenario/schema.ts';
import { answerOf } from './expectations.ts';
import { entry, type Happened } from './happened.ts';
import { type Stage, StoryStopped } from './stage.ts';

/** A page or a line of one. */
export type PageInput = Extract<ScenarioInput, { page: string }>;

const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.slice(2), 'hex'));

/**
 * The request's bytes. Where the lines are is what the chain has as the answer to the earlier request, whoever gave it.
 * Throws a `BadInput` for a file that is no page or a line that is not there, a `StoryStopped` when no answer stands.
 */
export const readPageInput = async (
  stage: Pick<Stage, 'folder' | 'chronicle' | 'onProgress'>,
  happened: Pick<Happened, 'asked'>,
  { page: file, line }: PageInput,
  model: Pick<Model, 'name' | 'reader'>,
): Promise<Uint8Array> => {
  const page = await readPageFile(resolve(stage.folder, file));
  if (line === undefined) {
    if (model.reader?.kind !== 'detector') throw new BadInput(`"${model.name}" is no detector`);
    return model.reader.input(page);
  }
  if (model.reader?.kind !== 'recogniser') throw new BadInput(`"${model.name}" is no recogniser`);
  const { id, model: finder } = entry(happened.asked, line.of, 'request');
  if (finder.reader?.kind !== 'detector') throw new BadInput(`"${finder.name}" is no detector`);
  const tale = id === undefined ? undefined : stage.chronicle.request(id);
  const [answer] = (tale === undefined ? undefined : answerOf(tale)?.outputs) ?? [];
  if (answer === undefined) {
    throw new StoryStopped(
      `"${line.of}" has no answer that stands, which would show where lines are: await it first`,
    );
  }
  const lines = finder.reader.lines(page, fromHex(answer));
  const wanted = lines[line.index];
  if (wanted === undefined) {
    throw new BadInput(
      `the answer to "${line.of}" shows ${lines.length} lines on ${file}; there is no line ${line.index}, counted from zero`,
    );
  }
  stage.onProgress({
    type: 'phase',
    text: `the answer to "${line.of}" shows ${lines.length} lines; line ${line.index} is asked about`,
  });
  return model.reader.input(wanted);
};

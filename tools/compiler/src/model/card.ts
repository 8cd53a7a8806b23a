/** What people want to know of a model: `card.json` beside the graph, written by hand. */
import { join } from 'node:path';
import { z } from 'zod';
import { CompileError } from '../errors.ts';
import { readBounded } from './read-bounded.ts';

const CARD_FILE = 'card.json';
const MANIFEST_FILE = 'manifest.json';

/** Largest card, or manifest, that is read. */
const MOST_BYTES = 1 << 20;

const readText = async (path: string): Promise<string> =>
  new TextDecoder().decode(await readBounded(path, MOST_BYTES));

/** At most so many bytes of UTF-8, as the chain counts. */
const text = (bytes: number) =>
  z
    .string()
    .refine((value) => Buffer.byteLength(value) <= bytes, `at most ${bytes} bytes of UTF-8`);

/** Schema of `card.json`. The limits are the chain's. */
export const cardSchema = z.strictObject({
  name: text(64).min(1).describe('What it is called'),
  licence: text(64).optional().describe('An SPDX expression where there is one'),
  task: text(64).optional().describe('What it is for, like image-classification'),
  inputs: text(512).optional().describe('What its inputs are and how they are prepared'),
  outputs: text(512).optional().describe('What its outputs mean'),
  artefactUri: text(256).optional().describe('Where graph.bin is found'),
});

/** A card; what it doesn't say is left out. */
export type Card = z.infer<typeof cardSchema>;

const parse = <T>(schema: z.ZodType<T>, content: string, path: string): T => {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (cause) {
    throw new CompileError('invalid-folder', `${path} is not JSON: ${(cause as Error).message}`);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    throw new CompileError('invalid-folder', `${path}: ${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
};

/**
 * The card of a compiled model: its `card.json`, else one with the manifest's name alone. It is no part of the manifest,
 * which compiling writes anew. Throws a `CompileError` when the file is not as it should be.
 */
export const readCard = async (dir: string): Promise<Card> => {
  const path = join(dir, CARD_FILE);
  const written = await readText(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw cause;
  });
  if (written !== undefined) return parse(cardSchema, written, path);
  const manifest = join(dir, MANIFEST_FILE);
  const named = z.object({ name: cardSchema.shape.name });
  return parse(named, await readText(manifest), manifest);
};

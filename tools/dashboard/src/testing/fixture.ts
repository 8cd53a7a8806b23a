/** The record the tests look at: the demonstration, as it was recorded. And longer ones made of it. */
import { fileURLToPath } from 'node:url';
import { readRecordFolder } from '../node/read-record.ts';
import { type EmbeddedFiles, fromEmbedded, type NamedFiles } from '../record/files.ts';

export const DEMO = fileURLToPath(new URL('../../testdata/demo', import.meta.url));

export const demoFiles = (): Promise<EmbeddedFiles> => readRecordFolder(DEMO);

export const demoRecord = async (): Promise<NamedFiles> => fromEmbedded(await demoFiles());

const textOf = ({ files }: EmbeddedFiles, name: string): string => {
  const file = files[name];
  if (file === undefined || !('text' in file)) throw new Error(`the fixture has no ${name}`);
  return file.text;
};

/** A copy with a file changed, or without it. */
export const withFile = (
  record: EmbeddedFiles,
  name: string,
  change: ((text: string) => string) | undefined,
): EmbeddedFiles => {
  const files = { ...record.files };
  if (change === undefined) delete files[name];
  else files[name] = { text: change(textOf(record, name)) };
  return { ...record, files };
};

interface Line {
  block: number;
  number: number;
  request?: string;
}

const lines = (text: string): Line[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

const joined = (all: readonly object[]): string =>
  `${all.map((one) => JSON.stringify(one)).join('\n')}\n`;

/** The demonstration played again and again until there are so many blocks. */
export const longRecord = (record: EmbeddedFiles, blocks: number): EmbeddedFiles => {
  const events = lines(textOf(record, 'events.jsonl'));
  const once = lines(textOf(record, 'blocks.jsonl'));
  const summary = JSON.parse(textOf(record, 'summary.json')) as {
    requests: { name: string; id: string }[];
  };
  const length = once.length;
  const rounds = Math.ceil(blocks / length);
  const perRound = summary.requests.length;
  const requests = Array.from({ length: rounds }, (_, round) =>
    summary.requests.map((one) => ({
      ...one,
      name: round === 0 ? one.name : `${one.name}-${round}`,
      id: String(Number(one.id) + round * perRound),
    })),
  ).flat();
  const allEvents = Array.from({ length: rounds }, (_, round) =>
    events.map((event) => ({
      ...event,
      block: event.block + round * length,
      ...(event.request === undefined
        ? {}
        : { request: String(Number(event.request) + round * perRound) }),
    })),
  ).flat();
  const allBlocks = Array.from({ length: rounds }, (_, round) =>
    once.map((block) => ({ ...block, number: block.number + round * length })),
  ).flat();
  return {
    name: 'long',
    files: {
      ...record.files,
      'summary.json': {
        text: JSON.stringify({ ...summary, requests, blocks: allBlocks.length }),
      },
      'events.jsonl': { text: joined(allEvents) },
      'blocks.jsonl': { text: joined(allBlocks) },
    },
  };
};

/** Writes a run into a folder that explains itself: everything needed to play it again and to see what happened. */
import { createWriteStream } from 'node:fs';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { type Ledger, writeManifest } from '@veritrace/replay';
import type { PlacedEvent } from '@veritrace/sdk';
import { type Logger, pino } from 'pino';
import type { ChainFacts, GenesisFiles } from '../drivers/driver.ts';
import type { Model } from '../models/model.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import { eventLine, ledgerFacts, type Stretch, writeLedger } from './ledger.ts';
import { plainJson } from './plain.ts';

/** A run's record while it is written. */
export interface Recorder {
  /** Absolute path of the folder. */
  readonly folder: string;
  /** A log of an actor, written to `actors/NAME.log`. */
  logger(actor: string): Logger;
  /** The next block's events. */
  events(block: { number: number }, events: readonly PlacedEvent[]): void;
  /** The last block whose events it has. */
  last(): number | undefined;
  /** A model as it was compiled. */
  model(name: string, model: Pick<Model, 'dir' | 'graphBin'>): Promise<void>;
  /** A request's input tensor. */
  input(request: string, bytes: Uint8Array): Promise<void>;
  /** Any document, as `NAME.json`. */
  document(name: string, content: unknown): Promise<void>;
  /** A page, as `NAME.html`. */
  page(name: string, html: string): Promise<void>;
  /** The chain with all its blocks, and what of it the story is about. */
  chain(chain: RecordedChain): Promise<void>;
  /** Everything is on disk when this resolves, with the root of the list of all files: what the record is known by. */
  close(): Promise<string>;
}

/** The chain of a run. */
export interface RecordedChain {
  facts: ChainFacts;
  /** The chain, or why the record does not have it: it cannot be replayed then. */
  ledger: Ledger | { missing: string };
  /** What the genesis was made from, where the run made it. */
  genesis: GenesisFiles | undefined;
  /** The blocks that claims, verdicts and the summary are about; `undefined` when there are none of these. */
  story: Stretch | undefined;
}

/** Versions of what took part. */
const versions = async (): Promise<Record<string, string>> => {
  const own = JSON.parse(
    await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
  ) as { version: string; dependencies: Record<string, string> };
  return {
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    harness: own.version,
    chopsticks: own.dependencies['@acala-network/chopsticks-core'] ?? '',
    api: own.dependencies['@polkadot/api'] ?? '',
  };
};

/** What a run is played with. */
export interface RunFacts {
  seed: number;
  driver: string;
  /** Beside the seed, what the keys are derived from. */
  salt: string | undefined;
}

/** Starts a record in `folder`, made when missing. */
export const createRecorder = async (
  folder: string,
  { scenario, file, text }: LoadedScenario,
  facts: RunFacts,
): Promise<Recorder> => {
  for (const part of ['', 'actors', 'models', 'inputs']) {
    await mkdir(join(folder, part), { recursive: true });
  }
  const write = (name: string, content: string | Uint8Array) =>
    writeFile(join(folder, name), content);
  const document = (name: string, content: unknown) =>
    write(`${name}.json`, `${plainJson(content, 2)}\n`);
  await write(basename(file), text);
  await document('run', { scenario: scenario.name, ...facts, versions: await versions() });

  const lines = (name: string) => createWriteStream(join(folder, name));
  const events = lines('events.jsonl');
  let told: Stretch | undefined;
  const logs: ReturnType<typeof pino.destination>[] = [];

  return {
    folder,
    logger: (actor) => {
      const destination = pino.destination({
        dest: join(folder, 'actors', `${actor}.log`),
        sync: true,
      });
      logs.push(destination);
      return pino({ base: { actor }, level: 'debug' }, destination);
    },
    chain: async ({ facts, ledger, genesis, story }) => {
      const isMissing = 'missing' in ledger;
      await document('chain', {
        ...facts,
        ledger: isMissing ? ledger : ledgerFacts(ledger),
        events: told,
        story,
      });
      if (!isMissing) await writeLedger(folder, ledger, genesis?.config);
    },
    model: async (name, { dir, graphBin }) => {
      await mkdir(join(folder, 'models', name), { recursive: true });
      await write(join('models', name, 'graph.bin'), graphBin);
      if (dir === undefined) return;
      await copyFile(join(dir, 'manifest.json'), join(folder, 'models', name, 'manifest.json'));
    },
    input: (request, bytes) => write(join('inputs', `${request}.bin`), bytes),
    events: ({ number }, happened) => {
      told = { first: told?.first ?? number, last: number };
      for (const one of happened) events.write(`${eventLine(one)}\n`);
    },
    last: () => told?.last,
    document,
    page: (name, html) => write(`${name}.html`, html),
    close: async () => {
      events.end();
      await finished(events);
      for (const log of logs) log.end();
      return writeManifest(folder);
    },
  };
};

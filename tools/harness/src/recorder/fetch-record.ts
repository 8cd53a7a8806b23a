/** Makes a record of a chain that runs, with whatever is on it. */

import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import {
  type Ask,
  CannotFetch,
  fetchLedger,
  fromHex,
  runtimeOf,
  stateOf,
  versionOf,
  writeManifest,
} from '@veritrace/replay';
import { createNodeProvider, shownEndpoint } from '@veritrace/sdk';
import { headerAnswer, hexAnswer } from '@veritrace/sdk/answers';
import { CODE } from '../embedded/raw-genesis.ts';
import { ledgerFacts, writeLedger } from './ledger.ts';
import { plainJson } from './plain.ts';

export interface FetchRecordOptions {
  /** The block to begin with: the genesis by default. */
  from?: number;
  /** The last block: the newest that is final by default. */
  to?: number | undefined;
  /** Folders of compiled models, which become part of the record. */
  models?: readonly string[];
  onProgress?: (block: number, of: number) => void;
  signal?: AbortSignal | undefined;
}

/** What was recorded. */
export interface FetchedRecord {
  record: string;
  root: string;
  chain: string;
  first: number;
  last: number;
  blocks: number;
}

type NodeProvider = ReturnType<typeof createNodeProvider>;

/** A connection to a node. Throws a `CannotFetch` when there is none. */
const connectTo = async (endpoint: string): Promise<NodeProvider> => {
  const provider = createNodeProvider(endpoint);
  try {
    await provider.connect();
    return provider;
  } catch (cause) {
    throw new CannotFetch(
      `no node answers at ${shownEndpoint(endpoint)}: check the address and that the node runs`,
      { cause },
    );
  }
};

/** Throws a `CannotFetch` unless the folder is there and empty, or can be made. */
const demandEmpty = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) {
    throw new CannotFetch(`${folder} is not empty: records begin in a folder of their own`);
  }
};

/** Makes a record of a chain in an empty folder. Throws a `CannotFetch`, or an `AnswerError` at what is no answer. */
export const fetchRecord = async (
  endpoint: string,
  folder: string,
  { from = 0, to, models = [], onProgress, signal }: FetchRecordOptions = {},
): Promise<FetchedRecord> => {
  await demandEmpty(folder);
  const provider = await connectTo(endpoint);
  const ask: Ask = (method, params) => provider.send<unknown>(method, params);
  try {
    const ledger = await fetchLedger(ask, {
      from,
      to,
      signal,
      ...(onProgress === undefined ? {} : { onProgress }),
    });
    const { base, blocks, name, storage } = ledger;
    const asked = 'chain_getBlockHash of 0';
    const genesisHash = hexAnswer(asked, await ask('chain_getBlockHash', [0]), 32);
    const genesis = headerAnswer('chain_getHeader', await ask('chain_getHeader', [genesisHash]));
    if (genesis === undefined) throw new CannotFetch('the node has no header of its genesis');
    const code = fromHex(storage[CODE] ?? '0x');
    const state = stateOf([[CODE.slice(2), code]]);
    const { specName, specVersion } = versionOf(runtimeOf(state), state);
    const facts = {
      genesisRoot: genesis.stateRoot,
      genesisHash,
      chain: name,
      runtime: {
        name: specName,
        version: specVersion,
        sha256: createHash('sha256').update(code).digest('hex'),
      },
      ledger: ledgerFacts(ledger),
    };
    const write = (file: string, content: unknown) =>
      writeFile(join(folder, file), `${plainJson(content, 2)}\n`);
    await write('fetched.json', { endpoint: shownEndpoint(endpoint), node: process.version });
    await write('chain.json', facts);
    await writeLedger(folder, ledger);
    for (const model of models) {
      const name = basename(resolve(model, basename(model) === 'compiled' ? '..' : '.'));
      await cp(model, join(folder, 'models', name), { recursive: true });
    }
    const last = blocks.at(-1)?.number ?? base.number;
    const root = await writeManifest(folder);
    return { record: folder, root, chain: name, first: base.number, last, blocks: blocks.length };
  } finally {
    await provider.disconnect().catch(() => undefined);
  }
};

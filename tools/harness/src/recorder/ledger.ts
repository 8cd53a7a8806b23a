/** How a chain is written into a record, such that it can be executed again from the record alone. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { fromHex, type Ledger, type RecordedBlock } from '@veritrace/replay';
import type { PlacedEvent } from '@veritrace/sdk';
import { formatJson, type JsonObject } from '../embedded/json.ts';
import { CODE } from '../embedded/raw-genesis.ts';
import { plainJson } from './plain.ts';

/** The numbers of the first and the last block of a stretch. */
export interface Stretch {
  first: number;
  last: number;
}

/** What of a run is about which blocks. */
export interface Told {
  /** Those whose events are in `events.jsonl`. */
  events?: Stretch | undefined;
  /** Those that claims, verdicts and the summary are about. */
  story?: Stretch | undefined;
}

/** A line of `blocks.jsonl`. */
export const blockLine = ({ number, hash, header, state, extrinsics }: RecordedBlock): string =>
  plainJson({ number, hash, header, state, extrinsics });

/** A line of `events.jsonl`. */
export const eventLine = ({ block, index, extrinsicIndex, event }: PlacedEvent): string =>
  plainJson({ block: block.number, index, extrinsic: extrinsicIndex, ...event });

/** What `chain.json` says of a chain that can be executed again. */
export const ledgerFacts = ({ kind, name, properties, base, blocks }: Ledger) => ({
  kind,
  name,
  properties,
  base: { number: base.number, hash: base.hash, header: base.header },
  blocks: blocks.length,
});

/** Writes `genesis.json`, `runtime.wasm` and `blocks.jsonl`, and what the genesis was made from, where that is known. */
export const writeLedger = async (
  folder: string,
  { storage: all, blocks }: Ledger,
  config?: JsonObject,
): Promise<void> => {
  const { [CODE]: code, ...storage } = all;
  await writeFile(join(folder, 'genesis.json'), `${plainJson({ storage }, 2)}\n`);
  // In the runtime's own words: some integers are larger than JSON's numbers mostly are.
  if (config !== undefined) {
    await writeFile(join(folder, 'genesis-config.json'), `${formatJson(config)}\n`);
  }
  await writeFile(join(folder, 'runtime.wasm'), fromHex(code ?? '0x'));
  const lines = createWriteStream(join(folder, 'blocks.jsonl'));
  for (const block of blocks) {
    if (!lines.write(`${blockLine(block)}\n`)) await once(lines, 'drain');
  }
  lines.end();
  await finished(lines);
};

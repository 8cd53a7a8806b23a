/** One block of a record, decoded: what was sent, what happened, and what changed in storage. */
import { type Before, executeBlock, type Hex, RecordDiffers } from '@veritrace/replay';
import type { Plain } from '@veritrace/sdk';
import { TOKEN } from '../token.ts';
import { openRecord } from './open-record.ts';
import type { ReplayOptions } from './replay-record.ts';
import { createStorageNames, type ShownExtrinsic, showExtrinsic } from './storage-names.ts';

/** A value of the storage before and after; `undefined` where it is not there. */
export interface StorageChange {
  item: string;
  keys: Plain[];
  before: Plain;
  after: Plain;
}

export interface ShownBlock {
  number: number;
  hash: Hex;
  parentHash: Hex;
  /** As it was computed. */
  stateRoot: Hex;
  extrinsics: ShownExtrinsic[];
  events: { phase: string; event: string; data: unknown }[];
  storage: StorageChange[];
}

/**
 * Executes a record's blocks up to one, which is shown. Throws a `RecordDiffers` when the record is not what it should be
 * up to there, or has no such block.
 */
export const showBlock = async (
  folder: string,
  number: number,
  { expectRoot, onProgress, signal }: ReplayOptions = {},
): Promise<ShownBlock> => {
  const record = await openRecord(folder, expectRoot);
  const { base } = record;
  let before: Before = { ...base, state: base.after };
  for await (const block of record.read()) {
    signal?.throwIfAborted();
    const { state, root, changes } = executeBlock(record.kind, before, block);
    onProgress?.(block.number - base.number, number - base.number);
    if (block.number === number) {
      const prefix = Number(record.properties.ss58Format ?? TOKEN.prefix);
      const names = createStorageNames(before.state, prefix);
      const old = before.state;
      const shown = (key: string, bytes: Uint8Array | undefined): Plain =>
        bytes === undefined ? undefined : names.value(key, bytes);
      return {
        number,
        hash: block.hash,
        parentHash: block.header.parentHash,
        stateRoot: root,
        extrinsics: block.extrinsics.map((one) => showExtrinsic(names.registry, one)),
        events: names.events(state),
        storage: [...changes]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, bytes]) => ({
            ...names.name(key),
            before: shown(key, old.get(key)),
            after: shown(key, bytes),
          })),
      };
    }
    before = { ...block, state };
  }
  throw new RecordDiffers({
    what: `the record has no block ${number}, but those from ${base.number + 1} to ${before.number}`,
  });
};

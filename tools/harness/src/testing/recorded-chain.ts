/** A chain of a scenario, as a node would show it: played once, then executed again from its record. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProviderInterface } from '@polkadot/rpc-provider/types';
import { type Before, createShownChain, executeBlock, type Hex } from '@veritrace/replay';
import { createEmbeddedDriver } from '../embedded/driver.ts';
import { openRecord } from '../replay/open-record.ts';
import { play } from '../run/play.ts';
import { loadScenario } from '../scenario/load.ts';

export interface RecordedChain {
  readonly provider: ProviderInterface;
  /** Hashes of its blocks from the genesis on. */
  readonly hashes: readonly Hex[];
}

/** Plays a scenario by its name and shows its chain. Whoever calls it ends the embedded chain. */
export const recordedChain = async (name: string): Promise<RecordedChain> => {
  const folder = await mkdtemp(join(tmpdir(), 'veritrace-chain-'));
  const file = fileURLToPath(new URL(`../../../../scenarios/${name}.yaml`, import.meta.url));
  try {
    const scenario = await loadScenario(file);
    await play(scenario, { driver: createEmbeddedDriver(), seed: 1, record: folder });
    const record = await openRecord(folder);
    const { kind, base, name: chain, properties } = record;
    const shown = createShownChain(base, { name: chain, properties });
    const hashes = [base.hash];
    let before: Before = { ...base, state: base.after };
    for await (const block of record.read()) {
      const { state } = executeBlock(kind, before, block);
      before = { ...block, state };
      shown.show({ ...block, after: state });
      hashes.push(block.hash);
    }
    return { provider: shown.provider, hashes };
  } finally {
    await rm(folder, { recursive: true });
  }
};

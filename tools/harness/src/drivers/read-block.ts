/** Reads a block as a run takes it in. */
import { type BlockRef, readStorage, type VeritraceClient } from '@veritrace/sdk';
import { readState } from '../invariants/read.ts';
import type { TakenBlock } from './driver.ts';

/** All of a block: what was sent, what happened, the state after it and the chain's clock. */
export const readBlock = async (client: VeritraceClient, block: BlockRef): Promise<TakenBlock> => {
  const [content, state, timestamp] = await Promise.all([
    client.blocks.get(block.hash),
    readState(client, { number: block.number, hash: block.hash }),
    readStorage(client.api, block.hash, 'timestamp', 'now'),
  ]);
  return { content, state, timestamp: Number(timestamp) };
};

/** Filling the pools with transactions that are worth nothing, as someone does who wants others not to get through. */
import type { KeyringPair } from '@polkadot/keyring/types';
import { broadcast, createCall, VeritraceError } from '@veritrace/sdk';
import type { Stage } from './stage.ts';

/** How far a flood came. */
export interface Flooded {
  /** Transactions that the pool took. */
  sent: number;
  /** Their bytes. */
  bytes: number;
  /** Whether the pool took no more. */
  isFull: boolean;
}

/** Bytes that each transaction carries: large enough to fill a pool fast, small enough that many fit a block. */
const REMARK = 64 * 1024;

/**
 * Sends remarks with consecutive nonces until the pool refuses one because it is full, or `megabytes` millions of bytes
 * are sent. What an earlier flood left in the pool may be included meanwhile, or be counted late: such nonces are passed
 * over. Throws what else a node says.
 */
export const flood = async (
  { network, signal }: Pick<Stage, 'network' | 'signal'>,
  signer: KeyringPair,
  megabytes: number,
): Promise<Flooded> => {
  const { client } = network;
  return client.exclusively(client.address(signer), async () => {
    const remark = createCall(client, 'system', 'remark', [`0x${'00'.repeat(REMARK)}`]);
    const next = async (): Promise<number> =>
      (await client.api.rpc.system.accountNextIndex(client.address(signer))).toNumber();
    let nonce = await next();
    let bytes = 0;
    let sent = 0;
    while (bytes < megabytes * 1e6) {
      signal?.throwIfAborted();
      const signed = await remark.sign(signer, { nonce });
      try {
        await broadcast(client, signed);
        sent += 1;
        nonce += 1;
        bytes += (signed.hex.length - 2) / 2;
      } catch (error) {
        if (!(error instanceof VeritraceError)) throw error;
        if (error.error === 'PoolFull') return { sent, bytes, isFull: true };
        const later = error.error === 'PriorityTooLow' ? nonce + 1 : await next();
        if (later <= nonce) throw error;
        nonce = later;
      }
    }
    return { sent, bytes, isFull: false };
  });
};

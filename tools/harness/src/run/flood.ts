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
 * are sent. Throws what else a node says.
 */
export const flood = async (
  { network, signal }: Pick<Stage, 'network' | 'signal'>,
  signer: KeyringPair,
  megabytes: number,
): Promise<Flooded> => {
  const { client } = network;
  return client.exclusively(client.address(signer), async () => {
    const remark = createCall(client, 'system', 'remark', [`0x${'00'.repeat(REMARK)}`]);
    const next = await client.api.rpc.system.accountNextIndex(client.address(signer));
    const first = next.toNumber();
    let bytes = 0;
    for (let sent = 0; ; sent += 1) {
      signal?.throwIfAborted();
      if (bytes >= megabytes * 1e6) return { sent, bytes, isFull: false };
      const signed = await remark.sign(signer, { nonce: first + sent });
      try {
        await broadcast(client, signed);
      } catch (error) {
        if (error instanceof VeritraceError && error.error === 'PoolFull') {
          return { sent, bytes, isFull: true };
        }
        throw error;
      }
      bytes += (signed.hex.length - 2) / 2;
    }
  });
};

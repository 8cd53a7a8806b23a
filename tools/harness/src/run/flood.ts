/** Filling the pools with transactions that are worth nothing, as someone does who wants others not to get through. */
import type { KeyringPair } from '@polkadot/keyring/types';
import {
  broadcast,
  createCall,
  getBalance,
  type SignedCall,
  type VeritraceClient,
  VeritraceError,
} from '@veritrace/sdk';
import type { Stage } from './stage.ts';

/** How far a flood came. */
export interface Flooded {
  /** Transactions that the pool took. */
  sent: number;
  /** Their bytes. */
  bytes: number;
  /** Whether the pool took no more. */
  isFull: boolean;
  /** The nonce after the last that the pool took. */
  end: number;
}

/** Bytes that each transaction carries: large enough to fill a pool fast, small enough that many fit a block. */
const REMARK = 64 * 1024;

/** Transactions that are on their way at the same time: blocks must not take them faster than they come. */
const AT_ONCE = 8;

/** Gives one to the node; the refusal, if there is one. */
const offer = async (
  client: VeritraceClient,
  signed: SignedCall,
): Promise<VeritraceError | undefined> => {
  try {
    await broadcast(client, signed);
    return undefined;
  } catch (error) {
    if (error instanceof VeritraceError) return error;
    throw error;
  }
};

/** Whether more of a flood waits than one block could take, so that whoever comes now comes behind it. */
export interface Backlog {
  /** Bytes that wait in the node's pool. */
  waiting: number;
  /** Bytes of ordinary transactions that a block takes. */
  perBlock: number;
}

/**
 * How much of a flood that ended before nonce `end` is in no block. The node is not asked what its pool has: it forgets
 * for a moment whenever a block comes.
 */
export const backlogOf = async (
  { network }: Pick<Stage, 'network'>,
  signer: KeyringPair,
  end: number,
  read: typeof getBalance = getBalance,
): Promise<Backlog> => {
  const { client } = network;
  const address = client.address(signer);
  const { nonce } = await read(client, address, client.heads.current('best').hash);
  const { system } = client.api.consts;
  if (system === undefined) throw new Error('the runtime does not tell what a block holds');
  const { max } = system.blockLength as unknown as { max: { normal: { toNumber(): number } } };
  return { waiting: Math.max(0, end - nonce) * REMARK, perBlock: max.normal.toNumber() };
};

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
  const address = client.address(signer);
  return client.exclusively(address, async () => {
    // With an event, so that a scenario can see that blocks were full of them.
    const remark = createCall(client, 'system', 'remarkWithEvent', [`0x${'00'.repeat(REMARK)}`]);
    const next = async (): Promise<number> =>
      (await client.api.rpc.system.accountNextIndex(address)).toNumber();
    const wanted = Math.ceil((megabytes * 1e6) / REMARK);
    let nonce = await next();
    let sent = 0;
    let bytes = 0;
    let end = nonce;
    let stuckAt: number | undefined;
    while (sent < wanted) {
      signal?.throwIfAborted();
      const nonces = Array.from(
        { length: Math.min(AT_ONCE, wanted - sent) },
        (_, at) => nonce + at,
      );
      const signed: SignedCall[] = [];
      // One after the other: a signature is put into the call itself.
      for (const one of nonces) signed.push(await remark.sign(signer, { nonce: one }));
      const refusals = await Promise.all(signed.map((one) => offer(client, one)));
      for (const [at, { hex }] of signed.entries()) {
        if (refusals[at] !== undefined) continue;
        sent += 1;
        end = Math.max(end, (nonces[at] ?? 0) + 1);
        bytes += (hex.length - 2) / 2;
      }
      if (refusals.some((one) => one?.error === 'PoolFull')) {
        // What comes before its predecessor waits elsewhere, where there is less room: only a pool that refuses the very
        // next one again is full.
        const first = await next();
        if (first === stuckAt) return { sent, bytes, isFull: true, end };
        stuckAt = first;
        nonce = first;
        continue;
      }
      const other = refusals.find((one) => one !== undefined && one.error !== 'PriorityTooLow');
      const later = other === undefined ? nonce + nonces.length : await next();
      if (other !== undefined && later <= nonce) throw other;
      nonce = later;
    }
    return { sent, bytes, isFull: false, end };
  });
};

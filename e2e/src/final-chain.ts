/** The final chain from a block on: events in order, and waiting for one of them with a deadline in blocks. */
import type { Account, Address, ChainEvent, PlacedEvent, VeritraceClient } from '@veritrace/sdk';

/** An event of a final block, with the signer of the transaction that caused it left out: events name their actors. */
export interface FinalEvent extends PlacedEvent {
  block: { number: number; hash: `0x${string}` };
}

export interface FinalChain {
  /** Every event of a final block since the start, in order. Reads what has become final since the last call. */
  events(): Promise<readonly FinalEvent[]>;
  /**
   * Waits until an event that `fits` is in a final block. Throws with what was awaited and the events about the same
   * requests that came instead.
   */
  until(what: string, fits: (event: ChainEvent) => boolean, blocks: number): Promise<FinalEvent>;
}

/** Follows from the block that is final now. */
export const followFinal = (client: VeritraceClient): FinalChain => {
  const events: FinalEvent[] = [];
  let next = client.heads.current('finalized').number + 1;

  const readUpTo = async (last: number): Promise<void> => {
    for (; next <= last; next += 1) {
      const { events: found } = await client.blocks.get(await client.blocks.hashOf(next));
      events.push(...found);
    }
  };

  return {
    events: async () => {
      await readUpTo(client.heads.current('finalized').number);
      return events;
    },
    until: async (what, fits, blocks) => {
      let looked = 0;
      const look = (): FinalEvent | undefined => {
        const found = events.slice(looked).find(({ event }) => fits(event));
        looked = events.length;
        return found;
      };
      looked = 0;
      return client.heads.waitFor({
        what,
        blocks,
        finality: 'finalized',
        look: async (head) => {
          await readUpTo(head.number);
          const found = look();
          if (found !== undefined) return { found };
          const last = events
            .slice(-8)
            .map(({ event, block }) => `${block.number} ${nameOf(event)}`);
          return { seen: `block ${head.number}, after ${last.join(', ') || 'no events'}` };
        },
      });
    },
  };
};

const nameOf = (event: ChainEvent): string =>
  event.type === 'other' ? `${event.pallet}.${event.name}` : event.type;

/** Whether an event is of a type and about a request. */
export const about =
  <Type extends ChainEvent['type']>(type: Type, request: bigint, worker?: Address) =>
  (event: ChainEvent): boolean =>
    event.type === type &&
    'request' in event &&
    event.request === request &&
    (worker === undefined || ('worker' in event && event.worker === worker));

/** The transactions of final blocks, between two heights, that an account signed. */
export const signedBy = async (
  client: VeritraceClient,
  account: Account | Address,
  from: number,
  to: number,
): Promise<{ block: number; call: string; failed: boolean }[]> => {
  const address = client.address(typeof account === 'string' ? account : account.address);
  const found: { block: number; call: string; failed: boolean }[] = [];
  for (let number = from; number <= to; number += 1) {
    const hash = await client.blocks.hashOf(number);
    const [{ block }, content] = await Promise.all([
      client.api.rpc.chain.getBlock(hash),
      client.blocks.get(hash),
    ]);
    for (const [index, extrinsic] of block.extrinsics.entries()) {
      if (!extrinsic.isSigned || client.address(extrinsic.signer.toString()) !== address) continue;
      found.push({
        block: number,
        call: `${extrinsic.method.section}.${extrinsic.method.method}`,
        failed: content.events.some(
          (placed) =>
            placed.extrinsicIndex === index && placed.event.type === 'system.ExtrinsicFailed',
        ),
      });
    }
  }
  return found;
};

/** The chain's events as they come. */
import type { PlacedEvent } from './blocks.ts';
import type { VeritraceClient } from './client.ts';
import { requestsOf } from './events.ts';
import type { BlockRef, Finality, RequestId } from './types.ts';

/** A block of the followed chain with its events. */
export interface WatchedBlock {
  block: BlockRef;
  events: readonly PlacedEvent[];
  /** Blocks that this one's chain does not have, newest first; what they said is void. Only with `best`. */
  retracted: readonly BlockRef[];
}

export interface WatchedEvent extends PlacedEvent {
  /** Requests it is about. */
  requests: RequestId[];
}

export interface WatchOptions {
  /** `best` by default. */
  finality?: Finality;
  /** Begins with the block after this one; by default with the one after the present head. */
  after?: BlockRef;
  signal?: AbortSignal;
}

/** Every block in order, none left out; after a fork the new branch, with what it retracts. */
export async function* watchBlocks(
  client: VeritraceClient,
  { finality = 'best', after, signal }: WatchOptions = {},
): AsyncGenerator<WatchedBlock> {
  let last: BlockRef = after ?? client.heads.current(finality);
  for await (const head of client.heads.follow(finality, signal)) {
    const { added, retracted } = await client.blocks.route(last, head);
    for (const [index, { hash }] of added.entries()) {
      const content = await client.blocks.get(hash);
      last = { number: content.number, hash };
      yield { block: last, events: content.events, retracted: index === 0 ? retracted : [] };
    }
    last = head;
  }
}

/**
 * Every event in order. With `best`, what a fork retracts is not reported: use `watchBlocks` where that matters, or
 * `finalized`.
 *
 * @example
 * for await (const { event, block } of watchEvents(client, { finality: 'finalized' })) {
 *   if (event.type === 'inference.Settled') console.log(block.number, event.request);
 * }
 */
export async function* watchEvents(
  client: VeritraceClient,
  options: WatchOptions = {},
): AsyncGenerator<WatchedEvent> {
  for await (const { events } of watchBlocks(client, options)) {
    for (const placed of events) yield { ...placed, requests: requestsOf(placed.event) };
  }
}

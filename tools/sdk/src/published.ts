/** What workers published in calls: the chain keeps digests, so the bytes are read where they were sent. */
import { fromHex } from './bytes.ts';
import type { VeritraceClient } from './client.ts';
import type { ChainEvent } from './events.ts';
import type { NestedCall } from './nested-calls.ts';
import { toPlain } from './plain.ts';
import { type Trace, traceFromPlain } from './trace.ts';
import type { Address, HeadRef, Hex, RequestId } from './types.ts';

/**
 * Every trace that a call in the chain's block `at` gives for a request, at any depth of nesting. Whose it is the
 * trace root tells. `head` names the chain: a descendant of that block.
 */
export const tracesIn = async (
  client: VeritraceClient,
  request: RequestId,
  at: number,
  head: HeadRef,
): Promise<Trace[]> => {
  const hash = await ancestor(client, at, head);
  return (await client.blocks.calls(hash))
    .filter(
      ({ pallet, method }) =>
        pallet === 'inference' && (method === 'submitInferenceResult' || method === 'revealResult'),
    )
    .flatMap(({ args }) => {
      const [id, trace] = args.map((arg) => toPlain(arg));
      return id === request ? [traceFromPlain(trace)] : [];
    });
};

/** What the chain accepted of a worker in the blocks from `since` to the head, newest first. */
const publishedIn = async <T>(
  client: VeritraceClient,
  since: number,
  head: HeadRef,
  { isTold, read }: { isTold(event: ChainEvent): boolean; read(call: NestedCall): T | undefined },
): Promise<T[]> => {
  const found: T[] = [];
  for (let at = head; at.number >= since && at.number > 0; ) {
    const { events } = await client.blocks.get(at.hash);
    if (events.some(({ event }) => isTold(event))) {
      for (const call of await client.blocks.calls(at.hash)) {
        const published = read(call);
        if (published !== undefined) found.push(published);
      }
    }
    at = await client.blocks.parent(at);
  }
  return found;
};

/**
 * Openings for a node of a claim that the chain accepted in the blocks from `since` to the head, newest first. Openings
 * are bound to their leaf by the proof made from them, so one of another worker does no harm.
 */
export const openingsIn = (
  client: VeritraceClient,
  claim: { request: RequestId; worker: Address; node: number },
  since: number,
  head: HeadRef,
): Promise<Uint8Array[]> =>
  publishedIn(client, since, head, {
    isTold: (event) =>
      event.type === 'disputes.NodeOpened' &&
      event.request === claim.request &&
      event.worker === claim.worker &&
      event.node === claim.node,
    read: ({ pallet, method, args }) => {
      if (pallet !== 'disputes' || method !== 'open') return undefined;
      const [request, node, opening] = args.map((arg) => toPlain(arg));
      return request === claim.request && node === claim.node ? fromHex(opening as Hex) : undefined;
    },
  });

/**
 * Leaves of a page of a claim that the chain accepted in the blocks from `since` to the head, newest first. Whose they
 * are the hash of the page tells.
 */
export const openedPagesIn = (
  client: VeritraceClient,
  claim: { request: RequestId; worker: Address; page: number },
  since: number,
  head: HeadRef,
): Promise<Uint8Array[][]> =>
  publishedIn(client, since, head, {
    isTold: (event) =>
      event.type === 'disputes.PageOpened' &&
      event.request === claim.request &&
      event.worker === claim.worker &&
      event.page === claim.page,
    read: ({ pallet, method, args }) => {
      if (pallet !== 'disputes' || method !== 'openPage') return undefined;
      const [request, page, leaves] = args.map((arg) => toPlain(arg));
      const isMeant = request === claim.request && page === claim.page;
      return isMeant ? (leaves as Hex[]).map(fromHex) : undefined;
    },
  });

/** Hash of a block's ancestor by number: by index where the block is final, else along parents. */
const ancestor = async (client: VeritraceClient, number: number, head: HeadRef): Promise<Hex> => {
  if (number <= client.heads.current('finalized').number) return client.blocks.hashOf(number);
  let at = head;
  while (at.number > number) at = await client.blocks.parent(at);
  return at.hash;
};

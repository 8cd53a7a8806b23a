/** What workers published in calls: the chain keeps digests, so the bytes are read where they were sent. */
import { fromHex } from './bytes.ts';
import type { VeritraceClient } from './client.ts';
import { callsOf } from './nested-calls.ts';
import { toPlain } from './plain.ts';
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
): Promise<Uint8Array[][]> => {
  const hash = await ancestor(client, at, head);
  const { extrinsics } = await client.blocks.get(hash);
  return extrinsics
    .flatMap((extrinsic) => callsOf(client.api, extrinsic))
    .filter(
      ({ pallet, method }) =>
        pallet === 'inference' && (method === 'submitInferenceResult' || method === 'revealResult'),
    )
    .flatMap(({ args }) => {
      const [id, trace] = args.map((arg) => toPlain(arg));
      return id === request ? [(trace as Hex[]).map(fromHex)] : [];
    });
};

/**
 * Openings for a node of a claim that the chain accepted in the blocks from `since` to the head, newest first. Openings
 * are bound to their leaf by the proof made from them, so one of another worker does no harm.
 */
export const openingsIn = async (
  client: VeritraceClient,
  claim: { request: RequestId; worker: Address; node: number },
  since: number,
  head: HeadRef,
): Promise<Uint8Array[]> => {
  const found: Uint8Array[] = [];
  for (let at = head; at.number >= since && at.number > 0; ) {
    const { extrinsics, events } = await client.blocks.get(at.hash);
    const opened = events.some(
      ({ event }) =>
        event.type === 'disputes.NodeOpened' &&
        event.request === claim.request &&
        event.worker === claim.worker &&
        event.node === claim.node,
    );
    if (opened) {
      for (const { pallet, method, args } of extrinsics.flatMap((each) =>
        callsOf(client.api, each),
      )) {
        if (pallet !== 'disputes' || method !== 'open') continue;
        const [request, node, opening] = args.map((arg) => toPlain(arg));
        if (request === claim.request && node === claim.node) found.push(fromHex(opening as Hex));
      }
    }
    at = await client.blocks.header(at.parentHash);
  }
  return found;
};

/** Hash of a block's ancestor by number: by index where the block is final, else along parents. */
const ancestor = async (client: VeritraceClient, number: number, head: HeadRef): Promise<Hex> => {
  if (number <= client.heads.current('finalized').number) return client.blocks.hashOf(number);
  let at = head;
  while (at.number > number) at = await client.blocks.header(at.parentHash);
  return at.hash;
};

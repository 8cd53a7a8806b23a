/** Waiting for a request's answer, and for its end. */
import type { VeritraceClient } from './client.ts';
import { DeadlineError, InferenceFailed } from './errors.ts';
import type { ChainEvent } from './events.ts';
import { getClaims } from './queries/claim.ts';
import { getRequest } from './queries/request.ts';
import type { Claim, Visibility } from './state.ts';
import type { Address, Balance, BlockRef, Finality, Hex, RequestId } from './types.ts';
import { watchBlocks } from './watch-events.ts';

/** All claims are in and may be contradicted until the window ends. */
export interface SoftResult {
  block: BlockRef;
  /** Claims that stand. */
  claims: Claim[];
  /** Whether they are all the same. */
  agreed: boolean;
  /** The answer of the first; the others' when `agreed`. Empty where an output is larger than a claim carries. */
  outputs: Uint8Array[];
  outputRoot: Hex;
  /** Whether anyone can check it, or only who holds the inputs. */
  visibility: Visibility;
  /** The first block in which it is final if no one objects. */
  finalAt: number;
}

/** The request is closed and everyone paid. */
export interface Settlement {
  block: BlockRef;
  /** Empty where an output is larger than a claim carries. */
  outputs: Uint8Array[];
  outputRoot: Hex;
  /** Whether anyone could have contradicted it, or only who held the inputs. */
  visibility: Visibility;
  /** Workers whose claims were paid. */
  workers: Address[];
  /** Out of the escrow, author's and treasury's parts included. */
  paid: Balance;
  /** Back to the user. */
  refunded: Balance;
}

export interface OutcomeOptions {
  /** The block of the request, or any later one before what is awaited. */
  after: BlockRef;
  /** Most blocks to wait, from `after`. */
  blocks: number;
  finality?: Finality;
  signal?: AbortSignal;
  /** Told every event about the request; waiting goes on when it is done. */
  onEvent?: (event: ChainEvent) => Promise<void> | void;
}

const describe = async (client: VeritraceClient, id: RequestId, block: BlockRef) => {
  const request = await getRequest(client, id, block.hash);
  if (request === undefined) return `request ${id} closed by block ${block.number}`;
  const slots = request.slots.map(({ worker, state }) => `${worker} ${state.type}`).join(', ');
  return `request ${id} ${request.status} until block ${request.due}, workers: ${slots || 'none'}`;
};

const isAbout = (event: ChainEvent, id: RequestId): boolean =>
  'request' in event && event.request === id;

/** How a request ended without an answer; `undefined` when this event is not such an end. */
const failure = (requestId: RequestId, event: ChainEvent): InferenceFailed | undefined => {
  if (!isAbout(event, requestId)) return undefined;
  switch (event.type) {
    case 'inference.RequestRefunded':
      return new InferenceFailed({
        requestId,
        outcome: event.type,
        refunded: event.refunded,
        message: `request ${requestId} was refunded${event.reason === 'InputUnavailable' ? '' : ' in full'} (${event.reason}): ${REASONS[event.reason]}`,
      });
    case 'inference.RequestCancelled':
      return new InferenceFailed({
        requestId,
        outcome: event.type,
        refunded: event.refunded,
        message: `request ${requestId} was cancelled by its user`,
      });
    case 'inference.RequestContested':
      return new InferenceFailed({
        requestId,
        outcome: event.type,
        refunded: event.refunded,
        message: `request ${requestId} was refunded: its workers disagree, and no one proved either wrong in time`,
      });
    default:
      return undefined;
  }
};

const REASONS = {
  NotAssigned: 'no workers were found. See that workers serve the model at this price, ask again.',
  NotServed: 'no worker answered in time. Ask again, with a longer deadline.',
  Convicted: 'every claim was proved wrong. Ask again.',
  Condemned: 'the model was shown to be malformed. Use another.',
  InputUnavailable:
    'a worker could not get an input, and it was not published. Give it inline, or see that the store can be reached.',
} as const;

async function* blocksOf(
  client: VeritraceClient,
  what: string,
  id: RequestId,
  { after, blocks, finality, signal }: OutcomeOptions,
) {
  let seen: BlockRef = after;
  for await (const watched of watchBlocks(client, {
    after,
    ...(finality === undefined ? {} : { finality }),
    ...(signal === undefined ? {} : { signal }),
  })) {
    yield watched;
    seen = watched.block;
    if (seen.number >= after.number + blocks) {
      const lastSeen = await describe(client, id, seen);
      throw new DeadlineError({ awaited: `${what} of request ${id}`, blocks, lastSeen });
    }
  }
  throw signal?.reason instanceof Error ? signal.reason : new Error(`stopped waiting for ${what}`);
}

/** Waits for the first claims. Throws `InferenceFailed` when the request ends without, `DeadlineError` when neither comes. */
export const awaitSoft = async (
  client: VeritraceClient,
  id: RequestId,
  options: OutcomeOptions,
): Promise<SoftResult> => {
  for await (const { block, events } of blocksOf(client, 'the claims', id, options)) {
    for (const { event } of events) {
      if (isAbout(event, id)) await options.onEvent?.(event);
      const failed = failure(id, event);
      if (failed !== undefined) throw failed;
      if (event.type !== 'inference.WindowOpened' || event.request !== id) continue;
      const [claims, request] = await Promise.all([
        getClaims(client, block.hash, id),
        getRequest(client, id, block.hash),
      ]);
      const [first] = claims;
      // Gone within the block that opened the window: what follows is a new draw, or the end.
      if (first === undefined) continue;
      return {
        block,
        claims,
        agreed: claims.every(({ traceRoot }) => traceRoot === first.traceRoot),
        outputs: first.outputs,
        outputRoot: first.outputRoot,
        visibility: request?.visibility ?? 'Private',
        finalAt: event.due,
      };
    }
  }
  throw new Error('unreachable: the blocks end with an error');
};

/** Waits for the settlement. Throws `InferenceFailed` when the request ends otherwise, `DeadlineError` when it does not end. */
export const awaitSettlement = async (
  client: VeritraceClient,
  id: RequestId,
  options: OutcomeOptions,
): Promise<Settlement> => {
  for await (const { block, events } of blocksOf(client, 'the settlement', id, options)) {
    for (const { event } of events) {
      if (isAbout(event, id)) await options.onEvent?.(event);
      const failed = failure(id, event);
      if (failed !== undefined) throw failed;
      if (event.type !== 'inference.Settled' || event.request !== id) continue;
      // Claims are gone once it is settled: they are read in the state before.
      const { parentHash } = await client.blocks.header(block.hash);
      const claims = await getClaims(client, parentHash, id);
      const paid = claims.filter(({ outputRoot }) => outputRoot === event.outputRoot);
      return {
        block,
        outputs: paid[0]?.outputs ?? [],
        outputRoot: event.outputRoot,
        visibility: event.visibility,
        workers: paid.map(({ worker }) => worker),
        paid: event.paid,
        refunded: event.refunded,
      };
    }
  }
  throw new Error('unreachable: the blocks end with an error');
};

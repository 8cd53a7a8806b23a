/** The final chain while a benchmark loads it: what became of every request, and what every block held. */
import {
  type ChainEvent,
  type PlacedEvent,
  type RequestId,
  readStorage,
  type VeritraceClient,
} from '@veritrace/sdk';
import { keyOf, type Sightings } from '../latency/observer.ts';

/** What a transaction does for an inference. */
export const stages = ['request', 'commit', 'submit', 'reveal', 'settle'] as const;
export type Stage = (typeof stages)[number];

/** A transaction in a final block. */
export interface Cost {
  stage: Stage;
  /** Picoseconds and bytes as the chain counts them after the call, with what every transaction weighs. */
  refTime: number;
  proofSize: number;
  /** Bytes of the transaction. */
  bytes: number;
  /** Smallest units. */
  fee: bigint;
  /** Whose work it is, where a worker signed it. */
  worker: string | undefined;
}

export interface WatchedBlock {
  number: number;
  /** When it was first seen here, in milliseconds of the wall clock. */
  seen: number;
  /** Picoseconds by class. */
  normal: number;
  operational: number;
  mandatory: number;
  /** What is in none of its transactions: hooks. */
  hooks: number;
  /** Bytes of its transactions. */
  bytes: number;
  costs: Cost[];
}

export interface RequestStory {
  submitted: number;
  /** When its first claim was seen: the soft result. */
  soft: number | undefined;
  /** When its settlement was seen: the hard result. */
  hard: number | undefined;
  over: boolean;
}

export interface ChainWatch {
  readonly blocks: readonly WatchedBlock[];
  readonly requests: ReadonlyMap<RequestId, RequestStory>;
  /** The request that a transaction made. */
  requestOf(hex: string): RequestId | undefined;
  /** Whether a block has a transaction that did nothing. */
  wasRefused(hex: string): boolean;
  /** Resolves when this holds, looked at after every final block. Rejects when the watch failed. */
  until(holds: (block: number) => boolean): Promise<void>;
}

/** Which stage a transaction is, by its events; `undefined` when it is none. */
export const stageOf = (
  events: readonly ChainEvent[],
  redundancy: number,
): { stage: Stage; worker: string | undefined } | undefined => {
  for (const event of events) {
    switch (event.type) {
      case 'inference.RequestSubmitted':
        return { stage: 'request', worker: undefined };
      case 'inference.ResultCommitted':
        return { stage: 'commit', worker: event.worker };
      case 'inference.ResultRevealed':
        return { stage: redundancy === 1 ? 'submit' : 'reveal', worker: event.worker };
      case 'inference.Settled':
        return { stage: 'settle', worker: undefined };
      default:
        break;
    }
  }
  return undefined;
};

const numberOf = (value: unknown): number => Number(String(value));

/** Weight that a transaction's last event gives it; `undefined` of one that failed. */
const weightIn = (
  events: readonly ChainEvent[],
): { refTime: number; proofSize: number } | undefined => {
  for (const event of events) {
    if (event.type !== 'other' || event.pallet !== 'system' || event.name !== 'ExtrinsicSuccess') {
      continue;
    }
    const { weight } = event.fields.dispatchInfo as unknown as {
      weight: { refTime: unknown; proofSize: unknown };
    };
    return { refTime: numberOf(weight.refTime), proofSize: numberOf(weight.proofSize) };
  }
  return undefined;
};

const feeIn = (events: readonly ChainEvent[]): bigint =>
  events.reduce(
    (sum, event) =>
      event.type === 'transactionPayment.TransactionFeePaid' ? sum + event.actualFee : sum,
    0n,
  );

/** What each transaction of a block was for and came to, and what all of them weigh. */
export const costsIn = (
  extrinsics: readonly string[],
  events: readonly PlacedEvent[],
  redundancy: number,
): { costs: Cost[]; refTime: number } => {
  const costs: Cost[] = [];
  let refTime = 0;
  for (const [index, hex] of extrinsics.entries()) {
    const own = events.flatMap(({ extrinsicIndex, event }) =>
      extrinsicIndex === index ? [event] : [],
    );
    const weight = weightIn(own);
    refTime += weight?.refTime ?? 0;
    const staged = stageOf(own, redundancy);
    if (staged === undefined || weight === undefined) continue;
    costs.push({ ...staged, ...weight, bytes: (hex.length - 2) / 2, fee: feeIn(own) });
  }
  return { costs, refTime };
};

const classWeight = (value: unknown): number => numberOf((value as { refTime: unknown }).refTime);

/** Follows the final chain from block `first` on. */
export const watchChain = (
  client: VeritraceClient,
  sightings: Sightings,
  first: number,
  redundancy: number,
  signal: AbortSignal,
): ChainWatch => {
  const blocks: WatchedBlock[] = [];
  const requests = new Map<RequestId, RequestStory>();
  const byHex = new Map<string, RequestId>();
  const refused = new Set<string>();
  const waiting = new Set<{
    holds(block: number): boolean;
    resolve(): void;
    reject(error: unknown): void;
  }>();
  let failure: { cause: unknown } | undefined;
  let last = first - 1;

  const take = async (number: number): Promise<void> => {
    const hash = await client.blocks.hashOf(number);
    const [content, raw, weight] = await Promise.all([
      client.blocks.get(hash),
      client.api.rpc.chain.getHeader(hash),
      readStorage(client.api, hash, 'system', 'blockWeight'),
    ]);
    const key = keyOf({ number: raw.number.toNumber(), stateRoot: raw.stateRoot.toHex() });
    const seen = sightings.best.get(key) ?? sightings.finalized.get(key) ?? Date.now();
    for (const { event, extrinsicIndex } of content.events) {
      const hex = extrinsicIndex === undefined ? undefined : content.extrinsics[extrinsicIndex];
      switch (event.type) {
        case 'system.ExtrinsicFailed':
          if (hex !== undefined) refused.add(hex);
          break;
        case 'inference.RequestSubmitted':
          requests.set(event.request, {
            submitted: seen,
            soft: undefined,
            hard: undefined,
            over: false,
          });
          if (hex !== undefined) byHex.set(hex, event.request);
          break;
        case 'inference.ResultRevealed': {
          const story = requests.get(event.request);
          if (story !== undefined) story.soft ??= seen;
          break;
        }
        case 'inference.Settled': {
          const story = requests.get(event.request);
          if (story === undefined) break;
          story.hard = seen;
          story.over = true;
          break;
        }
        case 'inference.RequestRefunded':
        case 'inference.RequestContested': {
          const story = requests.get(event.request);
          if (story !== undefined) story.over = true;
          break;
        }
        default:
          break;
      }
    }
    const { costs, refTime } = costsIn(content.extrinsics, content.events, redundancy);
    const { normal, operational, mandatory } = weight as Record<string, unknown>;
    const [a, b, c] = [classWeight(normal), classWeight(operational), classWeight(mandatory)];
    blocks.push({
      number,
      seen,
      normal: a,
      operational: b,
      mandatory: c,
      hooks: a + b + c - refTime,
      bytes: content.extrinsics.reduce((sum, hex) => sum + (hex.length - 2) / 2, 0),
      costs,
    });
    last = number;
    for (const one of [...waiting]) {
      if (!one.holds(number)) continue;
      waiting.delete(one);
      one.resolve();
    }
  };

  const follow = async (): Promise<never> => {
    for await (const head of client.heads.follow('finalized', signal)) {
      while (last < head.number) await take(last + 1);
    }
    throw signal.reason;
  };
  follow().catch((cause: unknown) => {
    failure = { cause };
    for (const { reject } of waiting) reject(cause);
    waiting.clear();
  });

  return {
    blocks,
    requests,
    requestOf: (hex) => byHex.get(hex),
    wasRefused: (hex) => refused.has(hex),
    until: (holds) =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) reject(failure.cause);
        else if (holds(last)) resolve();
        else waiting.add({ holds, resolve, reject });
      }),
  };
};

/** Disputes as they are on chain: played on the embedded driver, and every transaction weighed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createEmbeddedDriver,
  type Driver,
  type Network,
  play,
  type RunReport,
  scenarioSchema,
} from '@veritrace/harness';
import type { ChainEvent, Hex, VeritraceClient } from '@veritrace/sdk';
import type { FoundModel } from '../inference/models.ts';

/** Weight as it is declared and corrected. */
export interface Weighed {
  refTime: number;
  proofSize: number;
}

/** A transaction of a dispute. */
export interface DisputeTransaction {
  /** `disputes.contradictTile` and its like. */
  call: string;
  block: number;
  /** Bytes of the whole transaction. */
  bytes: number;
  /** Before it was done, and after; both with what every transaction weighs. */
  declared: Weighed;
  actual: Weighed;
  /** The share of a block's time that it has to find free, and the one that it took. */
  blockShare: number;
  takenShare: number;
  /** What it would have cost had it been rejected, the penalty aside, and what it cost; smallest units. */
  declaredFee: bigint;
  fee: bigint;
  /** Held of the challenger until the dispute is over; of all but challenges nothing. */
  bond: bigint;
  class: string;
}

/** A conviction with everything that was sent for it. */
export interface PlayedDispute {
  node: number;
  op: string;
  /** Blocks from the claim's to the conviction's: one means in the next block. */
  blocks: number;
  transactions: DisputeTransaction[];
}

/** How convictions are made: the whole node at once, or challenge, opening and the smaller proof. */
export type Style = 'one' | 'three';

/** The story did not go as it must: its costs would be those of something else. */
export class DisputeFailed extends Error {
  override readonly name = 'DisputeFailed';
}

interface SeenTransaction extends DisputeTransaction {
  /** Node and worker that it is about, as its events tell. */
  node: number;
  worker: string;
}

interface Declared {
  weight: Weighed;
  fee: bigint;
}

const weightOf = (value: unknown): Weighed => {
  const { refTime, proofSize } = value as { refTime: unknown; proofSize: unknown };
  return { refTime: Number(String(refTime)), proofSize: Number(String(proofSize)) };
};

const plus = (a: Weighed, b: Weighed): Weighed => ({
  refTime: a.refTime + b.refTime,
  proofSize: a.proofSize + b.proofSize,
});

interface BlockWeights {
  maxBlock: unknown;
  perClass: { get(key: string): { baseExtrinsic: unknown } | undefined };
}

const blockWeights = (client: VeritraceClient): BlockWeights => {
  const { system } = client.api.consts;
  if (system === undefined) throw new DisputeFailed('the runtime does not tell what a block holds');
  return system.blockWeights as unknown as BlockWeights;
};

/** What every transaction of a class weighs: part of what an event says of it, and not of what is declared. */
const baseOf = (client: VeritraceClient, dispatchClass: string): Weighed => {
  const base = blockWeights(client).perClass.get(dispatchClass.toLowerCase())?.baseExtrinsic;
  if (base === undefined) throw new DisputeFailed(`there is no class ${dispatchClass}`);
  return weightOf(base);
};

/** Node and worker of a dispute's event; `undefined` of others. */
const disputed = (event: ChainEvent): { node: number; worker: string } | undefined => {
  switch (event.type) {
    case 'disputes.NodeChallenged':
    case 'disputes.NodeOpened':
      return { node: event.node, worker: event.worker };
    case 'disputes.ClaimConvicted':
    case 'disputes.BondReturned':
      return { node: event.subject.value, worker: event.worker };
    default:
      return undefined;
  }
};

/** Weight and fee of a transaction before it is done, as the runtime says after that block. */
const declaredOf = async (client: VeritraceClient, hex: Hex, after: Hex): Promise<Declared> => {
  const length = Buffer.alloc(4);
  length.writeUInt32LE((hex.length - 2) / 2);
  const answer = await client.api.rpc.state.call(
    'TransactionPaymentApi_query_info',
    `${hex}${length.toString('hex')}`,
    after,
  );
  const [refTime, proofSize, , fee] = client.api.createType(
    '(Compact<u64>, Compact<u64>, u8, u128)',
    answer.toU8a(true),
  ) as unknown as readonly unknown[];
  return {
    weight: { refTime: Number(String(refTime)), proofSize: Number(String(proofSize)) },
    fee: BigInt(String(fee)),
  };
};

/** What the dispute's transactions of a block were, and weighed. */
const weigh = async (client: VeritraceClient, hash: Hex): Promise<SeenTransaction[]> => {
  const content = await client.blocks.get(hash);
  const seen: SeenTransaction[] = [];
  for (const [index, hex] of content.extrinsics.entries()) {
    const events = content.events
      .filter(({ extrinsicIndex }) => extrinsicIndex === index)
      .map(({ event }) => event);
    const [about] = events.flatMap((event) => disputed(event) ?? []);
    if (about === undefined) continue;
    const success = events.find(
      (event) =>
        event.type === 'other' && event.pallet === 'system' && event.name === 'ExtrinsicSuccess',
    );
    if (success?.type !== 'other') throw new DisputeFailed(`a dispute's call failed in ${hash}`);
    const info = success.fields.dispatchInfo as unknown as { weight: unknown; class: unknown };
    const paid = events.find((event) => event.type === 'transactionPayment.TransactionFeePaid');
    const { method } = client.api.createType('Extrinsic', hex);
    const declared = await declaredOf(client, hex, content.parentHash);
    const weight = plus(declared.weight, baseOf(client, String(info.class)));
    const actual = weightOf(info.weight);
    const most = weightOf(blockWeights(client).maxBlock).refTime;
    const challenged = events.find((event) => event.type === 'disputes.NodeChallenged');
    seen.push({
      ...about,
      call: `${method.section}.${method.method}`,
      block: content.number,
      bytes: (hex.length - 2) / 2,
      declared: weight,
      blockShare: weight.refTime / most,
      takenShare: actual.refTime / most,
      actual,
      declaredFee: declared.fee,
      fee: paid?.type === 'transactionPayment.TransactionFeePaid' ? paid.actualFee : 0n,
      bond: challenged?.type === 'disputes.NodeChallenged' ? challenged.bond : 0n,
      class: String(info.class),
    });
  }
  return seen;
};

/** The embedded driver, and whatever disputes there were on it. */
const watched = (seen: SeenTransaction[], claims: Map<string, number>): Driver => {
  const driver = createEmbeddedDriver();
  const watch = (network: Network): Network => ({
    ...network,
    advance: async (from, signal) => {
      const advance = await network.advance(from, signal);
      const { content } = advance.taken;
      for (const { event } of content.events) {
        if (event.type === 'inference.ResultRevealed') claims.set(event.worker, content.number);
      }
      seen.push(...(await weigh(network.client, content.hash)));
      return advance;
    },
  });
  return { ...driver, start: async (options) => watch(await driver.start(options)) };
};

const liarAt = (node: number): string => `liar-${node}`;

/** One liar for each node, one after the other, each alone with the model. */
const storyOf = (model: FoundModel, style: Style, nodes: readonly number[], input: string) =>
  scenarioSchema.parse({
    name: 'disputes',
    description: `A lie at each node of ${model.name}, convicted in ${style}.`,
    network: {
      genesis: {
        disputes: { parameters: { maxWholeBytes: style === 'one' ? 512 * 1024 : 0 } },
      },
    },
    actors: {
      authors: { iris: { balance: 100_000 } },
      users: { paul: { balance: 100_000 } },
      workers: Object.fromEntries(
        nodes.map((node) => [
          liarAt(node),
          { serves: ['model'], later: true, behaviour: { kind: 'wrong-node', node } },
        ]),
      ),
      // What is measured is the dispute, in as few blocks as it takes.
      challengers: { vera: { balance: 100_000, seals: false } },
    },
    models: { model: { dir: model.dir, author: 'iris', price: 1 } },
    steps: nodes.flatMap((node) => [
      { do: 'join', worker: liarAt(node) },
      { do: 'request', as: `at-${node}`, user: 'paul', model: 'model', input },
      { do: 'await', request: `at-${node}`, state: 'claimed' },
      // Alone no longer: the next liar is to be drawn for the next request.
      { do: 'leave', worker: liarAt(node) },
      { do: 'await', request: `at-${node}`, state: 'refunded' },
    ]),
    expect: nodes.map((node) => ({
      that: 'convicted',
      worker: liarAt(node),
      node,
      transactions: style === 'one' ? 1 : 3,
    })),
  });

const demandPassed = (report: RunReport, style: Style): void => {
  if (report.passed) return;
  const failed = report.expectations.filter(({ passed }) => !passed);
  const [first] = failed;
  const [violated] = report.invariants.violated;
  const why =
    first !== undefined
      ? `${first.name}: ${first.detail ?? 'not met'}`
      : `block ${violated?.block}: ${violated?.invariant} is violated: ${violated?.detail}`;
  throw new DisputeFailed(`convictions in ${style}: ${why}`);
};

export interface PlayDisputesOptions {
  model: FoundModel;
  style: Style;
  nodes: readonly number[];
  /** The request's tensor. */
  input: Uint8Array;
  opOf(node: number): string;
  seed: number;
  signal?: AbortSignal;
}

/** Lies at each of the nodes and has it convicted. Throws a `DisputeFailed` when one is not, or not so. */
export const playDisputes = async ({
  model,
  style,
  nodes,
  input,
  opOf,
  seed,
  signal,
}: PlayDisputesOptions): Promise<PlayedDispute[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'veritrace-disputes-'));
  const seen: SeenTransaction[] = [];
  const claims = new Map<string, number>();
  try {
    const file = join(folder, 'input.bin');
    writeFileSync(file, input);
    const report = await play(
      { scenario: storyOf(model, style, nodes, file), file, folder, text: '' },
      {
        driver: watched(seen, claims),
        seed,
        record: undefined,
        ...(signal === undefined ? {} : { signal }),
      },
    );
    demandPassed(report, style);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return nodes.map((node): PlayedDispute => {
    // Each liar lies once, at its own node.
    const own = seen.filter((one) => one.node === node);
    const conviction = own.find(({ call }) => call.includes('contradict'));
    const claimed = conviction === undefined ? undefined : claims.get(conviction.worker);
    if (conviction === undefined || claimed === undefined) {
      throw new DisputeFailed(`the conviction at node ${node} was not seen`);
    }
    return {
      node,
      op: opOf(node),
      blocks: conviction.block - claimed,
      transactions: own.map(({ node: _node, worker: _worker, ...transaction }) => transaction),
    };
  });
};

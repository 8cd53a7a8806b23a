/** Measures what every dispute takes: off chain all proofs and their checks, on the embedded chain the convictions. */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createEmbeddedDriver, endEmbedded } from '@veritrace/harness';
import {
  byteLength,
  createReferee,
  encodeGraph,
  type LoadedGraph,
  type Referee,
} from '@veritrace/referee';
import { limitOf } from '@veritrace/sdk';
import { PROOF_CAP } from '@veritrace/worker';
import { inputsFor } from '../inference/inputs.ts';
import type { FoundModel } from '../inference/models.ts';
import { INPUTS, ROOT } from '../paths.ts';
import { createRandom, shuffled } from '../random.ts';
import { medianOf } from '../statistics.ts';
import { whole } from '../table.ts';
import { playDisputes, type Style } from './chain.ts';
import { type TimingOptions, timeChecks } from './check-times.ts';
import type { Executor } from './executor.ts';
import { filled, operatorCases, productsOf } from './operators.ts';
import { type NodeProofs, type Proof, proveNode, targets } from './proofs.ts';
import type { CheckTime, DisputesDetail, NodeRow, OperatorRow, PlayedRow } from './report.ts';

/** What a run is asked to do. */
export interface DisputesSettings {
  /** Most nodes of a model; a sample is drawn where it has more. */
  nodes: number;
  /** Instead of a sample: of each operator the node whose proof is the largest. */
  kinds: boolean;
  /** Whether convictions are played on chain, which takes some seconds for each. */
  chain: boolean;
  rounds: number;
  perRound: number;
  /** Milliseconds that the checks of one proof may take in a round. */
  milliseconds: number;
  seed: number;
}

export interface DisputesOptions extends DisputesSettings {
  models: readonly FoundModel[];
  operators: boolean;
  /** Where the checks are timed too, on a node's executor. */
  executor?: Executor;
  signal?: AbortSignal;
  note(text: string): void;
}

/** Lies tried at a node, and at one of a graph so large that proving takes long. */
const LIES = 12;
const LIES_OF_LARGE = 4;
const LARGE_BYTES = 256 * 1024;

/** As every preset sets them. */
const MAX_OPENING_BYTES = 512 * 1024;
const MAX_MACS = 40_000_000n;

/** Most input bytes of a node shown whole: as networks have it, and as `playDisputes` does to measure larger ones. */
const NETWORK_WHOLE_BYTES = 64 * 1024;
const MAX_WHOLE_BYTES = 512 * 1024;

/** All nodes, or a sample of them, in order. */
export const chosenNodes = (count: number, most: number, random: () => number): number[] => {
  const all = Array.from({ length: count }, (_, node) => node);
  return count <= most
    ? all
    : shuffled(all, random)
        .slice(0, most)
        .sort((a, b) => a - b);
};

/** Of each operator the node whose smallest proof may be the largest, by what proofs cost at most; in order. */
export const worstOfEachKind = ({
  graph,
  costs,
}: Pick<LoadedGraph, 'graph' | 'costs'>): number[] => {
  const worst = new Map<string, { node: number; bytes: number }>();
  for (const [node, { op }] of graph.nodes.entries()) {
    const cost = costs[node];
    if (cost === undefined) continue;
    const bytes = Math.min(cost.wholeBytes, cost.tileBytes, cost.elementBytes);
    const known = worst.get(op.tag);
    if (known === undefined || bytes > known.bytes) worst.set(op.tag, { node, bytes });
  }
  return [...worst.values()].map(({ node }) => node).sort((a, b) => a - b);
};

const proofsOf = ({ proofs }: NodeProofs): Proof[] =>
  targets.flatMap((target) => proofs[target] ?? []);

/** Times the checks of everything that was proved, all together: by the referee, then on the executor if there is one. */
const timeAll = async (
  referee: Referee,
  executor: Executor | undefined,
  proved: readonly NodeProofs[],
  options: TimingOptions,
): Promise<CheckTime[][]> => {
  const timed = await timeChecks(referee, proved.flatMap(proofsOf), options);
  const expected = timed.map(({ proof, samples }) => ({ proof, milliseconds: medianOf(samples) }));
  const executed = await executor?.time(expected, options);
  return proved.map((one) =>
    proofsOf(one).map((proof): CheckTime => {
      const at = timed.findIndex((check) => check.proof === proof);
      const { target, macs } = proof;
      return {
        target,
        proofBytes: proof.bytes.length,
        macs,
        samples: timed[at]?.samples ?? [],
        executor: executed?.[at]?.check ?? [],
        computing: executed?.[at]?.computing ?? [],
      };
    }),
  );
};

const prove = (
  referee: Referee,
  loaded: LoadedGraph,
  inputs: Uint8Array[],
  nodes: readonly number[],
  lies: number,
  random: () => number,
): NodeProofs[] => {
  const honest = loaded.evaluate(inputs);
  return nodes.map((node) =>
    proveNode(node, {
      referee,
      loaded,
      inputs,
      honest,
      maxOpeningBytes: MAX_OPENING_BYTES,
      lies,
      random,
    }),
  );
};

const measureOperators = async (
  referee: Referee,
  options: DisputesOptions,
): Promise<OperatorRow[]> => {
  const random = createRandom(options.seed, 'operators');
  const proved = operatorCases().map(({ name, says, graph }) => {
    const loaded = referee.loadGraph(encodeGraph(graph));
    const inputs = graph.header.inputs.map((spec, index) => filled(spec, 40_503 + 2 * index));
    const [one] = prove(referee, loaded, inputs, [0], LIES_OF_LARGE, random);
    loaded.free();
    if (one === undefined) throw new RangeError(`${name} was not proved`);
    return { name, says, products: productsOf(graph), one };
  });
  options.note(`checking proofs of ${proved.length} operators`);
  const times = await timeAll(
    referee,
    options.executor,
    proved.map(({ one }) => one),
    { ...options, random },
  );
  return proved.map(({ name, says, products }, index) => ({
    name,
    says,
    products,
    checks: times[index] ?? [],
  }));
};

/** Whether a challenger shows a node whole where the chain takes nodes of so many bytes of inputs. */
const isInOne = (
  { costs }: Pick<LoadedGraph, 'costs'>,
  { node, proofs }: NodeProofs,
  wholeBytes: number,
): boolean => {
  const cost = costs[node];
  // The other part of the cap, a share of a block, is for the chain to tell; what is played finds it out.
  return (
    cost !== undefined &&
    cost.wholeBytes <= wholeBytes &&
    cost.wholeMacs <= MAX_MACS &&
    (proofs.node?.bytes.length ?? Number.POSITIVE_INFINITY) <= PROOF_CAP.bytes
  );
};

/** How many of a list are of each kind. */
const countOf = (kinds: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const kind of kinds) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};

/** Most bytes of an input on the chain that is played on, as its runtime says. */
const inputLimit = async (): Promise<number> => {
  const network = await createEmbeddedDriver().start({
    preset: 'development',
    patch: {},
    balances: new Map(),
  });
  try {
    return limitOf(network.client, 'input') ?? Number.POSITIVE_INFINITY;
  } finally {
    await network.stop();
  }
};

/** A model whose convictions cannot be played: nobody could ask it on this chain. */
export class NotAskable extends Error {
  override readonly name = 'NotAskable';
}

const demandPlayable = async (models: readonly FoundModel[]): Promise<void> => {
  const limit = await inputLimit();
  for (const { name, manifest } of models) {
    for (const { name: input, spec } of manifest.inputs) {
      const bytes = byteLength(spec);
      if (bytes <= limit) continue;
      throw new NotAskable(
        `${name}: its input "${input}" has ${whole(bytes)} bytes, and a request brings at most ${whole(limit)} (inference.MaxInputBytes). ` +
          'Compile it for a smaller input (--shape), leave it out (--model), or measure without the chain (--no-chain).',
      );
    }
  }
};

const play = async (
  model: FoundModel,
  loaded: LoadedGraph,
  proved: readonly NodeProofs[],
  input: Uint8Array,
  { seed, signal, note }: DisputesOptions,
): Promise<PlayedRow[]> => {
  const rows: PlayedRow[] = [];
  const nodes = proved.map(({ node }) => node);
  for (const style of ['one', 'three'] satisfies Style[]) {
    const possible =
      style === 'three'
        ? nodes
        : proved.filter((one) => isInOne(loaded, one, MAX_WHOLE_BYTES)).map(({ node }) => node);
    note(`${model.name}: ${possible.length} lies on chain, each convicted in ${style}`);
    const played = await playDisputes({
      model,
      style,
      nodes: possible,
      input,
      opOf: (node) => loaded.graph.nodes[node]?.op.tag ?? '',
      seed,
      ...(signal === undefined ? {} : { signal }),
    });
    rows.push(
      ...played.map(
        ({ transactions, ...dispute }): PlayedRow => ({
          model: model.name,
          style,
          ...dispute,
          transactions: transactions.map((one) => ({
            ...one,
            fee: String(one.fee),
            declaredFee: String(one.declaredFee),
            bond: String(one.bond),
          })),
        }),
      ),
    );
  }
  return rows;
};

/** Measures. Throws when a proof does not convict, or a conviction does not come about as it must. */
export const measureDisputes = async (options: DisputesOptions): Promise<DisputesDetail> => {
  const { models, seed, signal, note } = options;
  const referee = createReferee();
  const detail: DisputesDetail = {
    models: [],
    nodes: [],
    operators: [],
    played: [],
  };
  try {
    if (options.chain) await demandPlayable(models);
    if (options.operators) detail.operators = await measureOperators(referee, options);
    for (const model of models) {
      signal?.throwIfAborted();
      const random = createRandom(seed, `disputes of ${model.name}`);
      const loaded = referee.loadGraph(readFileSync(join(model.dir, model.manifest.graph.file)));
      const { source, requests } = inputsFor(model.manifest, INPUTS, seed);
      const [inputs = []] = requests;
      const nodes = options.kinds
        ? worstOfEachKind(loaded)
        : chosenNodes(loaded.header.nodeCount, options.nodes, random);
      note(`${model.name}: proving lies at ${nodes.length} of ${loaded.header.nodeCount} nodes`);
      const lies = model.manifest.graph.bytes < LARGE_BYTES ? LIES : LIES_OF_LARGE;
      const proved = prove(referee, loaded, inputs, nodes, lies, random);
      const times = await timeAll(referee, options.executor, proved, { ...options, random });
      const inOne = proved.map((one) => isInOne(loaded, one, NETWORK_WHOLE_BYTES));
      detail.nodes.push(
        ...proved.map(
          ({ proofs: _proofs, ...one }, index): NodeRow => ({
            model: model.name,
            ...one,
            inOne: inOne[index] ?? false,
            checks: times[index] ?? [],
          }),
        ),
      );
      detail.models.push({
        name: model.name,
        dir: relative(ROOT, model.dir),
        nodes: loaded.header.nodeCount,
        operators: countOf(loaded.graph.nodes.map(({ op }) => op.tag)),
        graphBytes: model.manifest.graph.bytes,
        inputBytes: inputs.reduce((sum, one) => sum + one.length, 0),
        tried: nodes,
        lies,
        inputs: source,
      });
      const [input, ...more] = inputs;
      if (options.chain && input !== undefined && more.length === 0) {
        detail.played.push(...(await play(model, loaded, proved, input, options)));
      }
      loaded.free();
    }
  } finally {
    if (options.chain) await endEmbedded();
  }
  return detail;
};

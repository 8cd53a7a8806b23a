/**
 * Whether this machine computes a graph bit for bit: vectors are made here, from the graph, and the session's answers
 * are compared with the referee's. `veritrace worker check` does that; daemons do it by themselves on a card, before they serve.
 */

import type { Referee } from '@veritrace/referee';
import {
  elementCount,
  encodeGraph,
  type Graph,
  type GraphNode,
  type Ref,
  type TensorSpec,
} from '@veritrace/referee/graph';
import { CompileError } from '../errors.ts';
import { dtypeRange, readElements, writeElements } from '../model/tensors.ts';
import { createRandom, type Random } from '../random.ts';
import { createExactSession, type ExactSession, type ExactSessionOptions } from './session.ts';

export interface ConformanceOptions {
  /** Seed of the random vectors. Default 1. */
  seed?: number;
  /** Random vectors besides the constructed ones, for the graph and for each node. Default 8. */
  randomVectors?: number;
  /** Ends the check before the next vector; its reason is thrown. */
  signal?: AbortSignal;
  /** Told before each node is run in it alone: its number and how many the graph has. */
  onProgress?: (progress: { node: number; nodes: number }) => void;
}

/** The first difference found. */
export interface Mismatch {
  /** What was run: the whole graph, or one node alone with inputs chosen for it. */
  subject: 'graph' | 'node';
  node: number;
  op: string;
  /** Which vector, in words. */
  vector: string;
  /** First differing byte of the node's output. */
  byte: number;
  got: number | undefined;
  expected: number;
}

export type ConformanceReport =
  | { passed: true; vectors: number; bytes: number }
  | { passed: false; vectors: number; bytes: number; mismatch: Mismatch };

interface Vector {
  name: string;
  inputs: Uint8Array[];
}

type IntegerSpec = TensorSpec & { dtype: 'U8' | 'I8' | 'I32' };

const rangeOf = (spec: TensorSpec) => dtypeRange((spec as IntegerSpec).dtype);

const filled = (spec: TensorSpec, value: (index: number) => number): Uint8Array =>
  writeElements(
    spec.dtype,
    Array.from({ length: elementCount(spec.shape) }, (_, i) => value(i)),
  );

/** Zero points under which the nodes of a graph read their inputs. */
const zerosOf = ({ op }: GraphNode): number[] => {
  switch (op.tag) {
    case 'Conv':
    case 'ConvTranspose':
    case 'MatMul':
    case 'Requantise':
    case 'SumPool':
    case 'SquareRoot':
    case 'Resize':
    case 'Reduce':
      return [op.value.xZero];
    case 'Add':
    case 'BatchMatMul':
    case 'WeightedSum':
    case 'Product':
    case 'Quotient':
      return [op.value.aZero, op.value.bZero];
    case 'Table':
    case 'Lookup':
    case 'MaxPool':
    case 'Reshape':
    case 'Transpose':
    case 'Pad':
    case 'ArgMax':
    case 'Concat':
    case 'Slice':
    case 'Gather':
    case 'TopK':
      return [];
  }
};

/** Zero point of a node's weights, if sums of products with them are what it computes. */
const weightZeroOf = ({ op }: GraphNode): number | undefined => {
  switch (op.tag) {
    case 'Conv':
    case 'ConvTranspose':
    case 'MatMul':
      return op.value.wZero;
    case 'BatchMatMul':
      return op.value.bZero;
    default:
      return undefined;
  }
};

/**
 * Inputs that take one channel of a reduction to its extreme: large where its weights are positive, small where they
 * are negative, or the other way round. `undefined` for nodes without constant weights.
 */
const extreme = (
  graph: Graph,
  node: GraphNode,
  spec: TensorSpec,
  channel: number,
  sign: 1 | -1,
): Uint8Array | undefined => {
  const zero = weightZeroOf(node);
  const weights = node.inputs[1];
  if (zero === undefined || weights?.tag !== 'Initialiser') return undefined;
  const constant = graph.initialisers[weights.value];
  if (constant === undefined) return undefined;
  const elements = readElements(constant.spec.dtype, constant.data);
  const isImage = node.op.tag === 'Conv' || node.op.tag === 'ConvTranspose';
  const { shape } = constant.spec;
  const depth = isImage ? (shape[1] ?? 1) : (shape.at(-1) ?? 1);
  const [height = 1, width = 1] = isImage ? shape.slice(2) : [];
  const taps = depth * height * width;
  const outputs = elements.length / taps;
  const { min, max } = rangeOf(spec);
  const pick = (tap: number) => {
    const weight = (elements[(channel % outputs) * taps + (tap % taps)] ?? 0) - zero;
    return weight * sign > 0 ? max : min;
  };
  if (!isImage) return filled(spec, pick);
  const [, channels = 1, rows = 1, columns = 1] = spec.shape;
  return filled(spec, (index) => {
    const column = index % columns;
    const row = Math.floor(index / columns) % rows;
    const c = Math.floor(index / columns / rows) % channels;
    return pick(((c % depth) * height + (row % height)) * width + (column % width));
  });
};

const RANDOM_STYLES = ['spread', 'ends', 'narrow'] as const;
/** For 32 bits also values that tables and sums are made of, and those about what a single holds. */
const WIDE_STYLES = [...RANDOM_STYLES, 'small', 'single'] as const;
const SINGLE = 2 ** 24;

const randomTensor = (random: Random, spec: TensorSpec): Uint8Array => {
  const { min, max } = rangeOf(spec);
  const style = random.pick(spec.dtype === 'I32' ? WIDE_STYLES : RANDOM_STYLES);
  const centre = random.integer(min, max);
  const draw = (): number => {
    switch (style) {
      case 'spread':
        return random.integer(min, max);
      case 'ends':
        return random.pick([min, max]);
      case 'narrow':
        return Math.min(max, Math.max(min, centre + random.integer(-2, 2)));
      case 'small':
        return random.integer(-300, 300);
      case 'single':
        return random.pick([-SINGLE, SINGLE]) + random.integer(-3, 3);
    }
  };
  return filled(spec, draw);
};

/** Vectors for a graph: constants, patterns, extremes of the first channels of each given node, and random ones. */
const vectorsFor = (
  graph: Graph,
  readers: readonly GraphNode[],
  options: ConformanceOptions,
): Vector[] => {
  const { inputs: specs } = graph.header;
  const random = createRandom(options.seed ?? 1);
  const all = (name: string, make: (spec: TensorSpec, input: number) => Uint8Array): Vector => ({
    name,
    inputs: specs.map(make),
  });
  const zeros = [...new Set(readers.flatMap(zerosOf))];
  const vectors = [
    all('smallest', (spec) => filled(spec, () => rangeOf(spec).min)),
    all('largest', (spec) => filled(spec, () => rangeOf(spec).max)),
    all('alternating', (spec) =>
      filled(spec, (i) => (i % 2 === 0 ? rangeOf(spec).min : rangeOf(spec).max)),
    ),
    all('ramp', (spec) => filled(spec, (i) => rangeOf(spec).min + (i % 256))),
    all('equal pairs', (spec) => filled(spec, (i) => (i >> 1) % 100)),
    ...(specs.length < 2
      ? []
      : [
          all('largest against smallest', (spec, input) =>
            filled(spec, () => (input === 0 ? rangeOf(spec).max : rangeOf(spec).min)),
          ),
          all('smallest against largest', (spec, input) =>
            filled(spec, () => (input === 0 ? rangeOf(spec).min : rangeOf(spec).max)),
          ),
        ]),
    ...zeros.map((zero) =>
      all(`zero point ${zero}`, (spec) => {
        const { min, max } = rangeOf(spec);
        return filled(spec, () => Math.min(Math.max(zero, min), max));
      }),
    ),
  ];
  for (const reader of readers) {
    for (const sign of [1, -1] as const) {
      for (const channel of [0, 1, 2, 3]) {
        const [ref] = reader.inputs;
        const index = ref?.tag === 'Request' ? ref.value : -1;
        const spec = specs[index];
        const bytes = spec && extreme(graph, reader, spec, channel, sign);
        if (bytes === undefined) continue;
        vectors.push(
          all(`${sign > 0 ? 'largest' : 'smallest'} sum of channel ${channel}`, (other, input) =>
            input === index ? bytes : filled(other, () => rangeOf(other).max),
          ),
        );
      }
    }
  }
  for (let count = options.randomVectors ?? 8; count > 0; count--) {
    vectors.push(all(`random ${count}`, (spec) => randomTensor(random, spec)));
  }
  return vectors;
};

const isData = (ref: Ref): boolean => ref.tag !== 'Initialiser';

/** One node as a graph of its own, its data inputs coming from the request. */
const alone = (graph: Graph, node: GraphNode): Graph | undefined => {
  const inputs: TensorSpec[] = [];
  const initialisers: Graph['initialisers'] = [];
  const refs = node.inputs.map((ref): Ref | undefined => {
    if (isData(ref)) {
      const spec =
        ref.tag === 'Request' ? graph.header.inputs[ref.value] : graph.nodes[ref.value]?.output;
      if (spec === undefined) return undefined;
      inputs.push(spec);
      return { tag: 'Request', value: inputs.length - 1 };
    }
    const constant = graph.initialisers[ref.value];
    if (constant === undefined) return undefined;
    initialisers.push(constant);
    return { tag: 'Initialiser', value: initialisers.length - 1 };
  });
  if (refs.some((ref) => ref === undefined)) return undefined;
  return {
    header: {
      ...graph.header,
      nodeCount: 1,
      initialiserCount: initialisers.length,
      inputs,
      outputs: [0],
    },
    initialisers,
    nodes: [{ ...node, inputs: refs as Ref[] }],
  };
};

/** What makes two nodes alike to a runtime: operator, attributes, shapes. Weights differ. */
const likeness = (graph: Graph, node: GraphNode): string =>
  JSON.stringify([
    node.op,
    node.output,
    node.inputs.map((ref) =>
      ref.tag === 'Initialiser' ? graph.initialisers[ref.value]?.spec : undefined,
    ),
  ]);

/**
 * Runs a graph, and each kind of node in it alone, on vectors that are extreme for it; stops at the first bit that
 * differs from the referee's. Throws a `RefereeError` for a graph that the chain would refuse.
 */
export const conformance = async (
  graph: Graph,
  referee: Referee,
  session: ExactSessionOptions = {},
  options: ConformanceOptions = {},
): Promise<ConformanceReport> => {
  let vectors = 0;
  let bytes = 0;

  const compare = async (
    subject: Graph,
    running: ExactSession,
    readers: readonly GraphNode[],
    nodeNumber: number | undefined,
  ): Promise<Mismatch | undefined> => {
    const loaded = referee.loadGraph(encodeGraph(subject));
    try {
      for (const vector of vectorsFor(subject, readers, options)) {
        options.signal?.throwIfAborted();
        const expected = loaded.evaluate(vector.inputs);
        const got = await running.run(vector.inputs);
        vectors++;
        for (const [index, want] of expected.entries()) {
          bytes += want.length;
          const have = got[index];
          if (have !== undefined && Buffer.compare(want, have) === 0) continue;
          const byte = want.findIndex((value, at) => value !== have?.[at]);
          return {
            subject: nodeNumber === undefined ? 'graph' : 'node',
            node: nodeNumber ?? index,
            op: subject.nodes[index]?.op.tag ?? '',
            vector: vector.name,
            byte,
            got: have?.[byte],
            expected: want[byte] ?? 0,
          };
        }
      }
      return undefined;
    } finally {
      loaded.free();
    }
  };

  const running = await createExactSession(graph, { ...session, outputs: 'all' });
  try {
    const readers = graph.nodes.filter(({ inputs }) => inputs[0]?.tag === 'Request');
    const mismatch = await compare(graph, running, readers, undefined);
    if (mismatch) return { passed: false, vectors, bytes, mismatch };
  } finally {
    await running.dispose();
  }

  const seen = new Set<string>();
  for (const [number, node] of graph.nodes.entries()) {
    const kind = likeness(graph, node);
    if (seen.has(kind)) continue;
    seen.add(kind);
    const subject = alone(graph, node);
    if (subject === undefined) {
      throw new CompileError(
        'invalid-graph',
        `node ${number} refers to something that is not there`,
      );
    }
    if (subject.header.inputs.length === 0) continue;
    options.onProgress?.({ node: number, nodes: graph.nodes.length });
    const single = await createExactSession(subject, { ...session, outputs: 'all' });
    try {
      const mismatch = await compare(subject, single, subject.nodes, number);
      if (mismatch) return { passed: false, vectors, bytes, mismatch };
    } finally {
      await single.dispose();
    }
  }
  return { passed: true, vectors, bytes };
};

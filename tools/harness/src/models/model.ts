/** Compiled models as scenarios use them. */

import { type Card, cardSchema, readCard, readCompiled } from '@veritrace/compiler';
import { encodeGraph, type Graph, type LoadedGraph, type Referee } from '@veritrace/referee';
import type { Hex } from '@veritrace/sdk';
import type { LoadedModel } from '@veritrace/worker';
import { DEEP_WIDTH, type DeepModel, deepGraph } from './deep.ts';
import { BadInput, type InputPort } from './input.ts';
import type { OcrReader } from './ocr.ts';

/** A compiled model, checked by the referee. */
export interface Model extends LoadedModel {
  /** Absolute path of its folder; `undefined` when it was made on the fly. */
  dir: string | undefined;
  /** The compiled graph as a file. */
  graphBin: Uint8Array;
  graph: Graph;
  /** What the chain is told of it for people. */
  card: Card;
  input: InputPort;
  /** What the classes are called; empty when the model names none. */
  labels: readonly string[];
  /** Position among the outputs of the one that names the class; `undefined` when none does. */
  labelOutput: number | undefined;
  /** Of a model that finds or reads text, what to make of its answers; absent of others. */
  reader?: OcrReader | undefined;
}

const hex = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString('hex')}`;

/** Loads a compiled model. Throws what is wrong with the folder, or a `RefereeError` when the chain would refuse it. */
export const loadModel = async (dir: string, name: string, referee: Referee): Promise<Model> => {
  const { graphBin, manifest } = await readCompiled(dir);
  const loaded: LoadedGraph = referee.loadGraph(graphBin);
  const [input, ...more] = manifest.inputs;
  if (input === undefined || more.length > 0) {
    throw new BadInput(`${dir} takes ${manifest.inputs.length} inputs; scenarios give one`);
  }
  const labelOutput = loaded.header.outputs.findIndex(
    (node) => loaded.graph.nodes[node]?.op.tag === 'ArgMax',
  );
  return {
    name,
    dir,
    graphBin,
    loaded,
    graphRoot: hex(loaded.graphRoot),
    graph: loaded.graph,
    card: await readCard(dir),
    input: { spec: input.spec, quantisation: input.quantisation },
    labels: manifest.labels ?? [],
    labelOutput: labelOutput < 0 ? undefined : labelOutput,
  };
};

/** A graph of thousands of small nodes, as one that was compiled. */
export const makeDeepModel = (deep: DeepModel, name: string, referee: Referee): Model => {
  const graph = deepGraph(deep);
  const graphBin = encodeGraph(graph);
  const loaded = referee.loadGraph(graphBin);
  const [spec] = graph.header.inputs;
  if (spec === undefined) throw new RangeError('a deep graph takes an input');
  return {
    name,
    dir: undefined,
    graphBin,
    loaded,
    graphRoot: hex(loaded.graphRoot),
    graph,
    card: cardSchema.parse({ name, task: 'none', inputs: `${DEEP_WIDTH} numbers from 0 to 255` }),
    input: { spec, quantisation: { scale: 1, zero: 0 } },
    labels: [],
    labelOutput: deep.rows === undefined ? 0 : undefined,
  };
};

/** The class that a claim's outputs name; `undefined` when the model names none. */
export const labelOf = (model: Model, outputs: readonly Uint8Array[]): number | undefined => {
  const output = model.labelOutput === undefined ? undefined : outputs[model.labelOutput];
  if (output === undefined || output.length < 4) return undefined;
  return new DataView(output.buffer, output.byteOffset).getInt32(0, true);
};

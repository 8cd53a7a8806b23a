/** The exact program against vectors that neither it nor the referee computed. */
import { readdirSync, readFileSync } from 'node:fs';
import {
  type DType,
  dtypeSize,
  type Graph,
  type GraphNode,
  type Op,
  type Ref,
  type TensorSpec,
} from '@veritrace/referee/graph';
import { describe, expect, it } from 'vitest';
import { readElements, writeElements } from '../model/tensors.ts';
import { graphOf } from '../testing/graphs.ts';
import { evaluateReference } from '../testing/reference.ts';
import { createExactSession } from './session.ts';

interface VectorTensor {
  dtype: 'u8' | 'i8' | 'i32' | 'f32';
  shape: number[];
  data: number[];
}

interface Vector {
  name: string;
  op: Op['tag'];
  attributes: Record<string, unknown>;
  inputs: VectorTensor[];
  output: VectorTensor;
}

const TESTDATA = new URL('../../../../pallets/primitives/testdata/', import.meta.url);

const camel = (key: string): string =>
  key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Attributes as the codecs name them: camel case, `null` for absent, none at all for operators without. */
const operator = ({ op, attributes }: Vector): Op => {
  const entries = Object.entries(attributes).map(([key, value]) => [
    camel(key),
    value ?? undefined,
  ]);
  const value = entries.length === 0 ? undefined : Object.fromEntries(entries);
  return { tag: op, value } as Op;
};

const specOf = ({ dtype, shape }: VectorTensor): TensorSpec => ({
  dtype: dtype.toUpperCase() as DType,
  shape,
});

/** Scales are given by their bits. */
const bytesOfTensor = ({ dtype, data }: VectorTensor): Uint8Array =>
  dtype === 'f32'
    ? new Uint8Array(Uint32Array.from(data).buffer)
    : writeElements(dtype.toUpperCase() as DType, data);

/** How many of a node's inputs are data here; the others are weights, tables, plans, biases, scales. */
const dataInputs = ({ op, inputs }: Vector): number => {
  switch (op) {
    case 'Add':
    case 'BatchMatMul':
    case 'WeightedSum':
    case 'Product':
    case 'Quotient':
    case 'Gather':
      return 2;
    case 'Concat':
      return inputs.length;
    default:
      return 1;
  }
};

/** A graph of one node. Tensors the node takes as parameters are initialisers, the others request inputs. */
const graphFor = (vector: Vector): { graph: Graph; inputs: Uint8Array[] } => {
  const parameters = dataInputs(vector);
  const requests = vector.inputs.slice(0, parameters);
  const constants = vector.inputs.slice(parameters);
  const node: GraphNode = {
    op: operator(vector),
    inputs: vector.inputs.map(
      (_, index): Ref =>
        index < parameters
          ? { tag: 'Request', value: index }
          : { tag: 'Initialiser', value: index - parameters },
    ),
    output: specOf(vector.output),
  };
  return {
    graph: graphOf(
      requests.map(specOf),
      constants.map((tensor) => ({ spec: specOf(tensor), data: bytesOfTensor(tensor) })),
      [node],
    ),
    inputs: requests.map(bytesOfTensor),
  };
};

const files = readdirSync(TESTDATA).filter((file) => file.endsWith('.json'));

describe.each(files)('%s', (file) => {
  const vectors = JSON.parse(readFileSync(new URL(file, TESTDATA), 'utf8')) as Vector[];

  it.each(vectors.map((vector) => [vector.name, vector] as const))('%s', async (_, vector) => {
    const { graph, inputs } = graphFor(vector);
    const expected = vector.output.data;
    const dtype = vector.output.dtype.toUpperCase() as DType;

    const [reference] = evaluateReference(graph, inputs);
    expect(Array.from(readElements(dtype, reference ?? new Uint8Array()))).toEqual(expected);

    for (const graphOptimizationLevel of ['disabled', 'all'] as const) {
      const session = await createExactSession(graph, { threads: 1, graphOptimizationLevel });
      const [output] = await session.run(inputs);
      await session.dispose();
      expect(output?.length).toBe(expected.length * dtypeSize(dtype));
      expect(Array.from(readElements(dtype, output ?? new Uint8Array()))).toEqual(expected);
    }
  });
});

it('covers every operator', () => {
  expect(files.length).toBeGreaterThanOrEqual(11);
});

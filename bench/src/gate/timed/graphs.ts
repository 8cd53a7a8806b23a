/** Small graphs of one operator each, the same every time, heavy enough that the operator is what takes the time. */
import {
  type DType,
  elementCount,
  type Graph,
  type GraphNode,
  type Initialiser,
  KERNEL_VERSION,
  type Ref,
  type Requant,
  type TensorSpec,
} from '@veritrace/referee/graph';

/** Bytes that look drawn and are the same in every process. */
export const patternBytes = (length: number, salt: number): Uint8Array => {
  let state = (salt * 2_654_435_761 + 12_345) >>> 0;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
};

const spec = (dtype: DType, ...shape: number[]): TensorSpec => ({ dtype, shape });

const operand = (of: TensorSpec, salt: number): Initialiser => ({
  spec: of,
  data: patternBytes(elementCount(of.shape), salt),
});

const scale = (value: number): Initialiser => ({
  spec: spec('F32', 1),
  data: new Uint8Array(new Float32Array([value]).buffer),
});

const requant: Requant = { zero: 128, min: 0, max: 255 };
const request: Ref = { tag: 'Request', value: 0 };
const initialiser = (value: number): Ref => ({ tag: 'Initialiser', value });
const node = (value: number): Ref => ({ tag: 'Node', value });

const graphOf = (input: TensorSpec, initialisers: Initialiser[], nodes: GraphNode[]): Graph => ({
  header: {
    kernelVersion: KERNEL_VERSION,
    layoutVersion: 1,
    nodeCount: nodes.length,
    initialiserCount: initialisers.length,
    inputs: [input],
    outputs: [nodes.length - 1],
  },
  initialisers,
  nodes,
});

const square = (side: number): TensorSpec => spec('U8', 1, 8, side, side);
const image = square(8);
/** For operators that do little with each element. */
const large = square(32);
const middle = square(16);
const window = {
  kernel: [3, 3] as [number, number],
  strides: [1, 1] as [number, number],
  pads: [1, 1, 1, 1] as [number, number, number, number],
};

const conv = (groups: number, out: number): Graph =>
  graphOf(
    image,
    [operand(spec('I8', out, 8 / groups, 3, 3), 1), scale(0.001)],
    [
      {
        op: {
          tag: 'Conv',
          value: {
            groups,
            strides: [1, 1],
            pads: [1, 1, 1, 1],
            dilations: [1, 1],
            xZero: 128,
            wZero: 0,
            bias: false,
            requant,
          },
        },
        inputs: [request, initialiser(0), initialiser(1)],
        output: spec('U8', 1, out, 8, 8),
      },
    ],
  );

/** One graph for each operator whose time the gate watches. */
export const operatorGraphs = {
  conv: () => conv(1, 8),
  'conv-depthwise': () => conv(8, 8),
  matmul: () =>
    graphOf(
      spec('U8', 2, 256),
      [operand(spec('I8', 64, 256), 2), scale(0.001)],
      [
        {
          op: { tag: 'MatMul', value: { xZero: 128, wZero: 0, bias: false, requant } },
          inputs: [request, initialiser(0), initialiser(1)],
          output: spec('U8', 2, 64),
        },
      ],
    ),
  add: () =>
    graphOf(
      large,
      [scale(0.5)],
      [
        {
          op: { tag: 'Add', value: { aZero: 3, aMul: 5, bZero: 7, bMul: 11, requant } },
          inputs: [request, request, initialiser(0)],
          output: large,
        },
      ],
    ),
  table: () =>
    graphOf(
      large,
      [operand(spec('U8', 256), 3)],
      [
        {
          op: { tag: 'Table', value: undefined },
          inputs: [request, initialiser(0)],
          output: large,
        },
      ],
    ),
  'max-pool': () =>
    graphOf(
      middle,
      [],
      [{ op: { tag: 'MaxPool', value: window }, inputs: [request], output: middle }],
    ),
  'sum-pool': () =>
    graphOf(
      middle,
      [scale(1 / 9)],
      [
        {
          op: { tag: 'SumPool', value: { window, xZero: 128, requant } },
          inputs: [request, initialiser(0)],
          output: middle,
        },
      ],
    ),
  transpose: () =>
    graphOf(
      large,
      [],
      [
        {
          op: { tag: 'Transpose', value: { perm: [0, 2, 3, 1] } },
          inputs: [request],
          output: spec('U8', 1, 32, 32, 8),
        },
      ],
    ),
} satisfies Record<string, () => Graph>;

/** Convolutions, pooling and a product, as a small classifier has them. */
export const networkGraph = (side: number): Graph => {
  const image = square(side);
  const elements = elementCount(image.shape);
  return graphOf(
    image,
    [
      operand(spec('I8', 8, 8, 3, 3), 4),
      scale(0.001),
      operand(spec('I8', 8, 8, 3, 3), 5),
      operand(spec('I8', 10, elements), 6),
    ],
    [
      {
        op: {
          tag: 'Conv',
          value: { groups: 1, ...conv3, xZero: 128, wZero: 0, bias: false, requant },
        },
        inputs: [request, initialiser(0), initialiser(1)],
        output: image,
      },
      { op: { tag: 'MaxPool', value: window }, inputs: [node(0)], output: image },
      {
        op: {
          tag: 'Conv',
          value: { groups: 1, ...conv3, xZero: 128, wZero: 0, bias: false, requant },
        },
        inputs: [node(1), initialiser(2), initialiser(1)],
        output: image,
      },
      {
        op: { tag: 'Reshape', value: undefined },
        inputs: [node(2)],
        output: spec('U8', 1, elements),
      },
      {
        op: { tag: 'MatMul', value: { xZero: 128, wZero: 0, bias: false, requant: undefined } },
        inputs: [node(3), initialiser(3)],
        output: spec('I32', 1, 10),
      },
      {
        op: { tag: 'ArgMax', value: { axis: 1, keepDims: false } },
        inputs: [node(4)],
        output: spec('I32', 1),
      },
    ],
  );
};

const conv3 = {
  strides: [1, 1] as [number, number],
  pads: [1, 1, 1, 1] as [number, number, number, number],
  dilations: [1, 1] as [number, number],
};

/** One node of each operator, of the size of a real layer: what a check costs where work and bytes outweigh the rest. */
import {
  byteLength,
  type DType,
  type Graph,
  type GraphNode,
  type Initialiser,
  kernelVersionOf,
  type Op,
  type TensorSpec,
} from '@veritrace/referee';

export interface OperatorCase {
  /** Part of a metric's name. */
  name: string;
  /** What it is, in words. */
  says: string;
  graph: Graph;
}

const spec = (dtype: DType, shape: number[]): TensorSpec => ({ dtype, shape });

/** Bytes without a pattern that a cache or a branch could learn. */
export const filled = (of: TensorSpec, step = 2_654_435_761): Uint8Array =>
  Uint8Array.from({ length: byteLength(of) }, (_, index) => (Math.imul(index, step) >>> 5) & 0xff);

const weights = (shape: number[]): Initialiser => {
  const of = spec('I8', shape);
  return { spec: of, data: filled(of) };
};

const scale = (value: number): Initialiser => ({
  spec: spec('F32', [1]),
  data: new Uint8Array(new Float32Array([value]).buffer),
});

const numbers = (values: readonly number[]): Initialiser => ({
  spec: spec('I32', [values.length]),
  data: new Uint8Array(Int32Array.from(values).buffer),
});

const table = (): Initialiser => {
  const of = spec('U8', [256]);
  return { spec: of, data: filled(of, 40_503) };
};

/** A graph of one node whose inputs are the request's, then the initialisers. */
const graphOf = (
  inputs: TensorSpec[],
  initialisers: Initialiser[],
  op: Op,
  output: TensorSpec,
): Graph => {
  const node: GraphNode = {
    op,
    inputs: [
      ...inputs.map((_, value) => ({ tag: 'Request' as const, value })),
      ...initialisers.map((_, value) => ({ tag: 'Initialiser' as const, value })),
    ],
    output,
  };
  return {
    header: {
      kernelVersion: kernelVersionOf([node]),
      // Of the older layout, whose tiles and nodes are calls to the host.
      layoutVersion: 1,
      nodeCount: 1,
      initialiserCount: initialisers.length,
      inputs,
      outputs: [0],
    },
    initialisers,
    nodes: [node],
  };
};

const CHANNELS = 64;
const SIDE = 28;
const plane = spec('U8', [1, CHANNELS, SIDE, SIDE]);
const channel = spec('U8', [1, CHANNELS, 1, 1]);
const requant = { zero: 0, min: 0, max: 255 };
/** Where the rows of twice the size lie between those there are: index and share of the next, as `Resize` reads them. */
const doubled = Array.from({ length: 2 * SIDE }, (_, index) => {
  const place = Math.max(0, (index + 0.5) / 2 - 0.5);
  return Math.floor(place) * 256 + Math.round((place % 1) * 128);
});
const halves = { kernel: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] } as const;
const half = spec('U8', [1, CHANNELS, SIDE / 2, SIDE / 2]);
const window = () => ({
  kernel: [...halves.kernel] as [number, number],
  strides: [...halves.strides] as [number, number],
  pads: [...halves.pads] as [number, number, number, number],
});

const convolution = (groups: number, stride = 1, pad = 1): Op => ({
  tag: 'Conv',
  value: {
    groups,
    strides: [stride, stride],
    pads: [pad, pad, pad, pad],
    dilations: [1, 1],
    xZero: 3,
    wZero: 0,
    bias: false,
    requant,
  },
});

const DEEP = 2048;
const ROWS = 64;

/** A convolution as the models of `CONVICTION.md` have them: square, `side` of the output, padded so that this is its side. */
const layer = (
  kernel: number,
  [from, to]: readonly [from: number, to: number],
  side: number,
  { stride = 1, depthwise = false } = {},
): Omit<OperatorCase, 'name'> => {
  const groups = depthwise ? from : 1;
  return {
    says: [
      `${kernel}×${kernel}${depthwise ? ' depthwise' : ''}`,
      depthwise ? String(from) : `${from}→${to}`,
      ...(stride === 1 ? [] : [`stride ${stride}`]),
      `${side}×${side}`,
    ].join(', '),
    graph: graphOf(
      [spec('U8', [1, from, side * stride, side * stride])],
      [weights([to, from / groups, kernel, kernel]), scale(0.001)],
      convolution(groups, stride, (kernel - 1) / 2),
      spec('U8', [1, to, side, side]),
    ),
  };
};

/** What is measured of each operator. A new one does not compile before it is here. */
const builders: Record<Op['tag'], () => Omit<OperatorCase, 'name'>[]> = {
  Conv: () => [
    {
      says: `3×3, ${CHANNELS} to ${CHANNELS} channels, ${SIDE}×${SIDE}`,
      graph: graphOf(
        [plane],
        [weights([CHANNELS, CHANNELS, 3, 3]), scale(0.001)],
        convolution(1),
        plane,
      ),
    },
    {
      says: `3×3, depthwise, ${CHANNELS} channels, ${SIDE}×${SIDE}`,
      graph: graphOf(
        [plane],
        [weights([CHANNELS, 1, 3, 3]), scale(0.001)],
        convolution(CHANNELS),
        plane,
      ),
    },
    layer(1, [96, 576], 14),
    layer(3, [96, 96], 20),
    layer(3, [3, 32], 112, { stride: 2 }),
    layer(3, [32, 32], 112, { depthwise: true }),
    layer(3, [240, 240], 20, { depthwise: true }),
    layer(3, [96, 96], 28, { stride: 2, depthwise: true }),
    layer(5, [240, 240], 20, { depthwise: true }),
  ],
  MatMul: () => [
    {
      says: `${DEEP} to ${ROWS}`,
      graph: graphOf(
        [spec('U8', [1, DEEP])],
        [weights([ROWS, DEEP]), scale(0.001)],
        { tag: 'MatMul', value: { xZero: 3, wZero: 0, bias: false, requant } },
        spec('U8', [1, ROWS]),
      ),
    },
    {
      says: '40×120 by 2,048',
      graph: graphOf(
        [spec('U8', [40, 120])],
        [weights([DEEP, 120]), scale(0.001)],
        { tag: 'MatMul', value: { xZero: 3, wZero: 0, bias: false, requant } },
        spec('U8', [40, DEEP]),
      ),
    },
  ],
  Requantise: () => [
    {
      says: `${CHANNELS} channels, ${SIDE}×${SIDE}`,
      graph: graphOf(
        [plane],
        [scale(0.5)],
        { tag: 'Requantise', value: { xZero: 3, requant } },
        plane,
      ),
    },
  ],
  Table: () => [
    {
      says: `${CHANNELS} channels, ${SIDE}×${SIDE}`,
      graph: graphOf([plane], [table()], { tag: 'Table', value: undefined }, plane),
    },
  ],
  MaxPool: () => [
    {
      says: `2×2, ${CHANNELS} channels, ${SIDE}×${SIDE}`,
      graph: graphOf([plane], [], { tag: 'MaxPool', value: window() }, half),
    },
  ],
  SumPool: () => [
    {
      says: `2×2, ${CHANNELS} channels, ${SIDE}×${SIDE}`,
      graph: graphOf(
        [plane],
        [scale(0.25)],
        { tag: 'SumPool', value: { window: window(), xZero: 0, requant } },
        half,
      ),
    },
  ],
  Add: () => [
    {
      says: `${CHANNELS} channels, ${SIDE}×${SIDE}`,
      graph: graphOf(
        [plane, plane],
        [scale(0.25)],
        { tag: 'Add', value: { aZero: 3, aMul: 1, bZero: 5, bMul: 2, requant } },
        plane,
      ),
    },
  ],
  Reshape: () => [
    {
      says: `${CHANNELS} channels, ${SIDE}×${SIDE}, to a row`,
      graph: graphOf(
        [plane],
        [],
        { tag: 'Reshape', value: undefined },
        spec('U8', [1, CHANNELS * SIDE * SIDE]),
      ),
    },
  ],
  Transpose: () => [
    {
      says: `${CHANNELS} channels, ${SIDE}×${SIDE}, channels last`,
      graph: graphOf(
        [plane],
        [],
        { tag: 'Transpose', value: { perm: [0, 2, 3, 1] } },
        spec('U8', [1, SIDE, SIDE, CHANNELS]),
      ),
    },
  ],
  Pad: () => [
    {
      says: `${CHANNELS} channels, ${SIDE}×${SIDE}, by one around`,
      graph: graphOf(
        [plane],
        [],
        {
          tag: 'Pad',
          value: {
            pads: [
              [0, 0],
              [0, 0],
              [1, 1],
              [1, 1],
            ],
            value: 3,
          },
        },
        spec('U8', [1, CHANNELS, SIDE + 2, SIDE + 2]),
      ),
    },
  ],
  ArgMax: () => [
    {
      says: `of ${DEEP}, ${ROWS} rows`,
      graph: graphOf(
        [spec('U8', [ROWS, DEEP])],
        [],
        { tag: 'ArgMax', value: { axis: 1, keepDims: false } },
        spec('I32', [ROWS]),
      ),
    },
  ],
  ConvTranspose: () => [
    {
      says: `2×2, stride 2, ${CHANNELS} to ${CHANNELS} channels, ${SIDE}×${SIDE}`,
      graph: graphOf(
        [plane],
        [weights([CHANNELS, CHANNELS, 2, 2]), scale(0.001)],
        {
          tag: 'ConvTranspose',
          value: {
            groups: 1,
            strides: [2, 2],
            pads: [0, 0, 0, 0],
            dilations: [1, 1],
            xZero: 3,
            wZero: 0,
            bias: false,
            requant,
          },
        },
        spec('U8', [1, CHANNELS, 2 * SIDE, 2 * SIDE]),
      ),
    },
  ],
  BatchMatMul: () => [
    {
      says: `8 products of ${ROWS}×64 and 64×${ROWS}`,
      graph: graphOf(
        [spec('U8', [8, ROWS, 64]), spec('U8', [8, ROWS, 64])],
        [scale(0.001)],
        { tag: 'BatchMatMul', value: { aZero: 3, bZero: 5, requant } },
        spec('U8', [8, ROWS, ROWS]),
      ),
    },
  ],
  WeightedSum: () => [
    {
      says: `${CHANNELS} channels, ${SIDE}×${SIDE}, less one value a channel`,
      graph: graphOf(
        [plane, channel],
        [scale(0.25)],
        { tag: 'WeightedSum', value: { aZero: 3, aMul: 2, bZero: 5, bMul: -1, requant } },
        plane,
      ),
    },
  ],
  Product: () => [
    {
      says: `${CHANNELS} channels, ${SIDE}×${SIDE}, by one value a channel`,
      graph: graphOf(
        [plane, channel],
        [scale(0.01)],
        { tag: 'Product', value: { aZero: 3, bZero: 5, requant } },
        plane,
      ),
    },
  ],
  Quotient: () => [
    {
      says: `${CHANNELS} channels, ${SIDE}×${SIDE}, by one value a channel`,
      graph: graphOf(
        [plane, channel],
        [scale(100)],
        { tag: 'Quotient', value: { aZero: 3, bZero: 0, requant } },
        plane,
      ),
    },
  ],
  SquareRoot: () => [
    {
      says: `${CHANNELS} channels, ${SIDE}×${SIDE}`,
      graph: graphOf(
        [plane],
        [scale(16)],
        { tag: 'SquareRoot', value: { xZero: 3, requant } },
        plane,
      ),
    },
  ],
  Concat: () => [
    {
      says: `twice ${CHANNELS} channels, ${SIDE}×${SIDE}`,
      graph: graphOf(
        [plane, plane],
        [],
        { tag: 'Concat', value: { axis: 1 } },
        spec('U8', [1, 2 * CHANNELS, SIDE, SIDE]),
      ),
    },
  ],
  Slice: () => [
    {
      says: `every other row and column of ${CHANNELS} channels, ${SIDE}×${SIDE}`,
      graph: graphOf(
        [plane],
        [],
        {
          tag: 'Slice',
          value: {
            ranges: [
              [0, 1],
              [0, 1],
              [0, 2],
              [0, 2],
            ],
          },
        },
        half,
      ),
    },
  ],
  Gather: () => [
    {
      says: `${ROWS} of ${DEEP} rows of 64`,
      graph: graphOf(
        [spec('U8', [DEEP, 64])],
        [numbers(Array.from({ length: ROWS }, (_, index) => (index * 37) % DEEP))],
        { tag: 'Gather', value: { axis: 0 } },
        spec('U8', [ROWS, 64]),
      ),
    },
  ],
  Resize: () => [
    {
      says: `linear, ${CHANNELS} channels, ${SIDE}×${SIDE}, to twice the size`,
      graph: graphOf(
        [plane],
        [numbers(doubled), numbers(doubled), scale(1 / 2 ** 14)],
        { tag: 'Resize', value: { xZero: 3, requant } },
        spec('U8', [1, CHANNELS, 2 * SIDE, 2 * SIDE]),
      ),
    },
  ],
  Reduce: () => [
    {
      says: `sum over ${DEEP}, ${ROWS} rows`,
      graph: graphOf(
        [spec('U8', [ROWS, DEEP])],
        [],
        {
          tag: 'Reduce',
          value: { reduction: 'Sum', axes: [1], keepDims: true, xZero: 3, requant: undefined },
        },
        spec('I32', [ROWS, 1]),
      ),
    },
  ],
  Lookup: () => [
    {
      says: `${CHANNELS} channels, ${SIDE}×${SIDE}`,
      graph: graphOf(
        [plane],
        [numbers(Array.from({ length: 256 }, (_, index) => index * 1_013))],
        { tag: 'Lookup', value: undefined },
        spec('I32', [1, CHANNELS, SIDE, SIDE]),
      ),
    },
  ],
  TopK: () => [
    {
      says: `5 of ${DEEP}, ${ROWS} rows`,
      graph: graphOf(
        [spec('U8', [ROWS, DEEP])],
        [],
        { tag: 'TopK', value: { axis: 1, largest: true, indices: true } },
        spec('I32', [ROWS, 5]),
      ),
    },
  ],
};

const elements = (shape: readonly number[]): number => shape.reduce((all, side) => all * side, 1);

/**
 * Products of 8-bit integers that the node of a case is made of; `undefined` where it sums none. The chain counts its own
 * units of work, which are more where convolutions are of few products.
 */
export const productsOf = ({ nodes: [node], ...graph }: Graph): number | undefined => {
  if (node === undefined) return undefined;
  const { shape } = node.output;
  const [input, second] = node.inputs.map((ref) => {
    const tensors = ref.tag === 'Request' ? graph.header.inputs : graph.initialisers;
    const one = tensors[ref.value];
    return one === undefined || 'shape' in one ? one?.shape : one.spec.shape;
  });
  if (input === undefined || second === undefined) return undefined;
  switch (node.op.tag) {
    case 'Conv':
      return elements(shape) * elements(second.slice(1));
    case 'ConvTranspose':
      return (elements(input) * elements(second)) / (second[1] ?? 1) / node.op.value.groups;
    case 'MatMul':
    case 'BatchMatMul':
      return elements(shape) * (second.at(-1) ?? 1);
    default:
      return undefined;
  }
};

/** One case or more for each operator. */
export const operatorCases = (): OperatorCase[] =>
  Object.entries(builders).flatMap(([tag, build]) =>
    build().map((one, index) => ({
      name: index === 0 ? tag : `${tag}-${index + 1}`,
      ...one,
    })),
  );

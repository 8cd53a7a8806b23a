/** Float models against what they compile to: the right operators, nearly the same numbers, exactly the same bits. */
import { createReferee } from '@veritrace/referee';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { type CompiledModel, type CompileOptions, compile } from './compile.ts';
import { createExactSession } from './exact/session.ts';
import { importOnnx } from './onnx/import.ts';
import { withInterface } from './onnx/schema.ts';
import { feedsOf, openTensors } from './quantise/observe.ts';
import { compileReport } from './report.ts';
import { type Sketch, sketch, type TestModel } from './testing/onnx-models.ts';
import { dequantiseValues, quantiseValues } from './values.ts';

const referee = createReferee();
const SAMPLES = 24;

const build = (model: TestModel, options: Partial<CompileOptions> = {}): Promise<CompiledModel> =>
  compile(model.onnx, {
    name: 'test',
    label: false,
    calibration: { samples: model.samples(SAMPLES) },
    ...options,
  });

/** Bits equal to the referee's on every sample, and the root mean square error relative to the output's spread. */
const judge = async (model: TestModel, compiled: CompiledModel): Promise<number> => {
  const { onnx } = model;
  const graph = importOnnx(onnx);
  const [name = ''] = graph.outputs;
  const float = await ort.InferenceSession.create(
    withInterface(onnx, { output: [{ name, type: { tensorType: { elemType: 1 } } }] }),
    // The optimiser merges quantisation pairs, and would compute something else.
    { graphOptimizationLevel: 'disabled' },
  );
  const exact = await createExactSession(compiled.graph);
  const loaded = referee.loadGraph(compiled.graphBin);
  const [output] = compiled.outputs;
  if (output === undefined) throw new Error('no output');
  let [error, sum, squares, count] = [0, 0, 0, 0];
  for (const sample of model.samples(SAMPLES)) {
    const want = (await float.run(feedsOf(graph, sample)))[name]?.data as Float32Array;
    const request = compiled.inputs.map(({ spec, quantisation }, index) =>
      quantiseValues(spec, quantisation, sample[index] ?? []),
    );
    const nodes = await exact.run(request);
    for (const [index, bytes] of loaded.evaluate(request).entries()) {
      expect(Buffer.compare(bytes, nodes[index] ?? new Uint8Array()), `node ${index}`).toBe(0);
    }
    const got = dequantiseValues(
      output.spec,
      output.quantisation,
      nodes[output.node] ?? new Uint8Array(),
    );
    expect(got.length).toBe(want.length);
    got.forEach((value, index) => {
      const wanted = want[index] ?? 0;
      error += (value - wanted) ** 2;
      sum += wanted;
      squares += wanted ** 2;
      count++;
    });
  }
  await Promise.all([float.release(), exact.dispose()]);
  loaded.free();
  const variance = squares / count - (sum / count) ** 2;
  return Math.sqrt(error / count / variance);
};

const tags = (compiled: CompiledModel): string =>
  compiled.graph.nodes.map(({ op }) => op.tag).join(' ');

const conv = (
  { op, weights }: Sketch,
  x: string,
  shape: readonly number[],
  attributes: Parameters<Sketch['op']>[2] = { pads: [1, 1, 1, 1] },
): string => op('Conv', [x, weights(shape, 0.5), weights([shape[0] ?? 1], 0.5)], attributes);

const batchNorm = ({ op, weights, floats }: Sketch, x: string, channels: number): string => {
  const positive = Array.from({ length: channels }, (_, c) => 0.5 + c / channels);
  return op(
    'BatchNormalization',
    [
      x,
      floats([channels], positive),
      weights([channels]),
      weights([channels]),
      floats([channels], positive),
    ],
    { epsilon: { float: 1e-3 } },
  );
};

interface Case {
  shapes: number[][];
  draw: (sketch: Sketch, inputs: string[]) => string;
  /** Operators that come out. */
  nodes: string;
  /** Largest relative error; default 3 %. */
  error?: number;
  opset?: number;
  options?: Partial<CompileOptions>;
}

const CASES: Record<string, Case> = {
  'normalisation and a clamp fold into the convolution': {
    shapes: [[1, 3, 8, 8]],
    draw: (s, [x = '']) =>
      s.op('Clip', [
        batchNorm(s, conv(s, x, [5, 3, 3, 3]), 5),
        s.floats([], [0]),
        s.floats([], [6]),
      ]),
    nodes: 'Conv',
  },
  'clamps compose inside out': {
    shapes: [[1, 2, 6, 6]],
    draw: (s, [x = '']) =>
      s.op('Clip', [
        s.op('Relu', [conv(s, x, [3, 2, 3, 3])]),
        s.floats([], [-1]),
        s.floats([], [1.5]),
      ]),
    nodes: 'Conv',
  },
  'attributes of Clip before opset 11': {
    shapes: [[1, 2, 6, 6]],
    draw: (s, [x = '']) =>
      s.op('Clip', [conv(s, x, [3, 2, 3, 3])], { min: { float: -0.5 }, max: { float: 2 } }),
    nodes: 'Conv',
    opset: 10,
  },
  'a residual connection becomes a weighted sum': {
    shapes: [[1, 4, 6, 6]],
    draw: (s, [x = '']) => {
      const left = s.op('Relu', [conv(s, x, [4, 4, 3, 3])]);
      const right = conv(s, left, [4, 4, 1, 1], {});
      return s.op('Relu', [s.op('Add', [left, right])]);
    },
    nodes: 'Conv Conv Add',
  },
  'a hard swish written as a diamond is one table': {
    shapes: [[1, 3, 6, 6]],
    draw: (s, [x = '']) => {
      const y = conv(s, x, [4, 3, 3, 3]);
      const gate = s.op('Clip', [
        s.op('Add', [y, s.floats([1], [3])]),
        s.floats([], [0]),
        s.floats([], [6]),
      ]);
      return s.op('Div', [s.op('Mul', [y, gate]), s.floats([1], [6])]);
    },
    nodes: 'Conv Table',
  },
  'a chain of functions is one table': {
    shapes: [[2, 5]],
    draw: (s, [x = '']) => s.op('Sigmoid', [s.op('Mul', [s.op('Tanh', [x]), s.floats([], [3])])]),
    nodes: 'Table',
  },
  'gelu, spelt with Erf': {
    shapes: [[3, 16]],
    draw: (s, [x = '']) => {
      const half = s.op('Mul', [x, s.floats([], [0.5])]);
      const erf = s.op('Erf', [s.op('Div', [x, s.floats([], [Math.SQRT2])])]);
      return s.op('Mul', [half, s.op('Add', [erf, s.floats([], [1])])]);
    },
    nodes: 'Table',
  },
  'a normalisation that nothing precedes': {
    shapes: [[1, 3, 5, 5]],
    draw: (s, [x = '']) =>
      s.op('Relu', [batchNorm(s, s.op('MaxPool', [x], { kernel_shape: [2, 2] }), 3)]),
    nodes: 'MaxPool Conv',
  },
  'a normalisation of vectors': {
    shapes: [[2, 6]],
    draw: (s, [x = '']) => batchNorm(s, s.op('Relu', [x]), 6),
    nodes: 'Table Reshape Conv Reshape',
  },
  'constants per channel': {
    shapes: [[1, 3, 4, 4]],
    draw: (s, [x = '']) =>
      s.op('Sub', [
        s.op('Mul', [conv(s, x, [3, 3, 1, 1], {}), s.floats([3, 1, 1], [0.5, 1, 2])]),
        s.floats([1, 3, 1, 1], [0.1, -0.2, 0.3]),
      ]),
    nodes: 'Conv',
  },
  'a matrix product with its bias apart': {
    shapes: [[4, 32]],
    draw: (s, [x = '']) =>
      s.op('Relu', [s.op('Add', [s.op('MatMul', [x, s.weights([32, 10])]), s.weights([10])])]),
    nodes: 'MatMul',
  },
  'a matrix product of rank three': {
    shapes: [[2, 3, 16]],
    draw: (s, [x = '']) => s.op('MatMul', [x, s.weights([16, 5])]),
    nodes: 'Reshape MatMul Reshape',
  },
  'a transposed constant': {
    shapes: [[2, 8]],
    draw: (s, [x = '']) => s.op('MatMul', [x, s.op('Transpose', [s.weights([4, 8])])]),
    nodes: 'MatMul',
  },
  'a product so long that its sums are split': {
    shapes: [[1, 3000]],
    draw: (s, [x = '']) =>
      s.op('Gemm', [x, s.weights([7, 3000], 3), s.weights([7])], { transB: 1 }),
    nodes: 'MatMul',
  },
  'padding by rule, groups, strides and dilations': {
    shapes: [[1, 4, 9, 10]],
    draw: (s, [x = '']) => {
      const a = conv(s, x, [8, 2, 3, 2], { auto_pad: 'SAME_UPPER', strides: [2, 1], group: 2 });
      const b = conv(s, s.op('Relu', [a]), [8, 1, 3, 3], { auto_pad: 'SAME_LOWER', group: 8 });
      return conv(s, b, [3, 8, 2, 2], { auto_pad: 'VALID', dilations: [2, 3] });
    },
    nodes: 'Conv Conv Conv',
  },
  'poolings of every kind': {
    shapes: [[1, 3, 11, 11]],
    draw: (s, [x = '']) => {
      const padded = s.op('Pad', [x, s.ints([0, 0, 1, 0, 0, 0, 1, 2]), s.floats([], [0.25])]);
      const max = s.op('MaxPool', [padded], {
        kernel_shape: [3, 3],
        strides: [2, 2],
        ceil_mode: 1,
      });
      const mean = s.op('AveragePool', [max], {
        kernel_shape: [2, 2],
        pads: [1, 0, 0, 1],
        count_include_pad: 1,
      });
      return s.op('Flatten', [s.op('GlobalAveragePool', [s.op('Relu', [mean])])]);
    },
    nodes: 'Pad MaxPool SumPool SumPool Reshape',
    error: 0.06,
  },
  'a mean over the plane that drops it': {
    shapes: [[2, 3, 4, 4]],
    draw: (s, [x = '']) =>
      s.op('ReduceMean', [conv(s, x, [4, 3, 1, 1], {})], { axes: [2, 3], keepdims: 0 }),
    nodes: 'Conv SumPool Reshape',
    error: 0.06,
  },
  'operators that only move elements': {
    shapes: [[2, 3, 4]],
    draw: (s, [x = '']) => {
      const moved = s.op('Transpose', [x], { perm: [2, 0, 1] });
      const tall = s.op('Unsqueeze', [moved, s.ints([0])]);
      const flat = s.op('Reshape', [s.op('Squeeze', [tall, s.ints([0])]), s.ints([0, -1])]);
      return s.op('Identity', [s.op('Dropout', [flat])]);
    },
    nodes: 'Transpose Reshape',
  },
  'two inputs of different scales': {
    shapes: [
      [1, 6],
      [1, 6],
    ],
    draw: (s, [a = '', b = '']) => s.op('Add', [s.op('Mul', [a, s.floats([], [40])]), b]),
    nodes: 'Table Add',
  },
  '32-bit logits': {
    shapes: [[1, 16]],
    draw: (s, [x = '']) => s.op('Gemm', [x, s.weights([16, 4]), s.weights([4])]),
    nodes: 'MatMul',
    options: { logits: 'I32' },
  },
  'ranges chosen by percentile': {
    shapes: [[1, 3, 8, 8]],
    draw: (s, [x = '']) => conv(s, s.op('Relu', [conv(s, x, [5, 3, 3, 3])]), [2, 5, 3, 3]),
    nodes: 'Conv Conv',
    options: { calibration: { samples: [], method: 'percentile' } },
  },
  'ranges chosen by squared error': {
    shapes: [[1, 3, 8, 8]],
    draw: (s, [x = '']) => conv(s, s.op('Relu', [conv(s, x, [5, 3, 3, 3])]), [2, 5, 3, 3]),
    nodes: 'Conv Conv',
    options: { calibration: { samples: [], method: 'mse' } },
  },
};

const gate = (s: Sketch, x: string, channels: number): string => {
  const squeezed = s.op('GlobalAveragePool', [x]);
  const inner = s.op('Relu', [conv(s, squeezed, [2, channels, 1, 1], {})]);
  return s.op('HardSigmoid', [conv(s, inner, [channels, 2, 1, 1], {})]);
};

/** Lowered to operators of version 2. */
const WIDER: Record<string, Case> = {
  'a transposed convolution and its normalisation': {
    shapes: [[1, 4, 5, 6]],
    draw: (s, [x = '']) => {
      const y = s.op('ConvTranspose', [x, s.weights([4, 3, 2, 2]), s.weights([3])], {
        strides: [2, 2],
      });
      return s.op('Relu', [batchNorm(s, y, 3)]);
    },
    nodes: 'ConvTranspose',
  },
  'a sum that broadcasts': {
    shapes: [
      [1, 4, 6, 6],
      [1, 4, 1, 1],
    ],
    draw: (s, [a = '', b = '']) => s.op('Relu', [s.op('Add', [a, b])]),
    nodes: 'WeightedSum',
  },
  'a difference': {
    shapes: [
      [2, 6],
      [2, 6],
    ],
    draw: (s, [a = '', b = '']) => s.op('Sub', [a, s.op('Mul', [b, s.floats([], [3])])]),
    nodes: 'Table WeightedSum',
  },
  'squeeze and excite': {
    shapes: [[1, 4, 6, 6]],
    draw: (s, [x = '']) => {
      const y = s.op('Relu', [conv(s, x, [4, 4, 3, 3])]);
      return s.op('Mul', [y, gate(s, y, 4)]);
    },
    nodes: 'Conv SumPool Conv Conv Table Product',
  },
  'the average of large planes, in two steps': {
    shapes: [[1, 2, 61, 50]],
    draw: (s, [x = '']) => s.op('GlobalAveragePool', [conv(s, x, [24, 2, 1, 1], {})]),
    nodes: 'Conv SumPool Reduce',
  },
  'a quotient of positive numbers': {
    shapes: [
      [2, 8],
      [2, 8],
    ],
    draw: (s, [a = '', b = '']) =>
      s.op('Div', [a, s.op('Add', [s.op('Sigmoid', [b]), s.floats([], [1])])]),
    nodes: 'Table Quotient',
  },
  'constants of any shape': {
    shapes: [[2, 3, 4]],
    draw: (s, [x = '']) => {
      const scaled = s.op('Mul', [x, s.weights([3, 4])]);
      const shifted = s.op('Sub', [s.weights([2, 3, 4]), scaled]);
      const positive = Array.from({ length: 4 }, (_, index) => 1 + index / 4);
      return s.op('Div', [shifted, s.floats([1, 1, 4], positive)]);
    },
    nodes: 'Product WeightedSum Product',
  },
  'attention of two heads': {
    shapes: [
      [1, 2, 6, 4],
      [1, 2, 6, 4],
      [1, 2, 6, 4],
    ],
    draw: (s, [q = '', k = '', v = '']) => {
      const turned = s.op('Transpose', [k], { perm: [0, 1, 3, 2] });
      const scores = s.op('Mul', [s.op('MatMul', [q, turned]), s.floats([], [0.5])]);
      return s.op('MatMul', [s.op('Softmax', [scores], { axis: -1 }), v]);
    },
    nodes:
      'Reshape Reshape BatchMatMul Reshape Reduce WeightedSum Lookup Reduce Quotient Reshape Transpose Reshape BatchMatMul Reshape',
    error: 0.05,
  },
  'matrices that broadcast': {
    shapes: [
      [1, 6, 4],
      [3, 4, 5],
    ],
    draw: (s, [a = '', b = '']) => s.op('MatMul', [a, b]),
    nodes: 'Gather Transpose BatchMatMul',
  },
  'one matrix for all': {
    shapes: [
      [3, 6, 4],
      [4, 5],
    ],
    draw: (s, [a = '', b = '']) => s.op('MatMul', [a, b]),
    nodes: 'Transpose Reshape BatchMatMul',
  },
  'a softmax over channels': {
    shapes: [[1, 5, 3, 3]],
    draw: (s, [x = '']) => s.op('Softmax', [x], { axis: 1 }),
    nodes: 'Reduce WeightedSum Lookup Reduce Quotient',
  },
  'a layer normalisation': {
    shapes: [[4, 40]],
    draw: (s, [x = '']) =>
      s.op('LayerNormalization', [x, s.weights([40], 2), s.weights([40])], {
        epsilon: { float: 1e-5 },
      }),
    nodes: 'Reduce WeightedSum Reduce SquareRoot Quotient Product WeightedSum',
  },
  'a layer normalisation over two dimensions, without a shift': {
    shapes: [[3, 5, 8]],
    draw: (s, [x = '']) => s.op('LayerNormalization', [x, s.weights([5, 8], 2)], { axis: 1 }),
    nodes: 'Reduce WeightedSum Reduce SquareRoot Quotient Product',
  },
  'six tensors one after the other, made in one quantisation': {
    shapes: [[1, 3, 4, 4]],
    draw: (s, [x = '']) => {
      const parts = [1, 2, 3, 4, 5, 6].map((scale) =>
        s.op('Tanh', [s.op('Mul', [x, s.floats([], [scale])])]),
      );
      return s.op('Concat', parts, { axis: 1 });
    },
    nodes: 'Table Table Table Table Table Table Concat Concat Concat',
  },
  'a tensor that others read as well is requantised for a Concat': {
    shapes: [[1, 3, 4, 4]],
    draw: (s, [x = '']) => {
      const y = s.op('Tanh', [x]);
      const joined = s.op('Concat', [y, s.op('Exp', [x])], { axis: 1 });
      return conv(s, s.op('Concat', [joined, y], { axis: 1 }), [2, 9, 1, 1], {});
    },
    nodes: 'Table Requantise Table Concat Requantise Concat Conv',
  },
  'slices and chosen rows': {
    shapes: [[2, 6, 8]],
    draw: (s, [x = '']) => {
      const cut = s.op('Slice', [
        x,
        s.ints([1, 0]),
        s.ints([6, 8]),
        s.ints([1, 2]),
        s.ints([2, 3]),
      ]);
      return s.op('Gather', [cut, s.ints([2, 0, 2])], { axis: 1 });
    },
    nodes: 'Slice Gather',
    opset: 13,
  },
  'the nearest pixels': {
    shapes: [[1, 2, 3, 4]],
    draw: (s, [x = '']) =>
      s.op('Resize', [x, '', s.floats([4], [1, 1, 2, 2])], {
        mode: 'nearest',
        coordinate_transformation_mode: 'asymmetric',
        nearest_mode: 'floor',
      }),
    nodes: 'Resize',
  },
  'pixels between pixels': {
    shapes: [[1, 2, 5, 4]],
    draw: (s, [x = '']) =>
      s.op('Resize', [x, '', s.floats([4], [1, 1, 2, 2])], {
        mode: 'linear',
        coordinate_transformation_mode: 'half_pixel',
      }),
    nodes: 'Resize',
  },
  'reductions of every kind': {
    shapes: [[2, 3, 4, 6]],
    draw: (s, [x = '']) => {
      const sum = s.op('ReduceSum', [x, s.ints([1])], { keepdims: 1 });
      const mean = s.op('ReduceMean', [x], { axes: [3], keepdims: 1 });
      const squares = s.op('ReduceSumSquare', [x], { axes: [2], keepdims: 1 });
      const most = s.op('ReduceMax', [x], { axes: [1, 2], keepdims: 1 });
      const least = s.op('ReduceMin', [x], { axes: [3], keepdims: 1 });
      const [a, b] = [s.op('Add', [sum, mean]), s.op('Add', [squares, most])];
      return s.op('Add', [s.op('Add', [a, b]), least]);
    },
    nodes: 'Reduce Reduce WeightedSum Reduce Reduce WeightedSum WeightedSum Reduce WeightedSum',
    opset: 13,
  },
};

describe('compile', () => {
  it.each(Object.entries({ ...CASES, ...WIDER }))(
    '%s',
    async (_, { shapes, draw, nodes, error, opset, options }) => {
      const model = sketch(shapes, draw, opset);
      const calibration = { ...options?.calibration, samples: model.samples(SAMPLES) };
      const compiled = await build(model, { ...options, calibration });
      expect(tags(compiled)).toBe(nodes);
      expect(await judge(model, compiled)).toBeLessThan(error ?? 0.03);
    },
  );

  it('adds the index of the largest logit as a second output', async () => {
    const model = sketch([[2, 8]], (s, [x = '']) => s.op('Gemm', [x, s.weights([8, 5])]));
    const compiled = await build(model, { label: true });
    expect(compiled.outputs).toMatchObject([
      { name: expect.any(String), node: 0, spec: { dtype: 'U8', shape: [2, 5] } },
      { name: 'label', node: 1, spec: { dtype: 'I32', shape: [2] } },
    ]);
  });

  it('keeps an ArgMax of the model', async () => {
    const model = sketch([[2, 8]], (s, [x = '']) =>
      s.op('ArgMax', [s.op('Gemm', [x, s.weights([8, 5])])], { axis: -1, keepdims: 1 }),
    );
    const compiled = await build(model, { label: true });
    expect(compiled.outputs).toMatchObject([{ spec: { dtype: 'I32', shape: [2, 1] } }]);
    expect(compiled.outputs[0]?.quantisation).toBeUndefined();
  });

  it('has kernel version 1 while no later operator is needed, and 2 from then on', async () => {
    const draw: Case['draw'] = (s, [x = '']) => conv(s, x, [4, 4, 3, 3]);
    const plain = await build(sketch([[1, 4, 6, 6]], draw));
    const gated = await build(
      sketch([[1, 4, 6, 6]], (s, [x = '']) => s.op('Mul', [draw(s, [x]), gate(s, x, 4)])),
    );
    expect(plain.graph.header.kernelVersion).toBe(1);
    expect(gated.graph.header.kernelVersion).toBe(2);
    // So that the roots of what could be compiled before there was another layout stay what they were.
    expect(plain.graph.header.layoutVersion).toBe(1);
    expect(gated.graph.header.layoutVersion).toBe(2);
    const chosen = await build(sketch([[1, 4, 6, 6]], draw), { layout: 2 });
    expect(chosen.graph.header).toMatchObject({ kernelVersion: 1, layoutVersion: 2 });
    expect(chosen.graph.nodes).toEqual(plain.graph.nodes);
  });

  it.each([
    ['argmax', { kind: 'argmax' } as const, [1, 6], 'MatMul Reshape ArgMax'],
    ['topk', { kind: 'topk', count: 3 } as const, [1, 6, 3], 'MatMul Reshape TopK'],
  ])('answers with indices of the last axis: %s', async (_, head, shape, nodes) => {
    const model = sketch([[1, 6, 16]], (s, [x = '']) =>
      s.op('Softmax', [s.op('MatMul', [x, s.weights([16, 30])])], { axis: -1 }),
    );
    const compiled = await build(model, { head });
    expect(tags(compiled)).toBe(`Reshape ${nodes}`);
    expect(compiled.outputs).toMatchObject([{ spec: { dtype: 'I32', shape } }]);
    expect(compiled.outputs[0]?.quantisation).toBeUndefined();
    const loaded = referee.loadGraph(compiled.graphBin);
    const session = await createExactSession(compiled.graph);
    const report = await compileReport(model.onnx, compiled, loaded, {
      samples: model.samples(8),
      evaluate: (inputs) => session.run(inputs),
    });
    await session.dispose();
    loaded.free();
    // Eight bits leave few of the largest in doubt.
    if (head.kind === 'argmax') expect(report.outputs[0]?.agreement).toBeGreaterThan(0.9);
    const product = report.nodes.find(({ op }) => op === 'MatMul');
    expect(product?.macs).toBeGreaterThanOrEqual(6 * 16 * 30);
    const logits = report.nodes.find(({ node }) => node === (product?.node ?? 0) + 1);
    expect(logits?.fidelity?.sqnr).toBeGreaterThan(30);
  });

  it('refuses a head that the output is too small for', async () => {
    const model = sketch([[1, 8]], (s, [x = '']) => s.op('Gemm', [x, s.weights([8, 3])]));
    await expect(build(model, { head: { kind: 'topk', count: 4 } })).rejects.toThrow(
      'the head topk needs a last axis of 4 or more elements',
    );
  });

  it('refuses a divisor that may be negative', async () => {
    const model = sketch(
      [
        [1, 8],
        [1, 8],
      ],
      (s, [a = '', b = '']) => s.op('Div', [a, b]),
    );
    await expect(build(model)).rejects.toThrow(/Div ".*": its divisor reaches down to -.*positive/);
  });

  describe('with channels of very different ranges', () => {
    /** A pointwise and a depthwise convolution, functions between, whose channels reach from 1 to 200. */
    const uneven = (fn: string) =>
      sketch([[1, 4, 12, 12]], (s, [x = '']) => {
        const rows = Array.from({ length: 16 * 4 }, (_, index) => {
          const reach = 200 ** (Math.floor(index / 4) / 15);
          return (s.random.next() - 0.5) * reach;
        });
        const wide = s.op('Conv', [x, s.floats([16, 4, 1, 1], rows)]);
        const active = fn === 'Identity' ? wide : s.op(fn, [wide]);
        const undone = Array.from({ length: 16 * 9 }, (_, index) => {
          const reach = 200 ** (Math.floor(index / 9) / 15);
          return (s.random.next() - 0.5) / reach;
        });
        return s.op('Conv', [active, s.floats([16, 1, 3, 3], undone)], {
          group: 16,
          pads: [1, 1, 1, 1],
        });
      });

    it.each([
      ['Identity', 'Conv Conv'],
      ['Relu', 'Conv Conv'],
    ])('brings them to one range at no cost: %s', async (fn, nodes) => {
      const model = uneven(fn);
      const samples = model.samples(SAMPLES);
      const without = await build(model);
      const compiled = await build(model, { calibration: { samples, equalise: true } });
      expect(tags(compiled)).toBe(nodes);
      expect(await judge(model, compiled)).toBeLessThan(0.2 * (await judge(model, without)));
    });

    it('gives groups of them tables of their own', async () => {
      const model = uneven('HardSwish');
      const samples = model.samples(SAMPLES);
      const without = await build(model);
      const compiled = await build(model, { calibration: { samples, equalise: true } });
      expect(tags(without)).toBe('Conv Table Conv');
      expect(tags(compiled)).toMatch(
        /^Conv ((Slice|Gather) Table ){2,4}Concat (Slice|Gather )?Conv$/,
      );
      expect(await judge(model, compiled)).toBeLessThan(0.4 * (await judge(model, without)));
    });
  });

  it('takes back in the bias what rounding the weights does to the mean', async () => {
    // Inputs far from zero, so that errors of the weights add up instead of cancelling.
    const model = sketch([[1, 8, 6, 6]], (s, [x = '']) => {
      const high = s.op('Relu', [s.op('Add', [x, s.floats([], [20])])]);
      return conv(s, high, [8, 8, 1, 1], {});
    });
    const samples = model.samples(SAMPLES);
    const meanError = async (correctBiases: boolean) => {
      const compiled = await build(model, { calibration: { samples, correctBiases } });
      const loaded = referee.loadGraph(compiled.graphBin);
      const graph = importOnnx(model.onnx);
      const [name = ''] = graph.outputs;
      const tensors = await openTensors(model.onnx, graph, [name]);
      const [output, input] = [compiled.outputs[0], compiled.inputs[0]];
      if (output === undefined || input === undefined) throw new Error('no interface');
      const errors = new Float64Array(8);
      for (const [sample = new Float32Array()] of samples) {
        const request = quantiseValues(input.spec, input.quantisation, sample);
        const bytes = loaded.evaluate([request])[output.node] ?? new Uint8Array();
        const got = dequantiseValues(output.spec, output.quantisation, bytes);
        await tensors.view([sample], (_, want) => {
          for (const [index, value] of got.entries()) {
            const channel = Math.floor(index / 36);
            errors[channel] = (errors[channel] ?? 0) + value - (want[index] ?? 0);
          }
        });
      }
      await tensors.close();
      loaded.free();
      return errors.reduce((sum, error) => sum + Math.abs(error), 0);
    };
    expect(await meanError(true)).toBeLessThan(0.5 * (await meanError(false)));
  });

  it('takes an input quantisation that is given', async () => {
    const model = sketch([[1, 8]], (s, [x = '']) => s.op('Tanh', [x]));
    const compiled = await build(model, { inputs: { in0: { scale: 0.5, zero: 100 } } });
    expect(compiled.inputs[0]?.quantisation).toEqual({ scale: 0.5, zero: 100 });
  });

  it('gives the same bytes each time', async () => {
    const draw: Case['draw'] = (s, [x = '']) => s.op('Sigmoid', [conv(s, x, [4, 3, 3, 3])]);
    const [one, two] = await Promise.all([
      build(sketch([[1, 3, 5, 5]], draw)),
      build(sketch([[1, 3, 5, 5]], draw)),
    ]);
    expect(Buffer.compare(one.graphBin, two.graphBin)).toBe(0);
  });
});

describe('a quantised file', () => {
  const qdq = (s: Sketch, x: string, scale: number, zero: number): string => {
    const parameters = [s.floats([], [scale]), s.builder.constant('uint8', [], [zero])];
    return s.op('DequantizeLinear', [s.op('QuantizeLinear', [x, ...parameters]), ...parameters]);
  };
  const weights = (s: Sketch, rows: number, columns: number, scales: number[]) =>
    s.op(
      'DequantizeLinear',
      [
        s.builder.constant(
          'int8',
          [rows, columns],
          Array.from({ length: rows * columns }, () => s.random.integer(-127, 127)),
        ),
        s.floats([scales.length], scales),
        s.builder.constant(
          'int8',
          [scales.length],
          scales.map(() => 0),
        ),
      ],
      { axis: 0 },
    );

  const model = sketch([[3, 12]], (s, [x = '']) => {
    const input = qdq(s, x, 0.025, 128);
    const hidden = s.op('Relu', [
      s.op(
        'Gemm',
        [input, weights(s, 6, 12, [0.01, 0.02, 0.005, 0.01, 0.03, 0.01]), s.weights([6])],
        {
          transB: 1,
        },
      ),
    ]);
    const logits = s.op(
      'Gemm',
      [qdq(s, hidden, 0.06, 0), weights(s, 4, 6, [0.01, 0.02, 0.01, 0.02])],
      {
        transB: 1,
      },
    );
    return qdq(s, logits, 0.2, 128);
  });

  it('keeps its scales, zero points and weights, and needs no calibration', async () => {
    const compiled = await compile(model.onnx, { name: 'qdq', label: false });
    expect(tags(compiled)).toBe('MatMul MatMul');
    expect(compiled.inputs[0]?.quantisation).toEqual({ scale: Math.fround(0.025), zero: 128 });
    expect(compiled.outputs[0]?.quantisation).toEqual({ scale: Math.fround(0.2), zero: 128 });
    // Nearly equal: dividing by a scale is not multiplying by its inverse.
    expect(await judge(model, compiled)).toBeLessThan(0.01);
  });

  it('may begin and end in integers', async () => {
    const integers = sketch([], (s) => {
      s.builder.input('bytes', 'uint8', [1, 12]);
      const parameters = [s.floats([], [0.1]), s.builder.constant('uint8', [], [7])];
      const x = s.op('DequantizeLinear', ['bytes', ...parameters]);
      return s.op('QuantizeLinear', [
        s.op('Tanh', [x]),
        s.floats([], [1 / 127]),
        s.builder.constant('int8', [], [0]),
      ]);
    });
    const compiled = await compile(integers.onnx, { name: 'integers', label: false });
    expect(tags(compiled)).toBe('Table');
    expect(compiled.inputs[0]?.spec).toEqual({ dtype: 'U8', shape: [1, 12] });
    expect(compiled.outputs[0]?.spec).toEqual({ dtype: 'I8', shape: [1, 12] });
  });

  it('is requantised where it changes scale', async () => {
    const twice = sketch([[1, 10]], (s, [x = '']) => qdq(s, qdq(s, x, 0.03, 128), 0.05, 100));
    const compiled = await compile(twice.onnx, { name: 'twice', label: false });
    expect(tags(compiled)).toBe('Requantise');
    expect(await judge(twice, compiled)).toBeLessThan(0.01);
  });
});

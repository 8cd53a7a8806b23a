/** What is refused, and that the refusal says where and why. */
import { describe, expect, it } from 'vitest';
import { compile } from '../compile.ts';
import { CompileError, type CompileErrorCode } from '../errors.ts';
import { type Sketch, sketch } from '../testing/onnx-models.ts';
import { importOnnx } from './import.ts';
import { decodeModel, encodeModel, type ModelDescription } from './schema.ts';

type Draw = (sketch: Sketch, inputs: string[]) => string;

const refusal = async (run: () => unknown): Promise<CompileError> => {
  try {
    await run();
  } catch (error) {
    if (error instanceof CompileError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

/** The model with some of its description changed. */
const changed = (onnx: Uint8Array, change: (model: ModelDescription) => void): Uint8Array => {
  const model = decodeModel(onnx) as ModelDescription;
  change(model);
  return encodeModel(model);
};

const tanh: Draw = (s, [x = '']) => s.op('Tanh', [x]);

interface Refused {
  shape?: number[];
  opset?: number;
  draw: Draw;
  code: CompileErrorCode;
  /** Words of the message. */
  says: RegExp;
}

const REFUSED: Record<string, Refused> = {
  'an operator that is not known': {
    draw: (s, [x = '']) => s.op('Softmax', [x]),
    code: 'unsupported-operator',
    says: /Softmax ".*": this operator is not supported.*supported: Abs, Add/,
  },
  'an attribute that is not known': {
    draw: (s, [x = '']) => s.op('Tanh', [x], { surprise: 1 }),
    code: 'unsupported-attribute',
    says: /Tanh ".*": attribute surprise is not supported; supported: none/,
  },
  'a value of an attribute': {
    draw: (s, [x = '']) => s.op('Gemm', [x, s.weights([6, 4])], { alpha: { float: 0.5 } }),
    code: 'unsupported-attribute',
    says: /attribute alpha is 0.5; supported: 1/,
  },
  'an attribute of another kind': {
    draw: (s, [x = '']) => s.op('Flatten', [x], { axis: [1, 2] }),
    code: 'malformed',
    says: /attribute axis is not an integer/,
  },
  'weights that are computed': {
    draw: (s, [x = '']) => s.op('MatMul', [x, s.op('Tanh', [x])]),
    code: 'unsupported-shape',
    says: /right-hand matrix must be constant/,
  },
  'shapes that do not fit': {
    draw: (s, [x = '']) => s.op('Gemm', [x, s.weights([5, 4])]),
    code: 'unsupported-shape',
    says: /\[2,6\] times \[5,4\]/,
  },
  'a constant that broadcasts otherwise': {
    draw: (s, [x = '']) => s.op('Add', [x, s.weights([2, 6])]),
    code: 'unsupported-shape',
    says: /a scalar, or one value per channel/,
  },
  'an average over padding that does not count': {
    shape: [1, 1, 4, 4],
    draw: (s, [x = '']) => s.op('AveragePool', [x], { kernel_shape: [2, 2], pads: [1, 0, 0, 0] }),
    code: 'unsupported-attribute',
    says: /attribute pads .*count_include_pad/,
  },
  'padding as large as the window': {
    shape: [1, 1, 4, 4],
    draw: (s, [x = '']) => s.op('MaxPool', [x], { kernel_shape: [2, 2], pads: [2, 0, 0, 0] }),
    code: 'unsupported-attribute',
    says: /less than the window/,
  },
  'a one-dimensional convolution': {
    shape: [1, 2, 8],
    draw: (s, [x = '']) => s.op('Conv', [x, s.weights([2, 2, 3])]),
    code: 'unsupported-shape',
    says: /rank 3; supported: 4/,
  },
  'a window larger than its input': {
    shape: [1, 1, 2, 2],
    draw: (s, [x = '']) => s.op('Conv', [x, s.weights([1, 1, 3, 3])]),
    code: 'unsupported-shape',
    says: /larger than its padded input/,
  },
  'an old opset': { opset: 6, draw: tanh, code: 'unsupported-version', says: /opset 6/ },
  'an integer tensor outside its pair': {
    draw: (s, [x = '']) => s.op('Flatten', [s.op('QuantizeLinear', [x, s.floats([], [0.1])])]),
    code: 'unsupported-shape',
    says: /put it behind their DequantizeLinear/,
  },
  'a tensor that nothing computes': {
    draw: (s) => s.op('Tanh', ['nowhere']),
    code: 'malformed',
    says: /Tanh ".*": reads "nowhere", which is no input, no constant and no output of a node/,
  },
};

describe('importOnnx', () => {
  it.each(Object.entries(REFUSED))('refuses %s', async (_, { shape, opset, draw, code, says }) => {
    const { onnx } = sketch([shape ?? [2, 6]], draw, opset);
    const error = await refusal(() => importOnnx(onnx));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(says);
    if (code !== 'unsupported-version') expect(error.place.op).toEqual(expect.any(String));
  });

  const { onnx } = sketch([[2, 6]], (s, [x = '']) => s.op('Gemm', [x, s.weights([6, 4])]));

  it('refuses bytes that are no model', async () => {
    expect((await refusal(() => importOnnx(Uint8Array.of(1, 2, 3, 4)))).code).toBe('malformed');
    expect((await refusal(() => importOnnx(new Uint8Array()))).code).toBe('malformed');
    const cut = onnx.subarray(0, onnx.length - 7);
    expect((await refusal(() => importOnnx(cut))).code).toBe('malformed');
  });

  it('refuses a file over the limit before parsing it', async () => {
    const error = await refusal(() => importOnnx(new Uint8Array(100), { maxBytes: 99 }));
    expect(error.code).toBe('too-large');
  });

  it('refuses external data', async () => {
    const outside = changed(onnx, ({ graph }) => {
      const [tensor] = graph?.initializer ?? [];
      if (!tensor) throw new Error('no weights');
      tensor.dataLocation = 1;
      tensor.externalData = [{ key: 'location', value: '../../etc/passwd' }];
    });
    const error = await refusal(() => importOnnx(outside));
    expect(error.code).toBe('external-data');
    expect(error.message).toMatch(/stored outside the file/);
  });

  it('refuses a constant that is shorter than its shape', async () => {
    const short = changed(onnx, ({ graph }) => {
      const [tensor] = graph?.initializer ?? [];
      if (tensor) tensor.dims = [6, 5];
    });
    expect((await refusal(() => importOnnx(short))).message).toMatch(/not as many bytes/);
  });

  it('refuses a foreign domain', async () => {
    const foreign = changed(onnx, ({ graph }) => {
      const [node] = graph?.node ?? [];
      if (node) node.domain = 'com.microsoft';
    });
    expect((await refusal(() => importOnnx(foreign))).message).toMatch(/domain com.microsoft/);
  });

  it('asks for open dimensions, taking an open batch as one', async () => {
    const open = (axis: number) =>
      changed(onnx, ({ graph }) => {
        const dim = graph?.input?.[0]?.type?.tensorType?.shape?.dim ?? [];
        dim[axis] = { dimParam: 'N' };
      });
    expect(importOnnx(open(0)).inputs[0]?.shape).toEqual([1, 6]);
    const error = await refusal(() => importOnnx(open(1)));
    expect(error.message).toMatch(/leaves dimension 1 \(N\) open/);
    expect(importOnnx(open(1), { shapes: { in0: [3, 6] } }).inputs[0]?.shape).toEqual([3, 6]);
  });
});

describe('compile', () => {
  it('says which tensor lacks a range', async () => {
    const { onnx } = sketch([[2, 6]], tanh);
    const error = await refusal(() => compile(onnx, { name: 'test' }));
    expect(error.code).toBe('missing-calibration');
    expect(error.place.tensor).toBe('in0');
  });

  it('refuses sums beyond 32 bits', async () => {
    const { onnx, samples } = sketch([[1, 70_000]], (s, [x = '']) =>
      s.op('Gemm', [x, s.weights([70_000, 1])]),
    );
    const error = await refusal(() =>
      compile(onnx, {
        name: 'test',
        calibration: { samples: samples(1) },
        inputs: { in0: { scale: 0.01, zero: 0 } },
      }),
    );
    expect(error.code).toBe('overflow');
    expect(error.message).toMatch(/70000 products/);
  });

  it('refuses a product of two tensors', async () => {
    const { onnx, samples } = sketch(
      [
        [1, 4],
        [1, 4],
      ],
      (s, [a = '', b = '']) => s.op('Mul', [a, b]),
    );
    const error = await refusal(() =>
      compile(onnx, { name: 'test', calibration: { samples: samples(2) } }),
    );
    expect(error.message).toMatch(/Mul of two different tensors is not supported/);
  });

  it('refuses samples that do not fit, or are not finite', async () => {
    const { onnx } = sketch([[1, 4]], tanh);
    const run = (values: number[]) =>
      compile(onnx, { name: 'test', calibration: { samples: [[Float32Array.from(values)]] } });
    expect((await refusal(() => run([1, 2, 3]))).message).toMatch(/must be 4 finite numbers/);
    expect((await refusal(() => run([1, 2, 3, Number.NaN]))).message).toMatch(/finite/);
  });

  it('refuses a quantisation for an input that is not there', async () => {
    const { onnx } = sketch([[1, 4]], tanh);
    const error = await refusal(() =>
      compile(onnx, { name: 'test', inputs: { image: { scale: 1, zero: 0 } } }),
    );
    expect(error.message).toMatch(/no input "image"; it has in0/);
  });
});

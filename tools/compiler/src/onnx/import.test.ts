/** What is refused, and that the refusal says where and why. */
import { describe, expect, it } from 'vitest';
import { compile } from '../compile.ts';
import { CompileError, type CompileErrorCode } from '../errors.ts';
import { type Sketch, sketch } from '../testing/onnx-models.ts';
import { importOnnx, refusals } from './import.ts';
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

const onnxOf = (draw: Draw): Uint8Array => sketch([[2, 6]], draw).onnx;

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
    draw: (s, [x = '']) => s.op('Det', [x]),
    code: 'unsupported-operator',
    says: /Det ".*": this operator is not supported.*supported: Abs, Add/,
  },
  'an attribute that is not known': {
    draw: (s, [x = '']) => s.op('Tanh', [x], { surprise: 1 }),
    code: 'unsupported-attribute',
    says: /Tanh ".*": attribute surprise is not supported; supported: none/,
  },
  'a value of an attribute': {
    draw: (s, [x = '']) => s.op('Pad', [x, s.ints([0, 1, 0, 1])], { mode: 'reflect' }),
    code: 'unsupported-attribute',
    says: /attribute mode is "reflect"; supported: constant/,
  },
  'an attribute of another kind': {
    draw: (s, [x = '']) => s.op('Flatten', [x], { axis: [1, 2] }),
    code: 'malformed',
    says: /attribute axis is not an integer/,
  },
  'weights that are computed': {
    shape: [1, 2, 3, 3],
    draw: (s, [x = '']) => s.op('Conv', [x, s.op('Tanh', [x])]),
    code: 'unsupported-shape',
    says: /the weights must be constant/,
  },
  'shapes that do not fit': {
    draw: (s, [x = '']) => s.op('Gemm', [x, s.weights([5, 4])]),
    code: 'unsupported-shape',
    says: /\[2,6\] times \[5,4\]/,
  },
  'a constant that does not broadcast': {
    draw: (s, [x = '']) => s.op('Add', [x, s.weights([3, 6])]),
    code: 'unsupported-shape',
    says: /a constant of shape \[3,6\] does not fit a tensor \[2,6\]/,
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
  'a three-dimensional convolution': {
    shape: [1, 2, 4, 4, 4],
    draw: (s, [x = '']) => s.op('Conv', [x, s.weights([2, 2, 3, 3, 3])]),
    code: 'unsupported-shape',
    says: /rank 5; supported: 4 \(N, C, H, W\) and 3/,
  },
  'a window larger than its input': {
    shape: [1, 1, 2, 2],
    draw: (s, [x = '']) => s.op('Conv', [x, s.weights([1, 1, 3, 3])]),
    code: 'unsupported-shape',
    says: /larger than its padded input/,
  },
  'an old opset': { opset: 6, draw: tanh, code: 'unsupported-version', says: /opset 6/ },
  'an integer tensor outside its pair': {
    draw: (s, [x = '']) => s.op('Tanh', [s.op('QuantizeLinear', [x, s.floats([], [0.1])])]),
    code: 'unsupported-shape',
    says: /put it behind their DequantizeLinear/,
  },
  'quantisation by what the input happens to be': {
    draw: (s, [x = '']) => {
      s.builder.node({
        opType: 'DynamicQuantizeLinear',
        inputs: [x],
        outputs: ['q', 'scale', 'zero'],
      });
      return s.op('DequantizeLinear', ['q', 'scale', 'zero']);
    },
    code: 'unsupported-operator',
    says: /DynamicQuantizeLinear "q": .*scale depends on the input.*quantise statically/,
  },
  'a choice by what is computed': {
    draw: (s, [x = '']) => s.op('Where', [s.op('Greater', [x, s.floats([], [0])]), x, x]),
    code: 'unsupported-operator',
    says: /Greater .*input 0 is computed; supported: constants, or what follows from shapes/,
  },
  'slices that go backwards': {
    draw: (s, [x = '']) => s.op('Slice', [x, s.ints([5]), s.ints([-7]), s.ints([1]), s.ints([-1])]),
    code: 'unsupported-attribute',
    says: /attribute steps is \[-1\]; supported: positive integers/,
  },
  'slices of nothing': {
    draw: (s, [x = '']) => s.op('Slice', [x, s.ints([2]), s.ints([2]), s.ints([1])]),
    code: 'unsupported-shape',
    says: /its output would have shape \[2,0\]/,
  },
  'interpolation over four places': {
    shape: [1, 1, 4, 4],
    draw: (s, [x = '']) => s.op('Resize', [x, '', s.floats([4], [1, 1, 2, 2])], { mode: 'cubic' }),
    code: 'unsupported-attribute',
    says: /attribute mode is "cubic"; supported: nearest, linear/,
  },
  'resized channels': {
    shape: [1, 2, 4, 4],
    draw: (s, [x = '']) => s.op('Resize', [x, '', s.floats([4], [1, 2, 2, 2])]),
    code: 'unsupported-shape',
    says: /resizes batch or channels/,
  },
  'arithmetic on indices': {
    draw: (s, [x = '']) => s.op('Add', [s.op('Cast', [s.op('ArgMax', [x])], { to: 1 }), x]),
    code: 'unsupported-shape',
    says: /works on indices .*supported: indices as outputs/,
  },
  'reals made integers': {
    draw: (s, [x = '']) => s.op('Cast', [x], { to: 7 }),
    code: 'unsupported-operator',
    says: /turns reals into integers/,
  },
  'parts that do not add up': {
    draw: (s, [x = '']) => s.op('Split', [x, s.ints([4])], { axis: 1 }),
    code: 'unsupported-shape',
    says: /parts \[4\] do not add up to 6/,
  },
  'an index beyond the axis': {
    draw: (s, [x = '']) => s.op('Gather', [x, s.ints([6])], { axis: 1 }),
    code: 'unsupported-shape',
    says: /an index is beyond the 6 of axis 1/,
  },
  'a constant that would be huge': {
    draw: (s, [x = '']) => s.op('Add', [x, s.op('ConstantOfShape', [s.ints([1e6, 1e6])])]),
    code: 'too-large',
    says: /works out a constant of 1000000000000 elements/,
  },
  'an axis that is not there': {
    draw: (s, [x = '']) => s.op('Softmax', [x], { axis: 2 }),
    code: 'unsupported-attribute',
    says: /attribute axis is 2; supported: an axis of a tensor of rank 2/,
  },
  'the largest of two tensors': {
    draw: (s, [x = '']) => s.op('Max', [x, s.op('Tanh', [x])]),
    code: 'unsupported-operator',
    says: /one computed tensor and constant scalars/,
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

describe('refusals', () => {
  it('lists every node that is refused, and those behind it that can be judged', () => {
    const { onnx } = sketch([[2, 6]], (s, [x = '']) => {
      const sine = s.op('Sin', [x]);
      const padded = s.op('Pad', [sine, s.ints([0, 1, 0, 1])], { mode: 'edge' });
      const behind = s.op('Det', [s.op('Tanh', [padded])]);
      return s.op('Add', [s.op('Relu', [sine]), behind]);
    });
    expect(refusals(onnx).map(({ op, code }) => [op, code])).toEqual([
      ['Sin', 'unsupported-operator'],
      ['Pad', 'unsupported-attribute'],
      ['Det', 'unsupported-operator'],
    ]);
    expect(refusals(onnx)[1]?.reason).toMatch(/attribute mode is "edge"; supported: constant/);
  });

  it('lists nothing for a model that is taken', () => {
    expect(refusals(onnxOf(tanh))).toEqual([]);
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

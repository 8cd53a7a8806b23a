/**
 * Canonical graphs drawn at random, well-typed by construction, with values chosen to break float arithmetic: for tests,
 * and for the suite that proves a machine's operators one by one.
 */
import {
  type DType,
  elementCount,
  type Graph,
  type GraphNode,
  type Initialiser,
  kernelVersionOf,
  OPERATORS,
  type Op,
  type Ref,
  type Requant,
  type TensorSpec,
  type Window,
} from '@veritrace/referee/graph';
import { dtypeRange, writeElements } from '../model/tensors.ts';
import { createRandom, type Random } from '../random.ts';
import { graphOf } from '../testing/graphs.ts';

type Integer = Exclude<DType, 'F32'>;
type Operand = 'U8' | 'I8';

interface Known {
  ref: Ref;
  spec: TensorSpec;
}

const integerOf = (spec: TensorSpec): Integer => spec.dtype as Integer;

/** Integers of a type: spread, all at one end, at both ends, or sparse. */
export const adversarial = (random: Random, dtype: Operand, count: number): number[] => {
  const { min, max } = dtypeRange(dtype);
  const style = random.pick(['spread', 'ends', 'top', 'bottom', 'sparse', 'middle'] as const);
  const draw = (): number => {
    switch (style) {
      case 'spread':
        return random.integer(min, max);
      case 'ends':
        return random.pick([min, max]);
      case 'top':
        return max;
      case 'bottom':
        return min;
      case 'sparse':
        return random.chance(0.9) ? 0 : random.pick([min, max]);
      case 'middle':
        return random.integer(-3, 3) + (dtype === 'U8' ? 128 : 0);
    }
  };
  return Array.from({ length: count }, draw);
};

/** Integers of 32 bits: small, around what a single holds, and at the ends, where sums and products are clamped. */
const adversarialWide = (random: Random, count: number): number[] => {
  const style = random.pick(['small', 'single', 'ends', 'spread', 'mixed'] as const);
  const draw = (from: typeof style): number => {
    switch (from) {
      case 'small':
        return random.integer(-300, 300);
      case 'single':
        return random.pick([-1, 1]) * (2 ** 24 + random.integer(-3, 3));
      case 'ends':
        return random.pick([-(2 ** 31), 2 ** 31 - 1]);
      case 'spread':
        return random.integer(-(2 ** 31), 2 ** 31 - 1);
      case 'mixed':
        return draw(random.pick(['small', 'single', 'ends', 'spread'] as const));
    }
  };
  return Array.from({ length: count }, () => draw(style));
};

export interface DrawOptions {
  /** Most nodes. Default 8. */
  size?: number;
  /** Kernel version whose operators are drawn. Default 2. */
  version?: 1 | 2;
  /** Draws nodes of this operator only, over inputs that fit it. */
  only?: Op['tag'];
  /** Tensors of thousands of elements instead of tens. Default false. */
  large?: boolean;
}

/** Rank of the tensors an operator is about, where that is fixed. */
const rankOf = (tag: Op['tag'] | undefined): 2 | 3 | 4 | undefined => {
  switch (tag) {
    case 'Conv':
    case 'ConvTranspose':
    case 'MaxPool':
    case 'SumPool':
    case 'Resize':
      return 4;
    case 'BatchMatMul':
      return 3;
    case 'MatMul':
      return 2;
    default:
      return undefined;
  }
};

/** The graph of a seed, over one or two inputs. With `only` it may come out empty: some draws fit no such node. */
export const randomGraph = (seed: number, options: DrawOptions = {}): Graph => {
  const { size = 8, version = 2, only, large = false } = options;
  /** How many times as many elements the tensors may have. */
  const room = large ? 20 : 1;
  const random = createRandom(seed);
  const inputs: TensorSpec[] = [];
  const initialisers: Initialiser[] = [];
  const nodes: GraphNode[] = [];
  const known: Known[] = [];

  const constant = (dtype: DType, shape: number[], values: ArrayLike<number>): Ref => {
    initialisers.push({ spec: { dtype, shape }, data: writeElements(dtype, values) });
    return { tag: 'Initialiser', value: initialisers.length - 1 };
  };
  const operand = (): Operand => random.pick(['U8', 'I8']);
  const zeroOf = (dtype: Operand): number => {
    const { min, max } = dtypeRange(dtype);
    return random.pick([0, 0, dtype === 'U8' ? 128 : 0, min, max, random.integer(min, max)]);
  };
  const push = (op: Op, refs: Ref[], output: TensorSpec) => {
    nodes.push({ op, inputs: refs, output });
    known.push({ ref: { tag: 'Node', value: nodes.length - 1 }, spec: output });
  };

  const requantTo = (dtype: Operand): Requant => {
    const { min, max } = dtypeRange(dtype);
    const zero = zeroOf(dtype);
    if (random.chance(0.4)) return { zero, min, max };
    if (random.chance(0.5)) return { zero, min: zero, max };
    const [a, b] = [random.integer(min, max), random.integer(min, max)];
    return { zero, min: Math.min(a, b), max: Math.max(a, b) };
  };
  /** Scales that land sums on halves, on ordinary values, or far out. */
  const scaleFor = (worst: number): number => {
    // Scales lie within 2^-60; what is made of sums beyond that is all zero.
    const power = 2 ** -Math.min(58, Math.max(0, Math.round(Math.log2(Math.max(worst, 1) / 256))));
    return random.pick([
      power,
      power / 2,
      power * 4,
      0.5,
      1.5 * power,
      (0.5 + random.next()) * power,
      (0.5 + random.next()) * power,
      random.chance(0.1) ? 2 ** 60 : 1,
      random.chance(0.1) ? 2 ** -60 : 2 ** -20,
    ]);
  };
  const scales = (worst: number, channels: number): Ref => {
    const count = random.chance(0.5) ? 1 : channels;
    return constant(
      'F32',
      [count],
      Array.from({ length: count }, () => scaleFor(worst)),
    );
  };
  /** A bias that leaves the sum small, or pushes it around 2^24, or near 2^31. */
  const biases = (worst: number, channels: number): Ref => {
    const room = 2 ** 31 - 1 - worst;
    const around = Math.max(0, Math.min(room, 2 ** 24 - worst + random.integer(-3, 3)));
    return constant(
      'I32',
      [channels],
      Array.from({ length: channels }, () => {
        const magnitude = random.pick([
          random.integer(0, 1000),
          random.integer(0, 1000),
          around,
          2 ** 24 - 1,
          random.chance(0.3) ? room : 2 ** 24,
        ]);
        return Math.min(magnitude, room) * random.pick([1, -1]);
      }),
    );
  };
  const reachOf = (dtype: Operand, zero: number): number => {
    const { min, max } = dtypeRange(dtype);
    return Math.max(max - zero, zero - min);
  };

  const rank = rankOf(only);
  const inputShape = (): number[] => {
    if (large || rank !== undefined) {
      const scale = large ? 4 : 1;
      switch (rank ?? random.pick([2, 3, 4, 5] as const)) {
        case 2:
          return [random.integer(1, 8) * scale * scale, random.pick([1, 7, 64, 600, 1300])];
        case 3:
          return [
            random.integer(1, 4) * scale,
            random.integer(1, 6) * scale,
            random.pick([1, 8, 40, large ? 64 : 600, 600]),
          ];
        case 4:
          return [
            random.integer(1, 2),
            random.pick([1, 2, 3, 6, 16, large ? 64 : 5]),
            random.integer(1, 6) * scale,
            random.integer(1, 6) * scale,
          ];
        case 5:
          return Array.from({ length: random.integer(1, 6) }, () => random.integer(1, 2 + scale));
      }
    }
    if (random.chance(0.1)) {
      return Array.from({ length: random.integer(1, 6) }, () => random.integer(1, 4));
    }
    if (random.chance(0.2)) {
      return [random.integer(1, 4), random.integer(1, 9), random.pick([1, 8, 40, 600])];
    }
    if (random.chance(0.3)) return [random.integer(1, 3), random.pick([1, 7, 64, 600, 1300])];
    const deep = random.chance(0.2);
    return [
      random.pick([1, 1, 1, 2]),
      deep ? random.pick([64, 96]) : random.integer(1, 6),
      random.integer(1, deep ? 4 : 9),
      random.integer(1, deep ? 4 : 9),
    ];
  };
  for (let index = random.integer(1, 2); index > 0; index--) {
    const dtype = version === 2 && random.chance(0.15) ? 'I32' : operand();
    // Some operators want two tensors of one shape.
    const [first] = inputs;
    const shape = first !== undefined && random.chance(0.5) ? [...first.shape] : inputShape();
    const spec: TensorSpec = { dtype, shape };
    known.push({ ref: { tag: 'Request', value: inputs.length }, spec });
    inputs.push(spec);
  }

  // 8-bit constants may stand wherever computed tensors may.
  if (random.chance(0.3)) {
    const shape = random.pick(inputs).shape;
    const dtype = operand();
    const values = adversarial(random, dtype, elementCount(shape));
    known.unshift({ ref: constant(dtype, shape, values), spec: { dtype, shape } });
  }

  const isOperand = ({ spec }: Known) => spec.dtype === 'U8' || spec.dtype === 'I8';
  const choose = (fits: (tensor: Known) => boolean): Known | undefined => {
    const fitting = known.filter(fits);
    if (fitting.length === 0) return undefined;
    // Mostly the newest, so that graphs grow deep.
    return random.chance(0.7) ? fitting.at(-1) : random.pick(fitting);
  };

  /** Output or accumulator of a sum of at most `worst`. */
  const finish = (worst: number, channels: number, perChannel = true) => {
    if (random.chance(0.25)) {
      return { requant: undefined, dtype: 'I32' as const, refs: [] as Ref[] };
    }
    const dtype = operand();
    const scale = perChannel ? scales(worst, channels) : constant('F32', [1], [scaleFor(worst)]);
    return { requant: requantTo(dtype), dtype, refs: [scale] };
  };

  const slide = (length: number): { kernel: number; stride: number; pads: [number, number] } => {
    const kernel = random.integer(1, 3);
    const pads: [number, number] = [random.integer(0, kernel - 1), random.integer(0, kernel - 1)];
    if (length + pads[0] + pads[1] < kernel) return { kernel: 1, stride: 1, pads: [0, 0] };
    return { kernel, stride: random.integer(1, 2), pads };
  };
  const windowFor = (height: number, width: number): { window: Window; out: [number, number] } => {
    const [v, h] = random.chance(0.2)
      ? [
          { kernel: height, stride: 1, pads: [0, 0] as [number, number] },
          { kernel: width, stride: 1, pads: [0, 0] as [number, number] },
        ]
      : [slide(height), slide(width)];
    return {
      window: {
        kernel: [v.kernel, h.kernel],
        strides: [v.stride, h.stride],
        pads: [v.pads[0], h.pads[0], v.pads[1], h.pads[1]],
      },
      out: [
        Math.floor((height + v.pads[0] + v.pads[1] - v.kernel) / v.stride) + 1,
        Math.floor((width + h.pads[0] + h.pads[1] - h.kernel) / h.stride) + 1,
      ],
    };
  };

  const conv = () => {
    const x = choose((tensor) => isOperand(tensor) && tensor.spec.shape.length === 4);
    if (x === undefined) return;
    const [batch = 1, channels = 1, height = 1, width = 1] = x.spec.shape;
    const groups = random.pick(
      Array.from({ length: channels }, (_, index) => index + 1).filter(
        (count) => channels % count === 0 && count < 8,
      ),
    );
    const { window, out } = windowFor(height, width);
    const [kh, kw] = window.kernel;
    const dilate = (axis: 0 | 1): number =>
      random.chance(0.3) && (window.kernel[axis] - 1) * 2 < (x.spec.shape[axis + 2] ?? 1) ? 2 : 1;
    const dilations: [number, number] = [dilate(0), dilate(1)];
    const spatial = out.map((positions, axis) => {
      const extra = ((window.kernel[axis] ?? 1) - 1) * ((dilations[axis] ?? 1) - 1);
      const stride = window.strides[axis] ?? 1;
      const room =
        (x.spec.shape[axis + 2] ?? 1) +
        (window.pads[axis] ?? 0) +
        (window.pads[axis + 2] ?? 0) -
        (window.kernel[axis] ?? 1);
      return extra === 0 ? positions : Math.floor((room - extra) / stride) + 1;
    });
    const depth = channels / groups;
    const outputs = groups * random.integer(1, 3);
    const [xType, wType] = [integerOf(x.spec) as Operand, operand()];
    const [xZero, wZero] = [zeroOf(xType), random.chance(0.7) ? 0 : zeroOf(wType)];
    const worst = depth * kh * kw * reachOf(xType, xZero) * reachOf(wType, wZero);
    if (worst >= 2 ** 31) return;
    const bias = random.chance(0.6);
    const shape = [outputs, depth, kh, kw];
    const refs = [x.ref, constant(wType, shape, adversarial(random, wType, elementCount(shape)))];
    if (bias) refs.push(biases(worst, outputs));
    const end = finish(worst, outputs);
    push(
      {
        tag: 'Conv',
        value: {
          groups,
          strides: window.strides,
          pads: window.pads,
          dilations,
          xZero,
          wZero,
          bias,
          requant: end.requant,
        },
      },
      [...refs, ...end.refs],
      { dtype: end.dtype, shape: [batch, outputs, ...spatial] },
    );
  };

  const matMul = () => {
    const x = choose((tensor) => isOperand(tensor) && tensor.spec.shape.length === 2);
    if (x === undefined) return;
    const [rows = 1, depth = 1] = x.spec.shape;
    const columns = random.pick(large ? [17, 64] : [1, 3, 10, 17]);
    const [xType, wType] = [integerOf(x.spec) as Operand, operand()];
    const [xZero, wZero] = [zeroOf(xType), random.chance(0.7) ? 0 : zeroOf(wType)];
    const worst = depth * reachOf(xType, xZero) * reachOf(wType, wZero);
    if (worst >= 2 ** 31) return;
    const bias = random.chance(0.6);
    const refs = [
      x.ref,
      constant(wType, [columns, depth], adversarial(random, wType, columns * depth)),
    ];
    if (bias) refs.push(biases(worst, columns));
    const end = finish(worst, columns);
    push(
      { tag: 'MatMul', value: { xZero, wZero, bias, requant: end.requant } },
      [...refs, ...end.refs],
      { dtype: end.dtype, shape: [rows, columns] },
    );
  };

  /** Products of two computed tensors: a matrix with itself, a picture with itself as its kernel. */
  const squared = () => {
    const x = choose(
      (tensor) =>
        isOperand(tensor) &&
        (tensor.spec.shape.length === 2 || tensor.spec.shape.length === 4) &&
        elementCount(tensor.spec.shape) < 3000,
    );
    if (x === undefined) return;
    const [first = 1, ...rest] = x.spec.shape;
    const type = integerOf(x.spec) as Operand;
    const [xZero, wZero] = [zeroOf(type), zeroOf(type)];
    const worst = elementCount(rest) * reachOf(type, xZero) * reachOf(type, wZero);
    if (worst >= 2 ** 31) return;
    const bias = random.chance(0.5);
    const refs = [x.ref, x.ref, ...(bias ? [biases(worst, first)] : [])];
    const end = finish(worst, first);
    const common = { xZero, wZero, bias, requant: end.requant };
    const isMatrix = x.spec.shape.length === 2;
    push(
      isMatrix
        ? { tag: 'MatMul', value: common }
        : {
            tag: 'Conv',
            value: {
              groups: 1,
              strides: [1, 1],
              pads: [0, 0, 0, 0],
              dilations: [1, 1],
              ...common,
            },
          },
      [...refs, ...end.refs],
      { dtype: end.dtype, shape: isMatrix ? [first, first] : [first, first, 1, 1] },
    );
  };

  const requantise = () => {
    const x = choose(({ spec }) => spec.shape.length >= 1);
    if (x === undefined) return;
    const dtype = operand();
    const type = integerOf(x.spec);
    const { shape } = x.spec;
    const xZero = type === 'I32' ? 0 : zeroOf(type);
    const scale =
      shape.length > 1
        ? scales(type === 'I32' ? 2 ** 20 : 255, shape[1] ?? 1)
        : constant('F32', [1], [scaleFor(2 ** 20)]);
    push({ tag: 'Requantise', value: { xZero, requant: requantTo(dtype) } }, [x.ref, scale], {
      dtype,
      shape,
    });
  };

  const table = () => {
    const x = choose(isOperand);
    if (x === undefined) return;
    const dtype = operand();
    push(
      { tag: 'Table', value: undefined },
      [x.ref, constant(dtype, [256], adversarial(random, dtype, 256))],
      { dtype, shape: x.spec.shape },
    );
  };

  const pool = (max: boolean) => {
    const x = choose((tensor) => isOperand(tensor) && tensor.spec.shape.length === 4);
    if (x === undefined) return;
    const [batch = 1, channels = 1, height = 1, width = 1] = x.spec.shape;
    const { window, out } = windowFor(height, width);
    const shape = [batch, channels, ...out];
    const type = integerOf(x.spec) as Operand;
    if (max) {
      push({ tag: 'MaxPool', value: window }, [x.ref], { dtype: type, shape });
      return;
    }
    const xZero = zeroOf(type);
    const worst = window.kernel[0] * window.kernel[1] * reachOf(type, xZero);
    const end = finish(worst, channels);
    push({ tag: 'SumPool', value: { window, xZero, requant: end.requant } }, [x.ref, ...end.refs], {
      dtype: end.dtype,
      shape,
    });
  };

  const add = () => {
    const a = choose(isOperand);
    if (a === undefined) return;
    const b = choose(
      (tensor) => isOperand(tensor) && tensor.spec.shape.join() === a.spec.shape.join(),
    );
    if (b === undefined) return;
    const weight = () => random.pick([1, 2 ** 15, random.integer(1, 2 ** 15)]);
    const [aMul, bMul] = [weight(), weight()];
    const end = finish(255 * (aMul + bMul), 1, false);
    push(
      {
        tag: 'Add',
        value: {
          aZero: zeroOf(integerOf(a.spec) as Operand),
          aMul,
          bZero: zeroOf(integerOf(b.spec) as Operand),
          bMul,
          requant: end.requant,
        },
      },
      [a.ref, b.ref, ...end.refs],
      { dtype: end.dtype, shape: a.spec.shape },
    );
  };

  const reshape = () => {
    const x = choose(() => true);
    if (x === undefined) return;
    const count = elementCount(x.spec.shape);
    const [first = 1] = x.spec.shape;
    const shape = random.pick([[count], [first, count / first], [1, count, 1, 1], [1, 1, count]]);
    push({ tag: 'Reshape', value: undefined }, [x.ref], { dtype: x.spec.dtype, shape });
  };

  const transpose = () => {
    const x = choose(({ spec }) => spec.shape.length > 1);
    if (x === undefined) return;
    const perm = x.spec.shape.map((_, axis) => axis);
    for (let last = perm.length - 1; last > 0; last--) {
      const other = random.integer(0, last);
      [perm[last], perm[other]] = [perm[other] ?? 0, perm[last] ?? 0];
    }
    push({ tag: 'Transpose', value: { perm } }, [x.ref], {
      dtype: x.spec.dtype,
      shape: perm.map((axis) => x.spec.shape[axis] ?? 1),
    });
  };

  const pad = () => {
    const x = choose(({ spec }) => spec.shape.length > 0 && elementCount(spec.shape) < 2000 * room);
    if (x === undefined) return;
    const { min, max } = dtypeRange(integerOf(x.spec));
    const pads = x.spec.shape.map((): [number, number] => [
      random.integer(0, 1),
      random.integer(0, 1),
    ]);
    push(
      { tag: 'Pad', value: { pads, value: random.pick([0, min, max, random.integer(min, max)]) } },
      [x.ref],
      {
        dtype: x.spec.dtype,
        shape: x.spec.shape.map(
          (size, axis) => size + (pads[axis]?.[0] ?? 0) + (pads[axis]?.[1] ?? 0),
        ),
      },
    );
  };

  const argMax = () => {
    const x = choose(({ spec }) => spec.shape.length > 0);
    if (x === undefined) return;
    const axis = random.integer(0, x.spec.shape.length - 1);
    const keepDims = random.chance(0.5) || x.spec.shape.length === 1;
    push({ tag: 'ArgMax', value: { axis, keepDims } }, [x.ref], {
      dtype: 'I32',
      shape: keepDims
        ? x.spec.shape.map((size, index) => (index === axis ? 1 : size))
        : x.spec.shape.filter((_, index) => index !== axis),
    });
  };

  /** A zero point, also of 32 bits. */
  const anyZero = (dtype: Integer): number =>
    dtype === 'I32'
      ? random.pick([0, 0, 1, -(2 ** 23), 2 ** 23, random.integer(-(2 ** 23), 2 ** 23)])
      : zeroOf(dtype);
  const anyReach = (dtype: Integer, zero: number): number =>
    dtype === 'I32' ? 2 ** 31 : reachOf(dtype, zero);
  /** As `finish`, perhaps to 32 bits, with one scale. */
  const finishWide = (worst: number, perChannel?: number) => {
    if (random.chance(0.25)) {
      return { requant: undefined, dtype: 'I32' as const, refs: [] as Ref[] };
    }
    const refs =
      perChannel === undefined
        ? [constant('F32', [1], [scaleFor(worst)])]
        : [scales(worst, perChannel)];
    if (random.chance(0.6)) {
      const dtype = operand();
      return { requant: requantTo(dtype), dtype, refs };
    }
    const limit = random.pick([2 ** 23, 5000, 300]);
    const zero = random.pick([0, 0, limit, -limit, random.integer(-limit, limit)]);
    const requant = { zero, min: -limit, max: limit };
    return { requant, dtype: 'I32' as const, refs };
  };
  const always = <T extends { requant: Requant | undefined }>(make: () => T) => {
    for (;;) {
      const end = make();
      if (end.requant !== undefined) return { ...end, requant: end.requant };
    }
  };

  const convTranspose = () => {
    const x = choose(
      (tensor) =>
        isOperand(tensor) &&
        tensor.spec.shape.length === 4 &&
        elementCount(tensor.spec.shape) < 900 * room,
    );
    if (x === undefined) return;
    const [batch = 1, channels = 1, height = 1, width = 1] = x.spec.shape;
    const groups = random.pick(
      Array.from({ length: channels }, (_, index) => index + 1).filter(
        (count) => channels % count === 0 && count < 8,
      ),
    );
    const depth = channels / groups;
    const outputs = groups * random.integer(1, 3);
    const side = (size: number) => {
      const kernel = random.integer(1, 3);
      const stride = random.integer(1, 3);
      const dilation = random.chance(0.2) ? 2 : 1;
      const extent = (kernel - 1) * dilation + 1;
      const before = random.integer(0, kernel - 1);
      const after = random.integer(0, kernel - 1);
      const out = (size - 1) * stride + extent - before - after + random.integer(0, stride - 1);
      return { kernel, stride, dilation, before, after, out };
    };
    const [v, h] = [side(height), side(width)];
    if (v.out < 1 || h.out < 1) return;
    const [xType, wType] = [integerOf(x.spec) as Operand, operand()];
    const [xZero, wZero] = [zeroOf(xType), random.chance(0.7) ? 0 : zeroOf(wType)];
    const worst = depth * v.kernel * h.kernel * reachOf(xType, xZero) * reachOf(wType, wZero);
    if (worst >= 2 ** 31) return;
    const bias = random.chance(0.6);
    const shape = [outputs, depth, v.kernel, h.kernel];
    const refs = [x.ref, constant(wType, shape, adversarial(random, wType, elementCount(shape)))];
    if (bias) refs.push(biases(worst, outputs));
    const end = finishWide(worst, outputs);
    push(
      {
        tag: 'ConvTranspose',
        value: {
          groups,
          strides: [v.stride, h.stride],
          pads: [v.before, h.before, v.after, h.after],
          dilations: [v.dilation, h.dilation],
          xZero,
          wZero,
          bias,
          requant: end.requant,
        },
      },
      [...refs, ...end.refs],
      { dtype: end.dtype, shape: [batch, outputs, v.out, h.out] },
    );
  };

  const batchMatMul = () => {
    const a = choose(
      (tensor) =>
        isOperand(tensor) &&
        tensor.spec.shape.length === 3 &&
        elementCount(tensor.spec.shape) < 9000 * room,
    );
    if (a === undefined) return;
    const [batches = 1, rows = 1, depth = 1] = a.spec.shape;
    const partner = choose((tensor) => {
      const [first, , last] = tensor.spec.shape;
      return (
        isOperand(tensor) &&
        tensor.spec.shape.length === 3 &&
        last === depth &&
        (first === 1 || first === batches)
      );
    });
    let b = random.chance(0.6) ? partner : undefined;
    if (b === undefined) {
      const dtype = operand();
      const shape = [random.pick([1, batches]), random.integer(1, large ? 40 : 5), depth];
      const values = adversarial(random, dtype, elementCount(shape));
      b = { ref: constant(dtype, shape, values), spec: { dtype, shape } };
    }
    const [aType, bType] = [integerOf(a.spec) as Operand, integerOf(b.spec) as Operand];
    const [aZero, bZero] = [zeroOf(aType), zeroOf(bType)];
    const worst = depth * reachOf(aType, aZero) * reachOf(bType, bZero);
    if (worst >= 2 ** 31) return;
    const end = finishWide(worst);
    push(
      { tag: 'BatchMatMul', value: { aZero, bZero, requant: end.requant } },
      [a.ref, b.ref, ...end.refs],
      { dtype: end.dtype, shape: [batches, rows, b.spec.shape[1] ?? 1] },
    );
  };

  /** Shape of two tensors broadcast together, if they can be. */
  const broadcast = (a: readonly number[], b: readonly number[]): number[] | undefined => {
    const rank = Math.max(a.length, b.length);
    const shape: number[] = [];
    for (let axis = 0; axis < rank; axis++) {
      const left = a[axis - rank + a.length] ?? 1;
      const right = b[axis - rank + b.length] ?? 1;
      if (left !== right && left !== 1 && right !== 1) return undefined;
      shape.push(Math.max(left, right));
    }
    return elementCount(shape) > 20_000 * room ? undefined : shape;
  };
  const pair = () => {
    const a = choose(({ spec }) => spec.shape.length > 0);
    if (a === undefined) return undefined;
    let b = choose(({ spec }) => broadcast(a.spec.shape, spec.shape) !== undefined);
    if (b === undefined || random.chance(0.3)) {
      const dtype = operand();
      const shape = a.spec.shape
        .map((size) => (random.chance(0.5) ? size : 1))
        .slice(random.integer(0, a.spec.shape.length - 1));
      const values = adversarial(random, dtype, elementCount(shape));
      b = { ref: constant(dtype, shape, values), spec: { dtype, shape } };
    }
    const [first, second] = random.chance(0.5) ? [a, b] : [b, a];
    const shape = broadcast(first.spec.shape, second.spec.shape);
    if (shape === undefined) return undefined;
    const [aType, bType] = [integerOf(first.spec), integerOf(second.spec)];
    const zeros = { aZero: anyZero(aType), bZero: anyZero(bType) };
    return {
      refs: [first.ref, second.ref],
      shape,
      zeros,
      reaches: [anyReach(aType, zeros.aZero), anyReach(bType, zeros.bZero)] as const,
    };
  };

  const weightedSum = () => {
    const operands = pair();
    if (operands === undefined) return;
    const weight = () =>
      random.pick([1, 2 ** 15, random.integer(1, 2 ** 15)]) * random.pick([1, -1]);
    const [aMul, bMul] = [weight(), weight()];
    const [a, b] = operands.reaches;
    const end = finishWide(a * Math.abs(aMul) + b * Math.abs(bMul));
    push(
      { tag: 'WeightedSum', value: { ...operands.zeros, aMul, bMul, requant: end.requant } },
      [...operands.refs, ...end.refs],
      { dtype: end.dtype, shape: operands.shape },
    );
  };

  const product = () => {
    const operands = pair();
    if (operands === undefined) return;
    const end = finishWide(operands.reaches[0] * operands.reaches[1]);
    push(
      { tag: 'Product', value: { ...operands.zeros, requant: end.requant } },
      [...operands.refs, ...end.refs],
      { dtype: end.dtype, shape: operands.shape },
    );
  };

  const quotient = () => {
    const operands = pair();
    if (operands === undefined) return;
    const end = always(() => finishWide(random.pick([1, 30, 2 ** 12, operands.reaches[0]])));
    push(
      { tag: 'Quotient', value: { ...operands.zeros, requant: end.requant } },
      [...operands.refs, ...end.refs],
      { dtype: end.dtype, shape: operands.shape },
    );
  };

  const squareRoot = () => {
    const x = choose(() => true);
    if (x === undefined) return;
    const xZero = anyZero(integerOf(x.spec));
    const end = always(() => finishWide(Math.sqrt(anyReach(integerOf(x.spec), xZero))));
    push({ tag: 'SquareRoot', value: { xZero, requant: end.requant } }, [x.ref, ...end.refs], {
      dtype: end.dtype,
      shape: x.spec.shape,
    });
  };

  const concat = () => {
    const a = choose(({ spec }) => spec.shape.length > 0 && elementCount(spec.shape) < 4000 * room);
    if (a === undefined) return;
    const axis = random.integer(0, a.spec.shape.length - 1);
    const others = known.filter(
      ({ spec }) =>
        spec.dtype === a.spec.dtype &&
        spec.shape.length === a.spec.shape.length &&
        spec.shape.every((size, d) => d === axis || size === a.spec.shape[d]),
    );
    const parts = [a, ...Array.from({ length: random.integer(0, 3) }, () => random.pick(others))];
    const length = parts.reduce((sum, { spec }) => sum + (spec.shape[axis] ?? 1), 0);
    push(
      { tag: 'Concat', value: { axis } },
      parts.map(({ ref }) => ref),
      {
        dtype: a.spec.dtype,
        shape: a.spec.shape.map((size, d) => (d === axis ? length : size)),
      },
    );
  };

  const slice = () => {
    const x = choose(({ spec }) => spec.shape.length > 0);
    if (x === undefined) return;
    const sides = x.spec.shape.map((size) => {
      const start = random.integer(0, size - 1);
      const step = random.integer(1, 3);
      return random.chance(0.4)
        ? { start: 0, step: 1, count: size }
        : { start, step, count: random.integer(1, Math.floor((size - 1 - start) / step) + 1) };
    });
    const ranges = sides.map(({ start, step }): [number, number] => [start, step]);
    push({ tag: 'Slice', value: { ranges } }, [x.ref], {
      dtype: x.spec.dtype,
      shape: sides.map(({ count }) => count),
    });
  };

  const gather = () => {
    const x = choose(({ spec }) => spec.shape.length > 0);
    if (x === undefined) return;
    const axis = random.integer(0, x.spec.shape.length - 1);
    const rank = x.spec.shape.length;
    const places = choose(
      ({ spec }) =>
        spec.shape.length + rank - 1 <= 6 &&
        elementCount(spec.shape) * (elementCount(x.spec.shape) / (x.spec.shape[axis] ?? 1)) <
          9000 * room,
    );
    let indices = random.chance(0.5) ? places : undefined;
    if (indices === undefined) {
      const shape = [random.integer(1, 5)];
      const size = x.spec.shape[axis] ?? 1;
      const values = Array.from({ length: shape[0] ?? 1 }, () =>
        random.chance(0.2)
          ? random.pick([-1, size, -(2 ** 31), 2 ** 31 - 1])
          : random.integer(0, size - 1),
      );
      indices = { ref: constant('I32', shape, values), spec: { dtype: 'I32', shape } };
    }
    const { shape } = x.spec;
    const output = [...shape.slice(0, axis), ...indices.spec.shape, ...shape.slice(axis + 1)];
    if (output.length > 6 || elementCount(output) > 20_000 * room) return;
    push({ tag: 'Gather', value: { axis } }, [x.ref, indices.ref], {
      dtype: x.spec.dtype,
      shape: output,
    });
  };

  const resize = () => {
    const x = choose((tensor) => isOperand(tensor) && tensor.spec.shape.length === 4);
    if (x === undefined) return;
    const [batch = 1, channels = 1, height = 1, width = 1] = x.spec.shape;
    const style = random.pick(['repeat', 'ramp', 'wild'] as const);
    const plan = (size: number): number[] => {
      const factor = random.integer(1, 3);
      const length = style === 'repeat' ? size * factor : random.integer(1, 2 * size + 1);
      const place = {
        repeat: (at: number) => Math.floor(at / factor) * 256 + random.pick([0, 0, 64]),
        ramp: (at: number) => Math.round(((at * size) / length) * 128) * 2,
        wild: () => random.integer(-1000, size * 256 + 1000),
      }[style];
      return Array.from({ length }, (_, at) => place(at));
    };
    const [rows, columns] = [plan(height), plan(width)];
    const type = integerOf(x.spec) as Operand;
    const refs = [
      x.ref,
      constant('I32', [rows.length], rows),
      constant('I32', [columns.length], columns),
    ];
    const shape = [batch, channels, rows.length, columns.length];
    if (elementCount(shape) > 20_000 * room) return;
    if (random.chance(0.5)) {
      const tag = 'Resize';
      push({ tag, value: { xZero: 0, requant: undefined } }, refs, { dtype: type, shape });
      return;
    }
    const xZero = zeroOf(type);
    const end = always(() => finishWide(reachOf(type, xZero) * 2 ** 14));
    push({ tag: 'Resize', value: { xZero, requant: end.requant } }, [...refs, ...end.refs], {
      dtype: end.dtype,
      shape,
    });
  };

  const reduce = () => {
    const x = choose(({ spec }) => spec.shape.length > 0);
    if (x === undefined) return;
    const { shape } = x.spec;
    const chosen = shape.map((_, axis) => axis).filter(() => random.chance(0.5));
    const axes = chosen.length === 0 ? [random.integer(0, shape.length - 1)] : chosen;
    const keepDims = random.chance(0.5) || axes.length === shape.length;
    const output = keepDims
      ? shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
      : shape.filter((_, axis) => !axes.includes(axis));
    const reduction = random.pick(['Sum', 'SumOfSquares', 'Max', 'Min'] as const);
    if (reduction === 'Max' || reduction === 'Min') {
      push(
        { tag: 'Reduce', value: { reduction, axes, keepDims, xZero: 0, requant: undefined } },
        [x.ref],
        { dtype: x.spec.dtype, shape: output },
      );
      return;
    }
    const xZero = anyZero(integerOf(x.spec));
    const count = axes.reduce((product, axis) => product * (shape[axis] ?? 1), 1);
    const term = anyReach(integerOf(x.spec), xZero);
    const end = finishWide(count * (reduction === 'Sum' ? term : term * term));
    push(
      { tag: 'Reduce', value: { reduction, axes, keepDims, xZero, requant: end.requant } },
      [x.ref, ...end.refs],
      { dtype: end.dtype, shape: output },
    );
  };

  const lookup = () => {
    const x = choose(isOperand);
    if (x === undefined) return;
    push(
      { tag: 'Lookup', value: undefined },
      [x.ref, constant('I32', [256], adversarialWide(random, 256))],
      { dtype: 'I32', shape: x.spec.shape },
    );
  };

  const topK = () => {
    const x = choose(({ spec }) => spec.shape.length > 0);
    if (x === undefined) return;
    const axis = random.integer(0, x.spec.shape.length - 1);
    const size = x.spec.shape[axis] ?? 1;
    const kept = random.pick([1, size, random.integer(1, size)]);
    const indices = random.chance(0.5);
    push({ tag: 'TopK', value: { axis, largest: random.chance(0.5), indices } }, [x.ref], {
      dtype: indices ? 'I32' : x.spec.dtype,
      shape: x.spec.shape.map((length, d) => (d === axis ? kept : length)),
    });
  };

  const steps: Record<Op['tag'], (() => void)[]> = {
    Conv: [conv, conv, conv],
    MatMul: [matMul, matMul, squared],
    Requantise: [requantise],
    Table: [table],
    MaxPool: [() => pool(true)],
    SumPool: [() => pool(false)],
    Add: [add],
    Reshape: [reshape],
    Transpose: [transpose],
    Pad: [pad],
    ArgMax: [argMax],
    ConvTranspose: [convTranspose, convTranspose],
    BatchMatMul: [batchMatMul, batchMatMul],
    WeightedSum: [weightedSum],
    Product: [product],
    Quotient: [quotient],
    SquareRoot: [squareRoot],
    Concat: [concat],
    Slice: [slice],
    Gather: [gather],
    Resize: [resize],
    Reduce: [reduce, reduce],
    Lookup: [lookup],
    TopK: [topK],
  };
  const chosen = only === undefined ? OPERATORS : [only];
  const drawn = chosen
    .filter((tag) => version === 2 || kernelVersionOf([{ op: { tag } } as GraphNode]) === 1)
    .flatMap((tag) => steps[tag]);
  for (let tries = 0; nodes.length < size && tries < 10 * size; tries++) random.pick(drawn)();
  return graphOf(inputs, initialisers, nodes);
};

/** Request inputs for a graph. */
export const randomInputs = (graph: Graph, seed: number): Uint8Array[] => {
  const random = createRandom(seed);
  return graph.header.inputs.map(({ dtype, shape }) =>
    writeElements(
      dtype,
      dtype === 'I32'
        ? adversarialWide(random, elementCount(shape))
        : adversarial(random, dtype as Operand, elementCount(shape)),
    ),
  );
};

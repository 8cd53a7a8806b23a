/** Canonical graphs drawn at random, well-typed by construction, with values chosen to break float arithmetic. */
import {
  type DType,
  elementCount,
  type Graph,
  type GraphNode,
  type Initialiser,
  type Op,
  type Ref,
  type Requant,
  type TensorSpec,
  type Window,
} from '@veritrace/referee/graph';
import { dtypeRange, writeElements } from '../model/tensors.ts';
import { createRandom, type Random } from '../random.ts';
import { graphOf } from './graphs.ts';

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

/** The graph of a seed: up to `size` nodes over one or two inputs. */
export const randomGraph = (seed: number, size = 8): Graph => {
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
    const power = 2 ** -Math.max(0, Math.round(Math.log2(Math.max(worst, 1) / 256)));
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

  const inputShape = (): number[] => {
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
    const spec: TensorSpec = { dtype: operand(), shape: inputShape() };
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
    const columns = random.pick([1, 3, 10, 17]);
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
    const x = choose(({ spec }) => spec.shape.length > 0 && elementCount(spec.shape) < 2000);
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

  const steps = [
    conv,
    conv,
    conv,
    matMul,
    matMul,
    squared,
    requantise,
    table,
    () => pool(true),
    () => pool(false),
    add,
    reshape,
    transpose,
    pad,
    argMax,
  ];
  for (let tries = 0; nodes.length < size && tries < 10 * size; tries++) random.pick(steps)();
  return graphOf(inputs, initialisers, nodes);
};

/** Request inputs for a graph. */
export const randomInputs = (graph: Graph, seed: number): Uint8Array[] => {
  const random = createRandom(seed);
  return graph.header.inputs.map(({ dtype, shape }) =>
    writeElements(dtype, adversarial(random, dtype as Operand, elementCount(shape))),
  );
};

/**
 * Channels brought to one range. A tensor has one scale for all its channels, and where one reaches 100 and another 1, the
 * second is left with two bits. What a convolution's rows are divided by, the weights of its readers are multiplied with:
 * exactly the same reals in the end.
 *
 * - Where nothing or a Relu stands between, each channel has its own divisor, and nothing is added to the graph.
 * - Where a function stands between (HardSwish, say), the channels are sorted into a few groups of like range, each with a
 *   table of its own.
 */
import type { FloatGraph, FloatNode, FloatOp } from '../float/graph.ts';
import { consumersOf } from '../float/simplify.ts';
import { createExpressions, type Expressions } from './expressions.ts';
import type { View } from './view.ts';

/** Smallest and largest value of each channel. */
export interface ChannelRanges {
  min: ArrayLike<number>;
  max: ArrayLike<number>;
}

export interface Equalised {
  graph: FloatGraph;
  /** Tensors that are no longer what the file has under their name, or have no name there. */
  views: Map<string, View>;
  /** Ranges of tensors of which only a part matters. */
  ranges: Map<string, [min: number, max: number]>;
}

/** Most groups that the channels before a function are sorted into: as many as a `Concat` takes. */
const MOST_GROUPS = 4;
/** A further group must make the noise smaller by this factor. */
const WORTH = 0.7;
/** Smallest range of a channel, as a share of the largest. */
const LEAST = 2 ** -10;

type Linear = Extract<FloatOp, { tag: 'Conv' | 'ConvTranspose' }>;

const isLinear = (op: FloatOp): op is Linear => op.tag === 'Conv' || op.tag === 'ConvTranspose';

/** A linear operator with its rows divided. */
const dividedRows = (op: Linear, divisors: ArrayLike<number>): Linear => {
  const [outputs = 1] = op.weights.shape;
  const taps = op.weights.values.length / outputs;
  return {
    ...op,
    weights: {
      shape: op.weights.shape,
      values: Float64Array.from(
        op.weights.values,
        (weight, index) => weight / (divisors[Math.floor(index / taps)] ?? 1),
      ),
    },
    bias: op.bias && Float64Array.from(op.bias, (value, o) => value / (divisors[o] ?? 1)),
  };
};

/** Which input channel a weight meets. */
const channelOfWeight = (op: Linear): ((index: number) => number) => {
  const [outputs = 1, depth = 1] = op.weights.shape;
  const taps = op.weights.values.length / outputs;
  const area = taps / depth;
  const rows = outputs / op.groups;
  return (index) =>
    Math.floor(Math.floor(index / taps) / rows) * depth + Math.floor((index % taps) / area);
};

/** A linear operator with what meets each input channel multiplied. */
const multipliedColumns = (op: Linear, factors: ArrayLike<number>): Linear => {
  const channel = channelOfWeight(op);
  return {
    ...op,
    weights: {
      shape: op.weights.shape,
      values: Float64Array.from(
        op.weights.values,
        (weight, index) => weight * (factors[channel(index)] ?? 1),
      ),
    },
  };
};

/** Sorts magnitudes into the few groups that make `sum(weight * (largest of its group)^2)` least. */
const grouped = (sizes: readonly number[], weights: readonly number[]): number[][] => {
  const order = sizes.map((_, index) => index).sort((a, b) => (sizes[a] ?? 0) - (sizes[b] ?? 0));
  const count = order.length;
  const sums = [0];
  for (const index of order) sums.push((sums.at(-1) ?? 0) + (weights[index] ?? 0));
  const cost = (from: number, to: number) =>
    ((sums[to] ?? 0) - (sums[from] ?? 0)) * (sizes[order[to - 1] ?? 0] ?? 0) ** 2;
  // best[g][n]: least cost of the first n in g groups, and where the last group begins.
  let best = Array.from({ length: count + 1 }, (_, to) => ({
    cost: to === 0 ? 0 : cost(0, to),
    cuts: [] as number[],
  }));
  let chosen = best[count];
  for (let groups = 2; groups <= MOST_GROUPS; groups++) {
    best = Array.from({ length: count + 1 }, (_, to) => {
      let least = { cost: Number.POSITIVE_INFINITY, cuts: [] as number[] };
      for (let from = 1; from < to; from++) {
        const before = best[from];
        if (before === undefined) continue;
        const total = before.cost + cost(from, to);
        if (total < least.cost) least = { cost: total, cuts: [...before.cuts, from] };
      }
      return least;
    });
    const last = best[count];
    if (last && chosen && last.cost < chosen.cost * WORTH ** (groups - 1 - chosen.cuts.length)) {
      chosen = last;
    }
  }
  const edges = [0, ...(chosen?.cuts ?? []), count];
  return edges.slice(1).map((to, index) => order.slice(edges[index], to).sort((a, b) => a - b));
};

const inverse = (order: readonly number[]): number[] => {
  const result = new Array<number>(order.length).fill(0);
  for (const [at, index] of order.entries()) result[index] = at;
  return result;
};

/**
 * Equalises what can be. `rangesOf` gives a tensor's ranges per channel in calibration, under the name it has in `graph`.
 */
export const equalise = (
  original: FloatGraph,
  rangesOf: (tensor: string) => ChannelRanges | undefined,
): Equalised => {
  const graph: FloatGraph = {
    ...original,
    nodes: [...original.nodes],
    shapes: new Map(original.shapes),
    observedAs: new Map(original.observedAs),
  };
  const consumers = consumersOf(original);
  const producers = new Map(original.nodes.map((node) => [node.output, node]));
  const expressions: Expressions = createExpressions(original, producers, consumers);
  const views: Equalised['views'] = new Map();
  const ranges: Equalised['ranges'] = new Map();
  const readersOf = (tensor: string) => consumers.get(tensor) ?? [];
  const shapeOf = (tensor: string) => original.shapes.get(tensor) ?? [];
  const isOurs = (tensor: string) =>
    !original.outputs.includes(tensor) &&
    !original.prescribed.has(tensor) &&
    !original.observedAs.has(tensor);

  /** A tensor whose channels are scaled, and everything that takes the scaling over or undoes it. */
  interface Spread {
    /** Tensors that are scaled like it. */
    carried: string[];
    /** Linear operators that undo it. */
    undone: FloatNode[];
  }

  /** Where a scaling of the channels ends up, or nothing if it cannot be undone everywhere. */
  const spreadOf = (tensor: string): Spread | undefined => {
    const spread: Spread = { carried: [], undone: [] };
    const seen = new Set<string>();
    const follow = (name: string): boolean => {
      if (seen.has(name)) return true;
      seen.add(name);
      if (!isOurs(name) || views.has(name)) return false;
      spread.carried.push(name);
      return readersOf(name).every((reader) => {
        const { op, inputs, output } = reader;
        switch (op.tag) {
          case 'Conv':
          case 'ConvTranspose':
            spread.undone.push(reader);
            return op.weights.quantised === undefined;
          case 'AveragePool':
          case 'MaxPool':
            return follow(output);
          case 'Map':
            return (
              op.unary.fn === 'Clip' &&
              op.unary.min === 0 &&
              op.unary.max === Number.POSITIVE_INFINITY &&
              follow(output)
            );
          case 'Resize':
            return follow(output);
          case 'Binary': {
            // One factor is scaled; the other is not, and has the channels too or is the same for all.
            const others = inputs.filter((input) => input !== name);
            return (
              op.fn === 'Mul' &&
              others.length === 1 &&
              shapeOf(output)[1] === shapeOf(name)[1] &&
              follow(output)
            );
          }
          default:
            return false;
        }
      });
    };
    if (!follow(tensor)) return undefined;
    // A product of two scaled tensors would be scaled twice.
    const isTwice = original.nodes.some(
      ({ op, inputs }) =>
        op.tag === 'Binary' && inputs.filter((input) => seen.has(input)).length > 1,
    );
    return isTwice || spread.undone.length === 0 ? undefined : spread;
  };

  const placeOf = (output: string) => graph.nodes.findIndex((node) => node.output === output);
  const change = (output: string, make: (op: Linear) => Linear) => {
    const place = placeOf(output);
    const node = graph.nodes[place];
    if (node !== undefined && isLinear(node.op))
      graph.nodes[place] = { ...node, op: make(node.op) };
  };
  const viewOf = (tensor: string, divisors: ArrayLike<number>): View => {
    const [, count = 1, ...plane] = shapeOf(tensor);
    return {
      file: tensor,
      divisors,
      count,
      inner: plane.reduce((product, size) => product * size, 1),
    };
  };
  const apply = ({ carried, undone }: Spread, divisors: ArrayLike<number>) => {
    for (const tensor of carried) views.set(tensor, viewOf(tensor, divisors));
    for (const { output } of undone) change(output, (op) => multipliedColumns(op, divisors));
  };

  /** How strongly the readers weigh each channel: the sum of squares of the weights that meet it. */
  const importance = ({ undone }: Spread, channels: number): number[] => {
    const result = new Array<number>(channels).fill(0);
    for (const { op } of undone) {
      if (!isLinear(op)) continue;
      const channel = channelOfWeight(op);
      for (let index = 0; index < op.weights.values.length; index++) {
        const at = channel(index);
        result[at] = (result[at] ?? 0) + (op.weights.values[index] ?? 0) ** 2;
      }
    }
    return result;
  };

  const sizesOf = ({ min, max }: ChannelRanges): number[] => {
    const sizes = Array.from(
      max,
      (high, channel) => Math.max(high, 0) - Math.min(min[channel] ?? 0, 0),
    );
    const largest = Math.max(...sizes);
    return largest > 0 ? sizes.map((size) => Math.max(size, largest * LEAST)) : sizes.map(() => 1);
  };

  /** Tables of a tensor that only tables read. */
  const tablesOf = (root: string): string[] => {
    const inside = original.nodes.filter(
      ({ output }) => output !== root && expressions.rootOf(output) === root,
    );
    if (!readersOf(root).every(({ output }) => expressions.rootOf(output) === root)) return [];
    return inside
      .map(({ output }) => output)
      .filter(
        (output) =>
          original.outputs.includes(output) ||
          readersOf(output).some((reader) => expressions.rootOf(reader.output) !== root),
      );
  };

  const sameForAll = (node: FloatNode) => {
    const spread = spreadOf(node.output);
    if (spread === undefined) return;
    const [reader, ...others] = readersOf(node.output);
    const clipped = others.length === 0 && reader?.op.tag === 'Map' ? reader.output : node.output;
    const seen = rangesOf(clipped);
    if (seen === undefined) return;
    const divisors = sizesOf(seen);
    change(node.output, (op) => dividedRows(op, divisors));
    apply(spread, divisors);
  };

  /** The value from which leftwards the expression is flat. */
  const flatEdge = (
    output: string,
    root: string,
    low: number,
    high: number,
    tolerance: number,
  ): number => {
    const steps = 1024;
    const first = expressions.evaluate(output, root, low);
    let edge = low;
    for (let step = 1; step <= steps; step++) {
      const x = low + ((high - low) * step) / steps;
      if (Math.abs(expressions.evaluate(output, root, x) - first) > tolerance) return edge;
      edge = x;
    }
    return edge;
  };

  const behindTable = (node: FloatNode, result: string) => {
    const root = node.output;
    const [before, after] = [rangesOf(root), rangesOf(result)];
    const spread = spreadOf(result);
    if (before === undefined || after === undefined || spread === undefined || !isOurs(root))
      return;
    const channels = after.max.length;
    const groups = grouped(sizesOf(after), importance(spread, channels));
    if (groups.length < 2) return;
    const low = Math.min(...Array.from(before.min));
    const high = Math.max(...Array.from(before.max));
    const sizes = sizesOf(after);
    const [inner, outer] = [new Float64Array(channels), new Float64Array(channels)];
    const [min, max] = [new Float64Array(channels), new Float64Array(channels)];
    for (const group of groups) {
      const size = Math.max(...group.map((channel) => sizes[channel] ?? 0));
      const edge = flatEdge(result, root, low, high, size / 1024);
      const least = (channel: number) => Math.min(0, Math.max(before.min[channel] ?? 0, edge));
      const most = (channel: number) => Math.max(0, before.max[channel] ?? 0);
      const span = Math.max(...group.map((channel) => most(channel) - least(channel)));
      for (const channel of group) {
        outer[channel] = size;
        inner[channel] = span;
        min[channel] = least(channel) / span;
        max[channel] = most(channel) / span;
      }
    }
    const place = placeOf(root);
    const inside = original.nodes.filter(
      ({ output }) => output !== root && expressions.rootOf(output) === root,
    );
    change(root, (op) => dividedRows(op, inner));
    views.set(root, viewOf(root, inner));
    ranges.set(root, [Math.min(...min), Math.max(...max)]);
    const added: FloatNode[] = [];
    const shape = shapeOf(root);
    const add = (name: string, op: FloatOp, inputs: string[], width: number) => {
      added.push({ name: node.name, onnxOp: node.onnxOp, op, inputs, output: name });
      graph.shapes.set(name, shape.with(1, width));
      return name;
    };
    const parts = groups.map((group, index) => {
      const width = group.length;
      const suffix = `#${index}`;
      const taken = add(
        `${root}/chosen${suffix}`,
        { tag: 'Gather', axis: 1, indices: group, shape: [width] },
        [root],
        width,
      );
      const [channel = 0] = group;
      const scaleOf = (scale: number): FloatOp => ({
        tag: 'Map',
        unary: { fn: 'MulScalar', scalar: scale },
      });
      const entered = add(`${root}${suffix}`, scaleOf(inner[channel] ?? 1), [taken], width);
      const renamed = (name: string) => (name === root ? entered : `${name}${suffix}`);
      for (const { op, inputs, output } of inside) {
        add(renamed(output), op, inputs.map(renamed), width);
      }
      const left = add(
        `${result}/divided${suffix}`,
        scaleOf(1 / (outer[channel] ?? 1)),
        [renamed(result)],
        width,
      );
      const own = group.map((at) => outer[at] ?? 1);
      views.set(left, { ...viewOf(result, own), channels: group });
      return left;
    });
    const joined = add(`${result}/joined`, { tag: 'Concat', axis: 1 }, parts, channels);
    const order = groups.flat();
    views.set(joined, {
      ...viewOf(
        result,
        order.map((at) => outer[at] ?? 1),
      ),
      channels: order,
    });
    add(
      result,
      { tag: 'Gather', axis: 1, indices: inverse(order), shape: [channels] },
      [joined],
      channels,
    );
    const gone = new Set(inside.map(({ output }) => output));
    graph.nodes = [
      ...graph.nodes.slice(0, place + 1),
      ...added,
      ...graph.nodes.slice(place + 1).filter(({ output }) => !gone.has(output)),
    ];
    apply(spread, outer);
  };

  for (const node of original.nodes) {
    if (!isLinear(node.op) || node.op.weights.quantised !== undefined) continue;
    const tables = tablesOf(node.output);
    const [only] = tables;
    if (only === undefined) sameForAll(node);
    else if (tables.length === 1) behindTable(node, only);
  }
  return { graph, views, ranges };
};

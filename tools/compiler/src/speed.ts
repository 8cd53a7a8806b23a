/**
 * How fast the exact program is beside the float model it stands for: a convolutional network of depthwise-separable
 * blocks, as MobileNets are, run by ONNX Runtime on this machine. `npm run speed -w @veritrace/compiler [-- --json]`.
 */
import type { Graph, GraphNode, Initialiser, Ref, Requant } from '@veritrace/referee/graph';
import * as ort from 'onnxruntime-node';
import { createExactSession, type OptimisationLevel } from './exact/session.ts';
import { writeElements } from './model/tensors.ts';
import { createModelBuilder } from './onnx/builder.ts';
import { createRandom } from './random.ts';
import { graphOf } from './testing/graphs.ts';

type Activation = 'clip' | 'hardswish' | 'none';

/** Channels out, step, activation; each block is a depthwise 3x3 and a pointwise convolution. */
const BLOCKS: readonly [channels: number, stride: number, activation: Activation][] = [
  [64, 1, 'clip'],
  [128, 2, 'clip'],
  [128, 1, 'clip'],
  [256, 2, 'clip'],
  [256, 1, 'clip'],
  [512, 2, 'hardswish'],
  [512, 1, 'hardswish'],
  [512, 1, 'hardswish'],
  [512, 1, 'hardswish'],
  [960, 2, 'hardswish'],
  [960, 1, 'hardswish'],
];

const FULL: Requant = { zero: 0, min: 0, max: 255 };
/** Zero point of a hard swish's input and output. */
const MIDDLE = 128;
const SWISH_ZERO = 12;

/** HardSwish over inputs of scale 12 / 256, to outputs of scale 6.4 / 256. */
const swishTable = (): number[] =>
  Array.from({ length: 256 }, (_, q) => {
    const x = ((q - MIDDLE) * 12) / 256;
    const y = (x * Math.min(Math.max(x + 3, 0), 6)) / 6;
    return Math.min(255, Math.max(0, Math.round((y * 256) / 6.4) + SWISH_ZERO));
  });

/** The network as a canonical graph, and as the float model of the same shapes. */
const buildNetwork = (side: number): { graph: Graph; float: Uint8Array } => {
  const random = createRandom(1);
  const initialisers: Initialiser[] = [];
  const nodes: GraphNode[] = [];
  const builder = createModelBuilder('float', 17);
  builder.input('input_0', 'float32', [1, 3, side, side]);
  const constant = (spec: Initialiser['spec'], values: ArrayLike<number>): Ref => {
    initialisers.push({ spec, data: writeElements(spec.dtype, values) });
    return { tag: 'Initialiser', value: initialisers.length - 1 };
  };
  const table = constant({ dtype: 'U8', shape: [256] }, swishTable());

  let x: Ref = { tag: 'Request', value: 0 };
  let name = 'input_0';
  let [channels, size, xZero] = [3, side, 128];
  const convolve = (
    outputs: number,
    kernel: number,
    stride: number,
    groups: number,
    activation: Activation,
  ) => {
    const depth = channels / groups;
    const shape = [outputs, depth, kernel, kernel];
    const count = outputs * depth * kernel * kernel;
    const weights = Array.from({ length: count }, () => random.integer(-127, 127));
    const pad = (kernel - 1) / 2;
    const pads: [number, number, number, number] = [pad, pad, pad, pad];
    const isSwish = activation === 'hardswish';
    const spread = 73 * 40 * Math.sqrt(depth * kernel * kernel);
    const scales = Array.from({ length: outputs }, () => (60 / spread) * (0.5 + random.next()));
    const biases = Array.from({ length: outputs }, () => random.integer(-4000, 4000));
    size = Math.floor((size + 2 * pad - kernel) / stride) + 1;
    const output = { dtype: 'U8' as const, shape: [1, outputs, size, size] };
    const requant = isSwish ? { zero: MIDDLE, min: 0, max: 255 } : FULL;
    nodes.push({
      op: {
        tag: 'Conv',
        value: {
          groups,
          strides: [stride, stride],
          pads,
          dilations: [1, 1],
          xZero,
          wZero: 0,
          bias: true,
          requant,
        },
      },
      inputs: [
        x,
        constant({ dtype: 'I8', shape }, weights),
        constant({ dtype: 'I32', shape: [outputs] }, biases),
        constant({ dtype: 'F32', shape: [outputs] }, scales),
      ],
      output,
    });
    x = { tag: 'Node', value: nodes.length - 1 };
    name = builder.op(
      'Conv',
      [
        name,
        builder.constant(
          'float32',
          shape,
          weights.map((weight) => weight / 40 / spread),
        ),
        builder.constant(
          'float32',
          [outputs],
          biases.map((bias) => bias / 8000),
        ),
      ],
      { kernel_shape: [kernel, kernel], strides: [stride, stride], pads, group: groups },
    );
    xZero = 0;
    if (activation === 'clip') {
      name = builder.op('Clip', [
        name,
        builder.constant('float32', [], [0]),
        builder.constant('float32', [], [6]),
      ]);
    }
    if (isSwish) {
      nodes.push({ op: { tag: 'Table', value: undefined }, inputs: [x, table], output });
      x = { tag: 'Node', value: nodes.length - 1 };
      xZero = SWISH_ZERO;
      name = builder.op('HardSwish', [name]);
    }
    channels = outputs;
  };

  convolve(32, 3, 2, 1, 'clip');
  for (const [outputs, stride, activation] of BLOCKS) {
    convolve(channels, 3, stride, channels, activation);
    convolve(outputs, 1, 1, 1, activation);
  }
  builder.output(name, 'float32', [1, channels, size, size]);
  return {
    graph: graphOf([{ dtype: 'U8', shape: [1, 3, side, side] }], initialisers, nodes),
    float: builder.build(),
  };
};

interface Runner {
  name: string;
  run(): Promise<unknown>;
  dispose(): Promise<void>;
}

const median = (times: number[]): number => {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

const SIDE = 224;
const ROUNDS = Number(process.env.ROUNDS ?? 20);

const measure = async (threads: number) => {
  const { graph, float } = buildNetwork(SIDE);
  const random = createRandom(2);
  const bytes = Uint8Array.from({ length: 3 * SIDE * SIDE }, () => random.integer(0, 255));
  const runners: Runner[] = [];
  const levels: OptimisationLevel[] = ['extended', 'all'];
  for (const graphOptimizationLevel of levels) {
    const session = await ort.InferenceSession.create(float, {
      intraOpNumThreads: threads,
      graphOptimizationLevel,
    });
    const shape = [1, 3, SIDE, SIDE];
    const feeds = {
      input_0: new ort.Tensor(
        'float32',
        Float32Array.from(bytes, (byte) => (byte - 128) / 64),
        shape,
      ),
    };
    runners.push({
      name: `float, level ${graphOptimizationLevel}`,
      run: () => session.run(feeds),
      dispose: () => session.release(),
    });
    for (const outputs of ['declared', 'all'] as const) {
      const exact = await createExactSession(graph, { threads, graphOptimizationLevel, outputs });
      runners.push({
        name: `exact, ${outputs} outputs, level ${graphOptimizationLevel}`,
        run: () => exact.run([bytes]),
        dispose: () => exact.dispose(),
      });
    }
  }
  // In turns, so that a busy moment of the machine falls on all of them.
  const times = runners.map((): number[] => []);
  for (let round = -3; round < ROUNDS; round++) {
    for (const [index, runner] of runners.entries()) {
      const start = performance.now();
      await runner.run();
      if (round >= 0) times[index]?.push(performance.now() - start);
    }
  }
  const rows = runners.map(({ name }, index) => ({ name, ms: median(times[index] ?? []) }));
  for (const runner of runners) await runner.dispose();
  const base = Math.min(...rows.filter(({ name }) => name.startsWith('float')).map(({ ms }) => ms));
  return rows.map((row) => ({ ...row, timesFloat: row.ms / base }));
};

const threads = process.argv.includes('--threads')
  ? Number(process.argv[process.argv.indexOf('--threads') + 1])
  : 1;
const rows = await measure(threads);
if (process.argv.includes('--json')) {
  process.stdout.write(`${JSON.stringify({ threads, rows }, null, 2)}\n`);
} else {
  const lines = rows.map(
    ({ name, ms, timesFloat }) => `| ${name} | ${ms.toFixed(2)} | ${timesFloat.toFixed(2)} |`,
  );
  process.stdout.write(
    [`| program, ${threads} thread(s) | ms | times float |`, '|---|---|---|', ...lines, ''].join(
      '\n',
    ),
  );
}

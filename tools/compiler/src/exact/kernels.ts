/**
 * Sums of products in 8-bit kernels. The runtime's products of uint8 are exact on every processor; those of uint8 by int8
 * are twice as fast where the processor adds four of them in one step, and saturate at 16 bits where it is older. Which it
 * is here is found out by trying.
 */
import * as ort from 'onnxruntime-node';
import { createModelBuilder } from '../onnx/builder.ts';

/** How 8-bit weights are handed to the runtime. Both are exact where they are used; the second is exact everywhere. */
export type WeightForm = 'signed' | 'unsigned';

/** Channels, of inputs and of outputs, and pixels of a side. */
const CHANNELS = 64;
const SIDE = 8;

/** Convolutions of the kinds that the runtime has kernels of their own for. */
const PROBES = [
  { kernel: 1, groups: 1 },
  { kernel: 3, groups: 1 },
  { kernel: 3, groups: CHANNELS },
] as const;

/** Whether a convolution of the largest operands, whose neighbouring products 16 bits do not hold, has the right sums. */
const isExact = async ({ kernel, groups }: (typeof PROBES)[number]): Promise<boolean> => {
  const builder = createModelBuilder('probe', 17);
  const depth = CHANNELS / groups;
  const shape = [1, CHANNELS, SIDE, SIDE];
  const products = depth * kernel * kernel;
  const scalar = (value: number) => builder.constant('float32', [], [value]);
  // The largest sum is requantised to the largest integer, and one that saturates to a smaller one.
  const step = (255 * 127 * products) / 255;
  builder.input('x', 'uint8', shape);
  builder.op(
    'QLinearConv',
    [
      'x',
      scalar(1),
      builder.constant('uint8', [], [0]),
      builder.constant(
        'int8',
        [CHANNELS, depth, kernel, kernel],
        new Array<number>(CHANNELS * products).fill(127),
      ),
      builder.constant('float32', [CHANNELS], new Array<number>(CHANNELS).fill(1 / step)),
      builder.constant('int8', [CHANNELS], new Array<number>(CHANNELS).fill(0)),
      scalar(1),
      builder.constant('uint8', [], [0]),
    ],
    { kernel_shape: [kernel, kernel], group: groups },
    'y',
  );
  const side = SIDE - kernel + 1;
  builder.output('y', 'uint8', [1, CHANNELS, side, side]);
  const session = await ort.InferenceSession.create(builder.build(), {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  try {
    const x = new Uint8Array(CHANNELS * SIDE * SIDE).fill(255);
    const { y } = await session.run({ x: new ort.Tensor('uint8', x, shape) });
    return y !== undefined && (y.data as Uint8Array).every((value) => value === 255);
  } finally {
    await session.release();
  }
};

let found: Promise<WeightForm> | undefined;

/** The faster form of those that are exact on this machine. Tried once for each process. */
export const weightForm = (): Promise<WeightForm> => {
  found ??= (async () => {
    for (const probe of PROBES) if (!(await isExact(probe))) return 'unsigned';
    return 'signed';
  })();
  return found;
};

/** A network of the shapes of MobileNetV2, with drawn weights: large outputs, little computation. */
import type { Graph, GraphNode, Initialiser, Ref, Requant, TensorSpec } from '@veritrace/referee';
import { createRandom } from '../random.ts';

/** Expansion, channels, blocks and the first one's stride. */
const STAGES: readonly [expansion: number, channels: number, blocks: number, stride: number][] = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
];

const FULL: Requant = { zero: 0, min: 0, max: 255 };

/** For an image of `side × side` pixels. The weights follow from the seed. */
export const mobileNetwork = (side: number, seed: number): Graph => {
  const random = createRandom(seed, 'weights');
  const initialisers: Initialiser[] = [];
  const nodes: GraphNode[] = [];
  const constant = (dtype: TensorSpec['dtype'], shape: number[], values: ArrayBufferView): Ref => {
    const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    initialisers.push({ spec: { dtype, shape }, data });
    return { tag: 'Initialiser', value: initialisers.length - 1 };
  };
  let x: Ref = { tag: 'Request', value: 0 };
  let [channels, size] = [3, side];
  const push = (op: GraphNode['op'], inputs: Ref[]) => {
    nodes.push({ op, inputs, output: { dtype: 'U8', shape: [1, channels, size, size] } });
    x = { tag: 'Node', value: nodes.length - 1 };
  };
  const convolve = (outputs: number, kernel: number, stride: number, groups: number) => {
    const taps = (channels / groups) * kernel * kernel;
    const pad = (kernel - 1) / 2;
    const weights = Int8Array.from({ length: outputs * taps }, () => random() * 255 - 127);
    const bias = Int32Array.from({ length: outputs }, () => random() * 4000);
    const scale = Float32Array.from({ length: outputs }, () => 0.02 / Math.sqrt(taps));
    const inputs = [
      x,
      constant('I8', [outputs, channels / groups, kernel, kernel], weights),
      constant('I32', [outputs], bias),
      constant('F32', [outputs], scale),
    ];
    size = Math.floor((size + 2 * pad - kernel) / stride) + 1;
    channels = outputs;
    push(
      {
        tag: 'Conv',
        value: {
          groups,
          strides: [stride, stride],
          pads: [pad, pad, pad, pad],
          dilations: [1, 1],
          xZero: 0,
          wZero: 0,
          bias: true,
          requant: FULL,
        },
      },
      inputs,
    );
  };
  convolve(32, 3, 2, 1);
  for (const [expansion, outputs, blocks, first] of STAGES) {
    for (let block = 0; block < blocks; block += 1) {
      const [before, depth, stride] = [x, channels, block === 0 ? first : 1];
      const wide = channels * expansion;
      if (expansion > 1) convolve(wide, 1, 1, 1);
      convolve(wide, 3, stride, wide);
      convolve(outputs, 1, 1, 1);
      if (stride === 1 && depth === outputs) {
        const half = constant('F32', [1], Float32Array.of(0.5));
        push({ tag: 'Add', value: { aZero: 0, aMul: 1, bZero: 0, bMul: 1, requant: FULL } }, [
          before,
          x,
          half,
        ]);
      }
    }
  }
  convolve(1280, 1, 1, 1);
  return {
    header: {
      kernelVersion: 1,
      layoutVersion: 1,
      nodeCount: nodes.length,
      initialiserCount: initialisers.length,
      inputs: [{ dtype: 'U8', shape: [1, 3, side, side] }],
      outputs: [nodes.length - 1],
    },
    initialisers,
    nodes,
  };
};

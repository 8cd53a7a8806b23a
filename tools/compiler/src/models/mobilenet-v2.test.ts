/** The model of MobileNetV2's shape: its size, and that no layer of it is dead. */
import { createReferee } from '@veritrace/referee';
import { beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../compile.ts';
import { createExactSession } from '../exact/session.ts';
import { importOnnx } from '../onnx/import.ts';
import { decodeModel } from '../onnx/schema.ts';
import { quantiseValues } from '../values.ts';
import { activationHistograms, mobileNetV2, naturalImages } from './mobilenet-v2.ts';

const SIZE = 224;
let onnx: Uint8Array;

beforeAll(async () => {
  onnx = await mobileNetV2({ size: SIZE });
}, 300_000);

describe('mobileNetV2', () => {
  it('has the nodes and weights of the real one', () => {
    const { graph } = decodeModel(onnx);
    const count = (op: string) => graph?.node.filter(({ opType }) => opType === op).length;
    expect(graph?.node.length).toBeGreaterThanOrEqual(155);
    expect([count('Conv'), count('BatchNormalization'), count('Clip'), count('Add')]).toEqual([
      52, 52, 35, 10,
    ]);
    const weights = graph?.initializer.filter(({ dims }) => dims.length > 1) ?? [];
    const elements = weights.reduce((sum, { dims }) => sum + dims.reduce((a, d) => a * d, 1), 0);
    // 3,504,872 parameters in all, of which these are not biases or normalisations.
    expect(elements).toBe(3_469_760);
  });

  it('is imported', () => {
    const graph = importOnnx(onnx);
    expect(graph.shapes.get('logits')).toEqual([1, 1000]);
  });

  it('compiles to an exact program that gives the referee’s bits', async () => {
    const [image = new Float32Array(), ...samples] = naturalImages(3, SIZE, 815);
    const calibration = { samples: samples.map((sample) => [sample]) };
    const { graph, graphBin, inputs } = await compile(onnx, { name: 'mobilenet', calibration });
    const [input] = inputs;
    if (input === undefined) throw new Error('no input');
    const bytes = quantiseValues(input.spec, input.quantisation, [...image]);
    const loaded = createReferee().loadGraph(graphBin);
    const session = await createExactSession(graph, { threads: 2 });
    const [expected, got] = [loaded.evaluate([bytes]), await session.run([bytes])];
    expect(got).toHaveLength(graph.nodes.length);
    expect(got.findIndex((output, node) => Buffer.compare(output, expected[node] ?? output))).toBe(
      -1,
    );
    await session.dispose();
    loaded.free();
  }, 300_000);

  it('has no dead layer on images it was not made with', async () => {
    const layers = await activationHistograms(onnx, naturalImages(2, SIZE, 4711));
    expect(layers).toHaveLength(45);
    for (const layer of layers) {
      const of = `${layer.op} ${layer.tensor}`;
      expect(layer.zeros, `zeros of ${of}`).toBeLessThan(0.95);
      expect(layer.saturated, `saturated values of ${of}`).toBeLessThan(0.95);
      expect(layer.zeros + layer.saturated, `dead values of ${of}`).toBeLessThan(0.95);
      expect(layer.deadChannels, `dead channels of ${of}`).toBeLessThan(0.1);
      expect(layer.bins.filter((bin) => bin > 0).length, `spread of ${of}`).toBeGreaterThan(3);
    }
  }, 300_000);
});

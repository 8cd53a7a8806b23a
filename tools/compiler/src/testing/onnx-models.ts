/** Small float models in ONNX, one for each way the compiler treats operators. */
import { type AttributeValue, createModelBuilder, type ModelBuilder } from '../onnx/builder.ts';
import { TENSOR_TYPE, withInterface } from '../onnx/schema.ts';
import type { CalibrationSample } from '../quantise/observe.ts';
import { createRandom, type Random } from '../random.ts';

export interface Sketch {
  /** `float32` constants with values around zero, reproducible. */
  weights(shape: readonly number[], spread?: number): string;
  floats(shape: readonly number[], values: readonly number[]): string;
  ints(values: readonly number[]): string;
  op(
    opType: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, AttributeValue>>,
  ): string;
  builder: ModelBuilder;
  random: Random;
}

export interface TestModel {
  onnx: Uint8Array;
  /** `count` samples for the model's inputs. */
  samples(count: number): CalibrationSample[];
}

/** A value from about a normal distribution. */
const bell = (random: Random): number =>
  random.next() + random.next() + random.next() + random.next() - 2;

/** Draws a model: inputs of these shapes, and the tensor that `draw` returns as its only output. */
export const sketch = (
  shapes: readonly (readonly number[])[],
  draw: (sketch: Sketch, inputs: string[]) => string,
  opset = 17,
): TestModel => {
  const builder = createModelBuilder('test', opset);
  const random = createRandom(42);
  const inputs = shapes.map((shape, index) => {
    builder.input(`in${index}`, 'float32', shape);
    return `in${index}`;
  });
  const weights = (shape: readonly number[], spread = 1) => {
    const count = shape.reduce((product, d) => product * d, 1);
    return builder.constant(
      'float32',
      shape,
      Array.from({ length: count }, () => bell(random) * spread),
    );
  };
  const output = draw(
    {
      builder,
      random,
      weights,
      floats: (shape, values) => builder.constant('float32', shape, values),
      ints: (values) => builder.constant('int64', [values.length], values),
      op: (opType, operands, attributes = {}) => builder.op(opType, operands, attributes),
    },
    inputs,
  );
  const samples = (count: number): CalibrationSample[] => {
    const values = createRandom(7);
    return Array.from({ length: count }, () =>
      shapes.map((shape) =>
        Float32Array.from(
          { length: shape.reduce((product, d) => product * d, 1) },
          () => bell(values) * 1.5,
        ),
      ),
    );
  };
  const onnx = withInterface(builder.build(), {
    output: [{ name: output, type: { tensorType: { elemType: TENSOR_TYPE.FLOAT } } }],
  });
  return { onnx, samples };
};

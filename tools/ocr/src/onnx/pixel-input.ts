/**
 * Rewrites a model so that it takes the bytes of a picture, less a whole number, in place of normalised reals. Then an
 * 8-bit input loses nothing, whatever mean and deviation each channel is normalised with.
 *
 * The first convolution computes `Σ w (p·s + o)` over the bytes p. With `p = q + zero` that is `Σ (w·s) q` and a constant
 * for each output channel, `Σ w (zero·s + o)`. The former goes into the weights, the latter into the batch normalisation
 * that follows (or the bias). Padding remains 0, which now stands for the byte `zero`, not for the real 0: only the
 * outermost pixels can tell.
 */
import { decodeModel, type NodeProto, TENSOR_TYPE } from '@veritrace/compiler';
import { OcrError } from '../errors.ts';
import type { InputAffine } from '../image/tensor.ts';

/** Float32 values of a constant, where they lie in the file. */
interface Constant {
  dims: number[];
  values: DataView;
}

/** Index of the mean among a batch normalisation's inputs. */
const MEAN = 3;
/** Index of the bias among a convolution's inputs. */
const BIAS = 2;

/** The nodes of a model. Throws an `OcrError` when the bytes are no ONNX model. */
const nodesOf = (onnx: Uint8Array): NodeProto[] => {
  try {
    return decodeModel(onnx).graph?.node ?? [];
  } catch (cause) {
    throw new OcrError('invalid-model', `no ONNX model: ${(cause as Error).message}`);
  }
};

/** The model of the same size whose input is `byte - zero`. Throws an `OcrError` when it does not begin as described. */
export const withPixelInput = (
  onnx: Uint8Array,
  input: string,
  { scale, offset }: InputAffine,
  zero: number,
): Uint8Array => {
  // Constants are read as parts of this very memory, so that what is written to them is written to the file.
  const changed = onnx.slice();
  const nodes = nodesOf(changed);
  const refused = (why: string) =>
    new OcrError('invalid-model', `the input cannot be made pixels: ${why}`);
  const constantOf = (name: string | undefined, what: string): Constant => {
    const tensor = nodes
      .find(({ opType, output }) => opType === 'Constant' && output[0] === name)
      ?.attribute.find((one) => one.name === 'value')?.t;
    const { dims = [], dataType, rawData } = tensor ?? {};
    const size = dims.reduce((product, dimension) => product * dimension, 4);
    if (rawData === undefined || dataType !== TENSOR_TYPE.FLOAT || rawData.length !== size) {
      throw refused(`${what} is no float constant`);
    }
    if (nodes.filter(({ input: read }) => read.includes(name ?? '')).length !== 1) {
      throw refused(`${what} is used more than once`);
    }
    return { dims, values: new DataView(rawData.buffer, rawData.byteOffset, size) };
  };
  const [first, ...others] = nodes.filter(({ input: read }) => read.includes(input));
  if (first?.opType !== 'Conv' || others.length > 0) throw refused('it does not feed one Conv');
  const weights = constantOf(first.input[1], 'the weight');
  const [outputs = 0, channels = 0] = weights.dims;
  if (channels !== scale.length) throw refused(`the Conv takes ${channels} channels`);

  const next = nodes.filter(({ input: read }) => read.includes(first.output[0] ?? ''));
  const follows = next.length === 1 ? next[0] : undefined;
  const [shift, sign] = first.input[BIAS]
    ? [constantOf(first.input[BIAS], 'the bias'), 1]
    : follows?.opType === 'BatchNormalization'
      ? [constantOf(follows.input[MEAN], 'the mean'), -1]
      : [undefined, 0];
  if (shift === undefined) throw refused('the Conv has no bias and no BatchNormalization after it');

  const taps = weights.values.byteLength / 4 / outputs / channels;
  for (let output = 0; output < outputs; output++) {
    let constant = 0;
    for (let channel = 0; channel < channels; channel++) {
      const [s, o] = [scale[channel] ?? 0, offset[channel] ?? 0];
      for (let tap = 0; tap < taps; tap++) {
        const at = 4 * ((output * channels + channel) * taps + tap);
        const weight = weights.values.getFloat32(at, true);
        constant += weight * (zero * s + o);
        weights.values.setFloat32(at, weight * s, true);
      }
    }
    const shifted = shift.values.getFloat32(4 * output, true) + sign * constant;
    shift.values.setFloat32(4 * output, shifted, true);
  }
  return changed;
};

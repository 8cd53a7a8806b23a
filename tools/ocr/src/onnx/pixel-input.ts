/**
 * Rewrites a model so that it takes the bytes of a picture, less a whole number, in place of normalised reals. Then an
 * 8-bit input loses nothing, whatever mean and deviation each channel is normalised with.
 *
 * The first convolution computes `Σ w (p·s + o)` over the bytes p. With `p = q + zero` that is `Σ (w·s) q` and a constant
 * for each output channel, `Σ w (zero·s + o)`. The former goes into the weights, the latter into the batch normalisation
 * that follows (or the bias). Padding remains 0, which now stands for the byte `zero`, not for the real 0: only the
 * outermost pixels can tell.
 */
import { OcrError } from '../errors.ts';
import type { InputAffine } from '../image/tensor.ts';
import { readNodes, type WireNode } from './wire.ts';

type Constant = NonNullable<WireNode['constant']>;

/** Index of the mean among a batch normalisation's inputs. */
const MEAN = 3;
/** Index of the bias among a convolution's inputs. */
const BIAS = 2;

/** The model of the same size whose input is `byte - zero`. Throws an `OcrError` when it does not begin as described. */
export const withPixelInput = (
  onnx: Uint8Array,
  input: string,
  { scale, offset }: InputAffine,
  zero: number,
): Uint8Array => {
  const nodes = readNodes(onnx);
  const refused = (why: string) =>
    new OcrError('invalid-model', `the input cannot be made pixels: ${why}`);
  const constantOf = (name: string | undefined, what: string): Constant => {
    const found = nodes.find(({ outputs }) => name !== undefined && outputs[0] === name)?.constant;
    if (found === undefined) throw refused(`${what} is no float constant`);
    if (nodes.filter(({ inputs }) => inputs.includes(name ?? '')).length !== 1) {
      throw refused(`${what} is used more than once`);
    }
    return found;
  };
  const [first, ...others] = nodes.filter(({ inputs }) => inputs.includes(input));
  if (first?.op !== 'Conv' || others.length > 0) throw refused('it does not feed one Conv');
  const weights = constantOf(first.inputs[1], 'the weight');
  const [outputs = 0, channels = 0] = weights.dims;
  if (channels !== scale.length) throw refused(`the Conv takes ${channels} channels`);

  const next = nodes.filter(({ inputs }) => inputs.includes(first.outputs[0] ?? ''));
  const follows = next.length === 1 ? next[0] : undefined;
  const [shift, sign] =
    first.inputs[BIAS] !== undefined
      ? [constantOf(first.inputs[BIAS], 'the bias'), 1]
      : follows?.op === 'BatchNormalization'
        ? [constantOf(follows.inputs[MEAN], 'the mean'), -1]
        : [undefined, 0];
  if (shift === undefined) throw refused('the Conv has no bias and no BatchNormalization after it');

  const changed = onnx.slice();
  const view = new DataView(changed.buffer);
  const taps = (weights.to - weights.from) / 4 / outputs / channels;
  for (let output = 0; output < outputs; output++) {
    let constant = 0;
    for (let channel = 0; channel < channels; channel++) {
      const [s, o] = [scale[channel] ?? 0, offset[channel] ?? 0];
      for (let tap = 0; tap < taps; tap++) {
        const at = weights.from + 4 * ((output * channels + channel) * taps + tap);
        const weight = view.getFloat32(at, true);
        constant += weight * (zero * s + o);
        view.setFloat32(at, weight * s, true);
      }
    }
    const at = shift.from + 4 * output;
    view.setFloat32(at, view.getFloat32(at, true) + sign * constant, true);
  }
  return changed;
};

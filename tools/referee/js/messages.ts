/** Messages to the wasm module that are put together from their parts, so that tensors are copied once, into its memory. */
import { Bytes, Result, str, Vector } from 'scale-ts';
import { byteLength, dtypeSize, type TensorSpec, tensorSpecCodec } from './graph.ts';
import type { Tensor } from './referee.ts';
import type { RawTensor } from './roots.mjs';

/** Something the referee refused; the message says what and why. */
export class RefereeError extends Error {
  override readonly name = 'RefereeError';
}

const answerCodec = Result(Bytes(), str);
const digests = Vector(Bytes(32));

/** What an answer of the module says. Throws a `RefereeError` when it refused. */
export const contentOf = (answer: Uint8Array): Uint8Array => {
  const { success, value } = answerCodec.dec(answer);
  if (!success) throw new RefereeError(value);
  return value;
};

/** So many bytes of tensors go to the module at a time: what was written is still in the processor's cache when hashed. */
const BATCH_BYTES = 1 << 18;

/** Runs of tensors that go to the module at a time, in order. */
export const batched = (tensors: readonly Tensor[]): Tensor[][] => {
  const batches: Tensor[][] = [];
  let batch: Tensor[] = [];
  let size = 0;
  for (const tensor of tensors) {
    if (batch.length === 0 || size + tensor.data.length > BATCH_BYTES) {
      batch = [];
      batches.push(batch);
      size = 0;
    }
    batch.push(tensor);
    size += tensor.data.length;
  }
  return batches;
};

/** What committing to a tensor transposes: of rank 4, the channels and pixels of each image. */
const turnOf = ({ dtype, shape }: TensorSpec): RawTensor['turn'] => {
  const [images, rows, height, width] = shape;
  if (
    shape.length !== 4 ||
    images === undefined ||
    rows === undefined ||
    height === undefined ||
    width === undefined
  ) {
    return undefined;
  }
  const columns = height * width;
  return rows === 1 || columns === 1
    ? undefined
    : { images, rows, columns, size: dtypeSize(dtype) };
};

/** What of a tensor follows from its spec alone. */
interface Described extends Pick<RawTensor, 'spec' | 'turn'> {
  bytes: number;
  dtype: TensorSpec['dtype'];
  shape: number[];
}

/** A graph's specs come again with every trace, and encoding them takes as long as hashing a page. */
const described = new WeakMap<TensorSpec, Described>();

const describe = (spec: TensorSpec): Described => {
  const known = described.get(spec);
  const isSame =
    known?.dtype === spec.dtype &&
    known.shape.length === spec.shape.length &&
    known.shape.every((size, at) => size === spec.shape[at]);
  if (known !== undefined && isSame) return known;
  const fresh: Described = {
    spec: tensorSpecCodec.enc(spec),
    turn: turnOf(spec),
    bytes: byteLength(spec),
    dtype: spec.dtype,
    shape: [...spec.shape],
  };
  described.set(spec, fresh);
  return fresh;
};

/** A tensor, ready for the module. */
export const rawTensor = ({ spec, data }: Tensor): RawTensor => {
  const { spec: encoded, turn, bytes } = describe(spec);
  return { spec: encoded, data, fits: data.length > 0 && data.length === bytes, turn };
};

/** The roots in the content of the module's answer. */
export const rootsIn = (content: Uint8Array): Uint8Array[] => digests.dec(content);

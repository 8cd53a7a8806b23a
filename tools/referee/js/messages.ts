/** Messages to the wasm module that are put together from their parts, so that tensors are copied once, into its memory. */
import { Bytes, compact, Result, str, Vector } from 'scale-ts';
import { tensorSpecCodec } from './graph.ts';
import type { Tensor } from './referee.ts';

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

/** Index of the request for the roots of tensors. */
const TENSOR_ROOTS = 14;

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

/** The request for the roots of a batch, in parts. */
export const rootsRequest = (batch: readonly Tensor[]): Uint8Array[] => [
  Uint8Array.of(TENSOR_ROOTS),
  compact.enc(batch.length),
  ...batch.flatMap(({ spec, data }) => [tensorSpecCodec.enc(spec), compact.enc(data.length), data]),
];

/** The roots in the content of the answer to it. */
export const rootsIn = (content: Uint8Array): Uint8Array[] => digests.dec(content);

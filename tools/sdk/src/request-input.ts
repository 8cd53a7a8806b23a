import { bytes } from './bytes.ts';
import type { VeritraceClient } from './client.ts';
import { demandWithin } from './limits.ts';
import type { Hex } from './types.ts';

/** An input by its tensor root: whoever has it gives it to the workers, off chain. */
export interface InputRoot {
  root: Hex;
}

/** An input of a request: its bytes, row-major little-endian and exactly as long as its spec, or its tensor root. */
export type RequestInput = Uint8Array | InputRoot;

/** As the chain takes it. */
export const inputSource = (input: RequestInput): { Inline: Hex } | { ByRoot: Hex } =>
  input instanceof Uint8Array ? { Inline: bytes(input) } : { ByRoot: input.root };

/** Throws a `TooLarge` when the bytes of an input are more than the chain takes. */
export const demandInputs = (client: VeritraceClient, inputs: readonly RequestInput[]): void => {
  for (const [index, input] of inputs.entries()) {
    // One by its root shows no size here: the chain knows it by the model's spec, and `infer` asks before.
    if (input instanceof Uint8Array) demandWithin(client, 'input', `input ${index}`, input.length);
  }
};

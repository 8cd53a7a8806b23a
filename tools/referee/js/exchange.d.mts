/** What the wasm module offers. */
export interface Exports {
  memory: WebAssembly.Memory;
  alloc(length: number): number;
  release(pointer: number, length: number): void;
  call(pointer: number, length: number): bigint;
}

/** Sends one message, in parts, and gives the answer on memory of its own. */
export const exchange: (exports: Exports, parts: readonly Uint8Array[]) => Uint8Array;

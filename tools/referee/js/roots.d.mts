import type { Exports } from './exchange.d.mts';

/** What the wasm module offers to bring images into committed order. */
export interface TurningExports extends Exports {
  turn(
    from: number,
    to: number,
    rows: number,
    columns: number,
    first: number,
    count: number,
    size: number,
  ): void;
}

/** BLAKE3, plain hash mode, 32 bytes. */
export interface NativeHash {
  hash(data: Uint8Array): Uint8Array;
  stream(): { update(data: Uint8Array): void; digest(): Uint8Array };
}

/** A tensor, ready for the module. */
export interface RawTensor {
  /** SCALE. */
  spec: Uint8Array;
  /** Row-major. */
  data: Uint8Array;
  /** Whether the bytes are as many as the spec says. */
  fits: boolean;
  /** Images of `rows × columns` elements of `size` bytes that committing transposes; `undefined` where none is. */
  turn: { images: number; rows: number; columns: number; size: number } | undefined;
}

/** Answers of the module with the roots of the tensors of some batches in this layout, in order. */
export type Rooter = (layout: number, batches: readonly RawTensor[][]) => Uint8Array[];

export const createRooter: (exports: TurningExports, native: NativeHash | undefined) => Rooter;

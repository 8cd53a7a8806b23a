/** Whether two byte strings are the same; a missing one equals nothing. */
export const bytesEqual = (a: Uint8Array, b: Uint8Array | undefined): boolean =>
  b !== undefined && Buffer.compare(a, b) === 0;

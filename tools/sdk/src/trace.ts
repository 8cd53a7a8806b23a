/** A trace as a worker reveals it: as its leaves, or, of more than a page has, by the hashes of its pages. */
import { bytes, fromHex } from './bytes.ts';
import type { Plain } from './plain.ts';
import type { Hex } from './types.ts';

export type Trace =
  /** Tensor root of every node’s output. */
  | { type: 'Leaves'; leaves: Uint8Array[] }
  /** The hash of every page and, for each declared output, the path from its leaf to the hash of its page. */
  | { type: 'Pages'; pages: Uint8Array[]; outputs: Uint8Array[][] };

/** As calls take it. */
export const traceArgument = (trace: Trace): object => {
  switch (trace.type) {
    case 'Leaves':
      return { Leaves: trace.leaves.map(bytes) };
    case 'Pages':
      return {
        Pages: {
          pages: trace.pages.map(bytes),
          outputs: trace.outputs.map((path) => path.map(bytes)),
        },
      };
  }
};

/** As it is read from a call: of runtimes before version 2 leaves alone. */
export const traceFromPlain = (plain: Plain): Trace => {
  if (Array.isArray(plain)) return { type: 'Leaves', leaves: (plain as Hex[]).map(fromHex) };
  const trace = plain as
    | { type: 'Leaves'; value: Hex[] }
    | { type: 'Pages'; pages: Hex[]; outputs: Hex[][] };
  return trace.type === 'Leaves'
    ? { type: 'Leaves', leaves: trace.value.map(fromHex) }
    : {
        type: 'Pages',
        pages: trace.pages.map(fromHex),
        outputs: trace.outputs.map((path) => path.map(fromHex)),
      };
};

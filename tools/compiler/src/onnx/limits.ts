/** What a model file may ask for before anything of it is believed. */
import { CompileError } from '../errors.ts';

/** Most nodes of a file. */
export const MAX_NODES = 16_384;
/** Most constants of a file. */
export const MAX_TENSORS = 65_536;
/** Most inputs, and most outputs, of the graph and of a node. */
export const MAX_EDGES = 1024;
/** Most attributes of a node. */
export const MAX_ATTRIBUTES = 64;
/** Most operator sets. */
export const MAX_OPSETS = 64;
/** Most dimensions of a tensor; canonical tensors have six, constants may be reshaped first. */
export const MAX_RANK = 16;
/** Most elements of a computed tensor: that of the chain. */
export const MAX_ELEMENTS = 2 ** 28;
/** Longest name of anything, in bytes. */
export const MAX_NAME_BYTES = 4096;
/** Longest string attribute, in bytes. */
export const MAX_STRING_BYTES = 65_536;
/** Most entries of the external data of a tensor, which is refused anyway. */
export const MAX_ENTRIES = 16;
/** Most integers of the whole file that are written one by one: each may take a byte there and takes eight in memory. */
export const MAX_LISTED_INTEGERS = 2 ** 23;
/** Most floats of the whole file that are written one by one, in attributes and `float_data`. */
export const MAX_LISTED_FLOATS = 2 ** 24;

/**
 * Elements of a shape. Throws a `CompileError` that begins with `what` unless it has at most `MAX_RANK` dimensions, each
 * positive, and at most `MAX_ELEMENTS` elements.
 */
export const checkedElements = (shape: readonly number[], what: string): number => {
  // Shapes of strangers can be long; a message should not be.
  const shown = `[${shape.slice(0, MAX_RANK).join(',')}${shape.length > MAX_RANK ? ',…' : ''}]`;
  if (shape.length > MAX_RANK) {
    throw new CompileError(
      'unsupported-shape',
      `${what} has ${shape.length} dimensions, ${shown}; supported: up to ${MAX_RANK}`,
    );
  }
  if (shape.some((d) => !Number.isSafeInteger(d) || d < 1)) {
    throw new CompileError(
      'unsupported-shape',
      `${what} has shape ${shown}; dimensions must be positive integers`,
    );
  }
  const elements = shape.reduce((product, d) => product * d, 1);
  if (elements > MAX_ELEMENTS) {
    throw new CompileError(
      'too-large',
      `${what} has shape ${shown}, ${elements} elements, more than ${MAX_ELEMENTS}`,
    );
  }
  return elements;
};

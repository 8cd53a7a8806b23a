/** The one place where what an operator's importer trips over becomes an error with the node's name. */
import { asCompileError } from '../errors.ts';
import type { OperatorContext } from './import.ts';

/** Runs an importer. Throws nothing but a `CompileError`. */
export const runImporter = (
  importer: (context: OperatorContext) => void,
  context: OperatorContext,
): void => {
  try {
    importer(context);
  } catch (cause) {
    const { node, label } = context;
    throw asCompileError(cause, `${node.opType} "${label}" cannot be read`, {
      node: label,
      op: node.opType,
    });
  }
};

import { readCompiled } from '@veritrace/compiler';
import type { Referee } from '@veritrace/referee';
import { toHex } from './digest.ts';
import type { LoadedModel } from './types.ts';

/**
 * Loads a compiled model from its folder and has the referee check it as the chain would. Throws a `CompileError` on a
 * folder whose files do not belong together, a `RefereeError` on a graph that is not well-formed.
 */
export const loadModel = async (dir: string, referee: Referee): Promise<LoadedModel> => {
  const { graphBin, manifest } = await readCompiled(dir);
  const loaded = referee.loadGraph(graphBin);
  return { name: manifest.name, loaded, graphRoot: toHex(loaded.graphRoot) };
};

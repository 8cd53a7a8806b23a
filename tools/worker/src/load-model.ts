import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Referee } from '@veritrace/referee';
import { toHex } from './digest.ts';
import type { LoadedModel } from './types.ts';

/**
 * Loads a compiled model from its folder and has the referee check it as the chain would. Throws a `RefereeError` on a
 * graph that is not well-formed.
 */
export const loadModel = async (dir: string, referee: Referee): Promise<LoadedModel> => {
  const loaded = referee.loadGraph(await readFile(join(dir, 'graph.bin')));
  return { name: basename(dir), loaded, graphRoot: toHex(loaded.graphRoot) };
};

import { bytesEqual } from './bytes-equal.ts';
import type { LoadedModel, PreparedClaim } from './types.ts';

/**
 * Recomputes random tiles with the referee, the chain's own code. Returns what is wrong, `undefined` if nothing was
 * found; a device that errs everywhere is found by the first tile, one that errs in one tile of n by one sample of n.
 */
export const verifySample = (
  { loaded }: LoadedModel,
  inputs: Uint8Array[],
  { nodeOutputs, leaves, isTraced }: PreparedClaim,
  samples: number,
  random: () => number,
): string | undefined => {
  const { nodeCount } = loaded.header;
  if (nodeOutputs.length !== nodeCount || leaves.length !== nodeCount) {
    return `the engine gave ${nodeOutputs.length} outputs for ${nodeCount} nodes`;
  }
  if (isTraced !== true) {
    const roots = loaded.trace(nodeOutputs);
    if (!roots.every((root, node) => bytesEqual(root, leaves[node]))) {
      return 'the trace is not that of the outputs';
    }
  }
  for (let sample = 0; sample < samples; sample += 1) {
    const node = Math.floor(random() * nodeCount);
    const tile = Math.floor(random() * loaded.tileCount(node));
    if (!loaded.checkTile(node, tile, inputs, nodeOutputs)) {
      return `the engine disagrees with the referee in tile ${tile} of node ${node}; run veritrace worker check`;
    }
  }
  return undefined;
};

/**
 * Bytes of what a dispute puts on chain: for each model of the checkout and each kind, the largest over its nodes, and
 * those of all nodes together, which a change of any of them changes.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createReferee, type LoadedGraph, type Referee, RefereeError } from '@veritrace/referee';
import { byteLength } from '@veritrace/referee/graph';
import { patternBytes } from '../timed/graphs.ts';
import type { Collected, Collector } from './collector.ts';

/** Above this an opening gives hashes of tiles instead of the tensor; both kinds are measured. */
const EVERYTHING = 2 ** 31;

/** `undefined` where a node has no proof of that kind. */
const sizeOf = (prove: () => Uint8Array): number | undefined => {
  try {
    return prove().length;
  } catch (error) {
    if (error instanceof RefereeError) return undefined;
    throw error;
  }
};

/** Sizes of every kind for a lie about the first element of a node. */
const proofsOf = (
  referee: Referee,
  loaded: LoadedGraph,
  node: number,
  { inputs, outputs, leaves }: Record<'inputs' | 'outputs' | 'leaves', Uint8Array[]>,
): Record<string, number | undefined> => {
  const spec = loaded.graph.nodes[node]?.output;
  const honest = outputs[node];
  if (spec === undefined || honest === undefined) return {};
  const lie = honest.map((byte, at) => (at === 0 ? byte ^ 1 : byte));
  const claimed = leaves.with(node, referee.tensorRoot(spec, lie, loaded.header.layoutVersion));
  const tensor = loaded.open(node, lie, EVERYTHING);
  const hashes = loaded.open(node, lie, 0);
  return {
    node: sizeOf(() => loaded.proveNode(node, claimed, inputs, outputs)),
    challenge: sizeOf(() => loaded.proveChallenge(node, claimed)),
    'opening-tensor': tensor.length,
    'opening-hashes': hashes.length,
    tile: sizeOf(() => loaded.proveTile(node, 0, hashes, claimed, inputs, outputs)),
    element: sizeOf(() => loaded.proveElement(node, 0, tensor, claimed, inputs, outputs)),
  };
};

const ofModel = (referee: Referee, graphBin: Uint8Array): Map<string, number> => {
  const loaded = referee.loadGraph(graphBin);
  try {
    const inputs = loaded.header.inputs.map((spec, index) =>
      patternBytes(byteLength(spec), 200 + index),
    );
    const outputs = loaded.evaluate(inputs);
    const evidence = { inputs, outputs, leaves: loaded.trace(outputs) };
    const sizes = new Map<string, number>();
    for (let node = 0; node < loaded.header.nodeCount; node += 1) {
      for (const [kind, size = 0] of Object.entries(proofsOf(referee, loaded, node, evidence))) {
        sizes.set(`${kind}/largest`, Math.max(size, sizes.get(`${kind}/largest`) ?? 0));
        sizes.set(`${kind}/all`, size + (sizes.get(`${kind}/all`) ?? 0));
      }
    }
    return sizes;
  } finally {
    loaded.free();
  }
};

export const proofs: Collector = async (root) => {
  const collected: Collected = { values: [], omitted: [] };
  const models = join(root, 'scenarios/models');
  const folders = await readdir(models, { withFileTypes: true });
  for (const { name } of folders.filter((one) => one.isDirectory())) {
    const graphBin = await readFile(join(models, name, 'compiled/graph.bin')).catch(
      () => undefined,
    );
    if (graphBin === undefined) continue;
    try {
      for (const [kind, value] of ofModel(createReferee(), graphBin)) {
        collected.values.push({ name: `${name}/${kind}`, unit: 'bytes', value });
      }
    } catch (error) {
      if (!(error instanceof RefereeError)) throw error;
      collected.omitted.push({ name, reason: error.message });
    }
  }
  return collected;
};

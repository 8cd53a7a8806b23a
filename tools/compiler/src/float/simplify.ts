/** Rewrites that do not change what a float model computes (up to the order of float roundings). */
import type { FloatGraph, FloatNode } from './graph.ts';
import { mergeLayout, spreadPrescriptions } from './layout.ts';
import { findNormalisations, foldIntoLayerNorm } from './normalisation.ts';
import { dropUnused } from './rewrite.ts';
import { foldScalings } from './scaling.ts';

export { consumersOf } from './rewrite.ts';

/** Turns quantise and dequantise pairs into prescriptions for the tensor they stand on. */
const resolveFakeQuantisation = (graph: FloatGraph): FloatGraph => {
  const prescribed = new Map(graph.prescribed);
  const renamed = new Map<string, string>();
  const resolve = (name: string) => renamed.get(name) ?? name;
  const nodes: FloatNode[] = [];
  for (const original of graph.nodes) {
    const node = { ...original, inputs: original.inputs.map(resolve) };
    const [input] = node.inputs;
    if (node.op.tag !== 'FakeQuantise' || input === undefined) {
      nodes.push(node);
      continue;
    }
    const { quantisation } = node.op;
    const known = prescribed.get(input);
    const same =
      known?.dtype === quantisation.dtype &&
      known.scale === quantisation.scale &&
      known.zero === quantisation.zero;
    if (known === undefined || same) {
      prescribed.set(input, quantisation);
      renamed.set(node.output, input);
    } else {
      // A second, different quantisation of the same tensor: a step of its own.
      prescribed.set(node.output, quantisation);
      nodes.push(node);
    }
  }
  return { ...graph, nodes, prescribed, outputs: graph.outputs.map(resolve) };
};

/** All of them. */
export const simplify = (graph: FloatGraph): FloatGraph =>
  [
    resolveFakeQuantisation,
    dropUnused,
    mergeLayout,
    findNormalisations,
    foldIntoLayerNorm,
    foldScalings,
    spreadPrescriptions,
  ].reduce((simpler, rewrite) => rewrite(simpler), graph);

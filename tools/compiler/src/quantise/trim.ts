/**
 * The part of a tensor's range that matters. Where everything that is made of a tensor is flat, as left of -3 behind a
 * HardSwish, its integers need not tell values apart.
 */
import type { ActivationQuantisation, FloatGraph, FloatNode } from '../float/graph.ts';
import { consumersOf } from '../float/simplify.ts';
import { createExpressions } from './expressions.ts';
import { quantisationOf } from './ranges.ts';

const STEPS = 1024;
/** Of a step of the result: below this it is flat. */
const TOLERANCE = 0.25;
/** Smallest gain that is worth another range. */
const GAIN = 0.98;

/** Quantisations with the useless part of their range cut off, for those tensors that only tables read. */
export const trimmed = (
  graph: FloatGraph,
  chosen: ReadonlyMap<string, ActivationQuantisation>,
): Map<string, ActivationQuantisation> => {
  const producers = new Map(graph.nodes.map((node) => [node.output, node]));
  const consumers = consumersOf(graph);
  const { rootOf, evaluate } = createExpressions(graph, producers, consumers);
  const readersOf = (tensor: string): readonly FloatNode[] => consumers.get(tensor) ?? [];

  /** Tensors that are tables of `root`, or none if `root` itself is read otherwise. */
  const tables = new Map<string, string[]>();
  for (const { output } of graph.nodes) {
    const root = rootOf(output);
    if (root === output) continue;
    const isMade =
      graph.outputs.includes(output) ||
      readersOf(output).some((reader) => rootOf(reader.output) !== root);
    if (isMade) tables.set(root, [...(tables.get(root) ?? []), output]);
  }

  const result = new Map(chosen);
  for (const [root, outputs] of tables) {
    const own = chosen.get(root);
    const isOnlyRead = readersOf(root).every((reader) => rootOf(reader.output) === root);
    if (own === undefined || graph.outputs.includes(root) || !isOnlyRead) continue;
    const [low, high] = [-own.zero * own.scale, (255 - own.zero) * own.scale];
    const at = (step: number) => low + ((high - low) * step) / STEPS;
    let [from, to] = [STEPS, 0];
    for (const output of outputs) {
      const step = chosen.get(output)?.scale;
      if (step === undefined) {
        [from, to] = [0, STEPS];
        break;
      }
      const values = Array.from({ length: STEPS + 1 }, (_, index) =>
        evaluate(output, root, at(index)),
      );
      const isFlat = (edge: number, end: number) =>
        Math.abs((values[end] ?? 0) - (values[edge] ?? 0)) <= TOLERANCE * step;
      let first = 0;
      while (first < STEPS && isFlat(0, first + 1)) first++;
      let last = STEPS;
      while (last > 0 && isFlat(STEPS, last - 1)) last--;
      [from, to] = [Math.min(from, first), Math.max(to, last)];
    }
    const [least, most] = [Math.min(0, at(from)), Math.max(0, at(to))];
    if (from < to && most - least < GAIN * (high - low)) {
      result.set(root, quantisationOf(least, most));
    }
  }
  return result;
};

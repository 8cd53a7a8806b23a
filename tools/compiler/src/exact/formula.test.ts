/** Tables as arithmetic: the common activations have a formula, each formula gives its table, and noise has none. */
import type { Initialiser } from '@veritrace/referee/graph';
import { describe, expect, it } from 'vitest';
import { writeElements } from '../model/tensors.ts';
import { createRandom } from '../random.ts';
import { graphOf } from '../testing/graphs.ts';
import { type Formula, formulaOf, tabulate } from './formula.ts';
import { createExactSession, type OptimisationLevel } from './session.ts';

interface Quantised {
  scale: number;
  zero: number;
}

/** The table of a real function between two quantisations. */
const tableOf = (
  real: (x: number) => number,
  input: Quantised,
  output: Quantised,
  dtype: 'U8' | 'I8' = 'U8',
): { table: Initialiser; entries: number[]; lowest: number } => {
  const [lowest, highest] = dtype === 'U8' ? [0, 255] : [-128, 127];
  const entries = Array.from({ length: 256 }, (_, place) => {
    const y = real((place + lowest - input.zero) * input.scale);
    return Math.min(highest, Math.max(lowest, Math.round(y / output.scale) + output.zero));
  });
  const table = { spec: { dtype, shape: [256] }, data: writeElements(dtype, entries) };
  return { table, entries, lowest };
};

const clip = (x: number, low: number, high: number) => Math.min(Math.max(x, low), high);
const ACTIVATIONS: Record<string, { real: (x: number) => number; kind: Formula['shape']['kind'] }> =
  {
    HardSwish: { real: (x) => (x * clip(x + 3, 0, 6)) / 6, kind: 'gate' },
    HardSigmoid: { real: (x) => clip(0.2 * x + 0.5, 0, 1), kind: 'line' },
    LeakyRelu: { real: (x) => (x < 0 ? 0.1 * x : x), kind: 'hinge' },
    Relu6: { real: (x) => clip(x, 0, 6), kind: 'line' },
    Abs: { real: Math.abs, kind: 'hinge' },
    'HardSwish between affine maps': {
      real: (x) => {
        const inner = 0.8 * x + 0.37;
        return (1.1 * (inner * clip(inner + 3, 0, 6))) / 6 - 0.21;
      },
      kind: 'gate',
    },
    'HardSwish turned round': {
      real: (x) => {
        const inner = 0.2 - 0.9 * x;
        return (inner * clip(inner + 3, 0, 6)) / 6 + 0.13;
      },
      kind: 'gate',
    },
  };

const cases = Object.entries(ACTIVATIONS).map(([name, { real, kind }]) => ({ name, real, kind }));

describe.each(cases)('$name', ({ real, kind }) => {
  const seed = 41;
  const random = createRandom(seed);
  const draws = Array.from({ length: 12 }, () => {
    const dtype = random.pick(['U8', 'I8'] as const);
    const middle = dtype === 'U8' ? 128 : 0;
    const input = { scale: (4 + 12 * random.next()) / 256, zero: middle + random.integer(-20, 20) };
    const output = { scale: (6 + 4 * random.next()) / 256, zero: middle - random.integer(60, 110) };
    return { dtype, input, ...tableOf(real, input, output, dtype) };
  });

  it(`is a ${kind} that gives the table on all points (seed ${seed})`, () => {
    for (const { table, entries, lowest, input } of draws) {
      const formula = formulaOf(table, lowest, input.zero);
      expect(formula?.shape.kind).toBe(kind);
      expect(formula && tabulate(formula, lowest)).toEqual(entries);
    }
  });

  it.each<OptimisationLevel>(['disabled', 'all'])(
    'runs as the table at level %s',
    async (level) => {
      for (const { dtype, table, entries, lowest, input } of draws.slice(0, 4)) {
        const requant = { zero: input.zero, min: lowest, max: lowest + 255 };
        // A requantisation by one goes before, so that the table's input has a known zero point.
        const graph = graphOf(
          [{ dtype, shape: [1, 256] }],
          [{ spec: { dtype: 'F32', shape: [1] }, data: writeElements('F32', [1]) }, table],
          [
            {
              op: { tag: 'Requantise', value: { xZero: input.zero, requant } },
              inputs: [
                { tag: 'Request', value: 0 },
                { tag: 'Initialiser', value: 0 },
              ],
              output: { dtype, shape: [1, 256] },
            },
            {
              op: { tag: 'Table', value: undefined },
              inputs: [
                { tag: 'Node', value: 0 },
                { tag: 'Initialiser', value: 1 },
              ],
              output: { dtype, shape: [1, 256] },
            },
          ],
        );
        const all = Array.from({ length: 256 }, (_, place) => place + lowest);
        const session = await createExactSession(graph, {
          threads: 1,
          graphOptimizationLevel: level,
        });
        const [, got] = await session.run([writeElements(dtype, all)]);
        await session.dispose();
        expect(got).toEqual(writeElements(dtype, entries));
      }
    },
  );
});

it('is not found for a table of noise, nor for one entry that is another', () => {
  const random = createRandom(43);
  const noise = Array.from({ length: 256 }, () => random.integer(0, 255));
  const spec = { dtype: 'U8', shape: [256] } as const;
  const of = (entries: number[]) =>
    formulaOf({ spec: { ...spec, shape: [256] }, data: Uint8Array.from(entries) }, 0, 128);
  expect(of(noise)).toBeUndefined();
  const line = Array.from({ length: 256 }, (_, place) => place);
  expect(of(line)?.shape.kind).toBe('line');
  expect(of(line.map((entry, place) => (place === 77 ? entry + 3 : entry)))).toBeUndefined();
});

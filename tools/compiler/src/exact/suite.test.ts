/** The suite of operators: exact on this machine, and not blind. */
import { createReferee, OPERATORS, type Referee } from '@veritrace/referee';
import { expect, it, vi } from 'vitest';
import { operatorSuite } from './suite.ts';

// A busy machine may take many times as long as an idle one.
vi.setConfig({ testTimeout: 300_000 });

const referee = createReferee();

it('finds every operator exact, and the forbidden ways wrong', async () => {
  const seen: string[] = [];
  const report = await operatorSuite(referee, {
    elements: 200,
    levels: ['disabled', 'all'],
    onProgress: ({ kind }) => seen.push(kind),
  });
  expect(report.operators.filter(({ mismatches }) => mismatches > 0)).toEqual([]);
  expect(report.operators.map(({ kind }) => kind)).toEqual(OPERATORS);
  for (const { elements } of report.operators) expect(elements).toBeGreaterThanOrEqual(200);
  expect(new Set(seen)).toEqual(new Set(OPERATORS));
  const [unsplit] = report.negatives;
  expect(unsplit).toMatchObject({ expected: 'wrong' });
  expect(unsplit?.mismatches).toBeGreaterThan(0);
  expect(report.passed).toBe(true);
});

it('counts what differs, and says where it first did', async () => {
  const lying: Referee = {
    ...referee,
    loadGraph: (bytes) => {
      const loaded = referee.loadGraph(bytes);
      return {
        ...loaded,
        evaluate: (inputs) =>
          loaded.evaluate(inputs).map((output) => {
            const changed = output.slice();
            changed[0] = (changed[0] ?? 0) ^ 1;
            return changed;
          }),
      };
    },
  };
  const report = await operatorSuite(lying, {
    kinds: ['Lookup'],
    elements: 50,
    levels: ['all'],
    threads: [1],
  });
  const [row] = report.operators;
  expect(report.passed).toBe(false);
  expect(row?.mismatches).toBe((row?.cases ?? 0) * 3);
  expect(row?.first).toMatch(/level all, 1 thread/);
});

it('gives the same cases for the same seed', async () => {
  const options = { kinds: ['Table'], elements: 100, levels: ['all'], threads: [1] } as const;
  const [first, second, other] = [
    await operatorSuite(referee, { ...options, seed: 5 }),
    await operatorSuite(referee, { ...options, seed: 5 }),
    await operatorSuite(referee, { ...options, seed: 6 }),
  ];
  expect(second).toEqual(first);
  expect(other?.operators).not.toEqual(first?.operators);
});

it('ends when it is told to', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(operatorSuite(referee, { signal })).rejects.toThrow('enough');
});

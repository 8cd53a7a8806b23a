/** A stored result with one of each kind of metric. */
import type { BenchResult } from '../result.ts';

export const storedResult: BenchResult = {
  format: 'veritrace-bench/1',
  benchmark: 'weights',
  startedAt: '2026-01-01T00:00:00.000Z',
  seed: 1,
  commit: 'abcdef0',
  versions: { node: 'v24' },
  machine: { processor: 'P', cores: 2, memoryBytes: 1, system: 'linux', node: 'v20' },
  settings: { steps: 50 },
  metrics: [
    { kind: 'exact', name: 'weights/inference.claim/reads', unit: 'reads', value: 12 },
    { kind: 'sampled', name: 'inference/mlp/exact', unit: 'ms', better: 'lower', samples: [1, 2] },
  ],
  detail: { anything: true },
};

import { describe, expect, it } from 'vitest';
import type { Point } from './detail.ts';
import { cornersOf, metricsOfDetail, proofBound } from './metrics.ts';
import { detailOf, measurement } from './testing.ts';

const point = (components: Record<string, number>, nanoseconds = [40_000]): Point => ({
  components,
  nanoseconds,
  reads: 3,
  writes: 2,
  repeatReads: 0,
  repeatWrites: 0,
  proofBytes: 100,
});

describe('corners', () => {
  it('are where all components are greatest, and where each alone is least', () => {
    const points = [
      point({ t: 1, o: 9 }),
      point({ t: 5, o: 9 }),
      point({ t: 9, o: 9 }),
      point({ t: 9, o: 1 }),
    ];
    const components = [
      { name: 't', min: 1, max: 9 },
      { name: 'o', min: 1, max: 9 },
    ];
    const corners = cornersOf(measurement({ components, points, ordinary: point({ t: 3, o: 3 }) }));
    expect(Object.fromEntries([...corners].map(([name, at]) => [name, at.components]))).toEqual({
      high: { t: 9, o: 9 },
      'low-t': { t: 1, o: 9 },
      'low-o': { t: 9, o: 1 },
      ordinary: { t: 3, o: 3 },
    });
  });

  it('are one without components', () => {
    expect([...cornersOf(measurement()).keys()]).toEqual(['']);
  });
});

describe('metrics', () => {
  it('are accesses and proofs, exact, and times in median transfers of the same run', () => {
    const metrics = metricsOfDetail(detailOf(measurement()));
    const named = Object.fromEntries(metrics.map((metric) => [metric.name, metric]));
    expect(named['weights/payouts.claim/reads']).toMatchObject({ kind: 'exact', value: 4 });
    expect(named['weights/payouts.claim/writes']).toMatchObject({ kind: 'exact', value: 4 });
    expect(named['weights/payouts.claim/recorded-proof']).toMatchObject({ value: 500 });
    expect(named['weights/payouts.claim/time']).toMatchObject({
      kind: 'sampled',
      unit: 'transfers',
      better: 'lower',
      samples: [1.2, 1.25, 1.3],
    });
  });

  it('bound the proof by every item that is read, not by the dearest alone', () => {
    const storage = [
      { name: 'A::Big', reads: 1, writes: 0, maxSize: 5_000 },
      { name: 'A::Small', reads: 2, writes: 1, maxSize: 40 },
      { name: 'A::Written', reads: 0, writes: 1, maxSize: 9_999 },
    ];
    const bound = proofBound(measurement({ storage }));
    expect(bound).toBe(2_475 + 5_000 + 2 * (2_475 + 40));
    const [big, ...others] = storage;
    const grown = [...others, { ...(big as (typeof storage)[0]), maxSize: 5_200 }];
    expect(proofBound(measurement({ storage: grown }))).toBe(bound + 200);
  });
});

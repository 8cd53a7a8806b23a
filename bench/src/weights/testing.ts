/** Measurements for tests. */
import type { Measurement, Point, WeightsDetail } from './detail.ts';

const point: Point = {
  components: {},
  nanoseconds: [48_000, 50_000, 52_000],
  reads: 4,
  writes: 4,
  repeatReads: 0,
  repeatWrites: 0,
  proofBytes: 500,
};

export const measurement = (changes: Partial<Measurement> = {}): Measurement => ({
  pallet: 'payouts',
  name: 'claim',
  components: [],
  refTime: { base: 50_000_000, slopes: {} },
  refTimeErrors: {},
  fastest: 48_000_000,
  reads: { base: 4, slopes: {} },
  writes: { base: 4, slopes: {} },
  proofSize: { base: 6_196, slopes: {} },
  storage: [{ name: 'Payouts::Claimable', reads: 1, writes: 1, maxSize: 64 }],
  points: [point],
  ordinary: point,
  ...changes,
});

/** 40 µs. */
export const transfer = measurement({
  pallet: 'balances',
  name: 'transfer_keep_alive',
  refTime: { base: 40_000_000, slopes: {} },
  points: [{ ...point, nanoseconds: [39_000, 40_000, 90_000] }],
});

export const detailOf = (...measurements: Measurement[]): WeightsDetail => ({
  runtime: { sha256: '00', bytes: 1 },
  runs: [
    {
      pallet: measurements[0]?.pallet ?? 'payouts',
      startedAt: '2026-01-02T03:04:05.000Z',
      seconds: 1,
      baseline: transfer,
      measurements,
    },
  ],
});

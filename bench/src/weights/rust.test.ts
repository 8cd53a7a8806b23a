import { describe, expect, it } from 'vitest';
import { rustData } from './rust.ts';
import { detailOf, measurement } from './testing.ts';

const result = {
  machine: { processor: 'P', cores: 2, memoryBytes: 1, system: 'linux 6 x64', node: 'v20' },
  commit: 'abc',
  settings: { steps: 50, repeat: 20 },
  versions: { executor: 'frame-benchmarking-cli 64.0.0', rustc: 'rustc 1.96.0' },
};

const data = (...measurements: ReturnType<typeof measurement>[]) => {
  const [run] = detailOf(...measurements).runs;
  if (run === undefined) throw new Error('a run was made');
  return rustData(run, result);
};

describe('a weight in Rust', () => {
  it('has base, slopes and accesses', () => {
    const measured = measurement({
      components: [
        { name: 'b', min: 1, max: 262_144 },
        { name: 'k', min: 1, max: 5 },
        { name: 'm', min: 0, max: 7 },
      ],
      refTime: { base: 1_234_567, slopes: { b: 1_000 } },
      reads: { base: 3, slopes: { k: 2 } },
      writes: { base: 0, slopes: { k: 1 } },
      proofSize: { base: 999, slopes: { k: 2_500 } },
    });
    const { functions, implementations } = data(measured);
    expect(functions[0]).toMatchObject({
      name: 'claim',
      declaration: 'b: u32, k: u32, m: u32',
    });
    expect(functions[0]?.docs).toEqual([
      '`b` from 1 to 262_144.',
      '`k` from 1 to 5.',
      '`m` from 0 to 7.',
      '',
      '- `Payouts::Claimable` (64 bytes at most): 1 read, 1 write',
    ]);
    expect(implementations[0]?.functions[0]).toEqual({
      name: 'claim',
      parameters: 'b: u32, k: u32, _m: u32',
      refTime: '1_234_567',
      proofSize: '999',
      terms: [
        'Weight::from_parts(1_000, 0).saturating_mul(b.into())',
        'Weight::from_parts(0, 2_500).saturating_mul(k.into())',
        'T::DbWeight::get().reads(3)',
        'T::DbWeight::get().reads(2_u64.saturating_mul(k.into()))',
        'T::DbWeight::get().writes(1_u64.saturating_mul(k.into()))',
      ],
    });
  });

  it('says what it was measured on', () => {
    const text = data(measurement()).header.join('\n');
    for (const part of ['2026-01-02', 'commit abc', 'P, 2 cores', '50 steps', 'rustc 1.96.0']) {
      expect(text).toContain(part);
    }
    expect(text).toContain('40_000_000 ps');
  });
});

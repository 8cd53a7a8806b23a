import { describe, expect, it } from 'vitest';
import { NotWrittenByBenchmarks, parseWeights } from './weights.ts';

const file = (body: string): string => `//! Weights.

pub trait WeightInfo {
    /// \`n\` from 0 to 4.
    fn claim(n: u32) -> Weight;
}

/// Under the runtime's database weights.
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
${body}
}

/// For tests.
impl WeightInfo for () {
    fn claim(_n: u32) -> Weight {
        Weight::from_parts(9, 9)
            .saturating_add(RocksDbWeight::get().reads(99))
    }
}
`;

describe('weights.rs', () => {
  it('is read as bench:weights writes it', () => {
    const text = file(`    fn claim(n: u32) -> Weight {
        Weight::from_parts(31_000_000, 3_593)
            .saturating_add(Weight::from_parts(1_000, 2_520).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().reads(2_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(n.into())))
    }
    fn nothing() -> Weight {
        Weight::from_parts(5_000, 0)
    }`);
    expect(parseWeights(text, 'w.rs')).toEqual([
      {
        name: 'claim',
        reads: { base: 3, slopes: new Map([['n', 2]]) },
        writes: { base: 0, slopes: new Map([['n', 1]]) },
        'proof-size': { base: 3_593, slopes: new Map([['n', 2_520]]) },
      },
      {
        name: 'nothing',
        reads: { base: 0, slopes: new Map() },
        writes: { base: 0, slopes: new Map() },
        'proof-size': { base: 0, slopes: new Map() },
      },
    ]);
  });

  it("is read as Substrate's own template writes it", () => {
    const text = file(`    /// Storage: \`Payouts::Claimable\` (r:1 w:1)
    /// The range of component \`n\` is \`[1, 5]\`.
    fn claim(n: u32, ) -> Weight {
        // Proof Size summary in bytes:
        //  Measured:  \`103\`
        //  Estimated: \`6196\`
        // Minimum execution time: 31_000_000 picoseconds.
        Weight::from_parts(32_000_000, 6196)
            // Standard Error: 1_000
            .saturating_add(Weight::from_parts(900, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }`);
    expect(parseWeights(text, 'w.rs')).toEqual([
      {
        name: 'claim',
        reads: { base: 2, slopes: new Map([['n', 1]]) },
        writes: { base: 1, slopes: new Map() },
        'proof-size': { base: 6_196, slopes: new Map([['n', 0]]) },
      },
    ]);
  });

  it.each([
    ['a macro', '    interim!(T::DbWeight::get());', 'w.rs:9: the weights are not written out'],
    [
      'a sum of other things',
      `    fn claim(n: u32) -> Weight {
        fixed(T::DbWeight::get(), 60, 8, 9)
    }`,
      'w.rs:10: the weight of claim is no sum',
    ],
    [
      'a product',
      `    fn claim(n: u32) -> Weight {
        Weight::from_parts(5, 6).saturating_mul(7)
    }`,
      'w.rs:10: the weight of claim is no sum',
    ],
  ])('with %s is refused, with the line', (_what, body, message) => {
    expect(() => parseWeights(file(body), 'w.rs')).toThrow(NotWrittenByBenchmarks);
    expect(() => parseWeights(file(body), 'w.rs')).toThrow(message);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isShownWhole, PROOF_CAP, type WholeNode } from './proof-cap.ts';

/** A node that fits everywhere, with `change`. */
const node = (change: Partial<WholeNode> = {}, proofBytes = 1_000, share = 0.02): WholeNode => ({
  cost: { wholeBytes: 900, wholeMacs: 100n },
  step: { maxWholeBytes: 65_536, maxMacs: 1_000n },
  cap: { bytes: 2_000, blockShare: 0.05 },
  prove: async () => new Uint8Array(proofBytes),
  shareOf: async () => share,
  ...change,
});

const unasked = async () => {
  throw new Error('not to be asked');
};

describe('a whole node', () => {
  it('is shown when chain and cap have room for it, to the byte', async () => {
    expect(await isShownWhole(node())).toBe(true);
    expect(await isShownWhole(node({}, 2_000, 0.05))).toBe(true);
    expect(await isShownWhole(node({}, 2_001))).toBe(false);
    expect(await isShownWhole(node({}, 1_000, 0.0501))).toBe(false);
  });

  it('is not shown when the chain would refuse it, and nothing is proved to find that out', async () => {
    const step = { maxWholeBytes: 899, maxMacs: 1_000n };
    expect(await isShownWhole(node({ step, prove: unasked }))).toBe(false);
    const busy = { maxWholeBytes: 65_536, maxMacs: 99n };
    expect(await isShownWhole(node({ step: busy, prove: unasked }))).toBe(false);
    expect(await isShownWhole(node({ cost: undefined, prove: unasked }))).toBe(false);
  });

  it('whose inputs alone are beyond the cap is neither proved nor weighed', async () => {
    // The recogniser's largest node: 40 steps of 6,625 classes.
    const cost = { wholeBytes: 265_000, wholeMacs: 1n };
    const step = { maxWholeBytes: 524_288, maxMacs: 40_000_000n };
    const large = node({ cost, step, cap: PROOF_CAP, prove: unasked, shareOf: unasked });
    expect(await isShownWhole(large)).toBe(false);
  });

  it('beyond the cap in bytes is not weighed', async () => {
    expect(await isShownWhole(node({ shareOf: unasked }, 2_001))).toBe(false);
  });

  it('is never shown beyond any limit, and always within all of them', async () => {
    const amount = fc.integer({ min: 0, max: 4_000 });
    await fc.assert(
      fc.asyncProperty(
        amount,
        amount,
        amount,
        amount,
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (inputs, beside, limit, most, share) => {
          const proof = inputs + beside;
          const cap = { bytes: most, blockShare: 0.5 };
          const shown = await isShownWhole(
            node(
              {
                cost: { wholeBytes: inputs, wholeMacs: 1n },
                step: { maxWholeBytes: limit, maxMacs: 1n },
                cap,
              },
              proof,
              share,
            ),
          );
          expect(shown).toBe(inputs <= limit && proof <= most && share <= 0.5);
        },
      ),
    );
  });
});

import { createReferee } from '@veritrace/referee';
import { describe, expect, it, vi } from 'vitest';
import { claimOf, salted } from './claim.ts';
import { toyModel } from './testing/toy-model.ts';
import { verifySample } from './verify-sample.ts';

const referee = createReferee();
const model = toyModel(referee);
const [spec] = model.loaded.header.inputs;
const inputs = [Uint8Array.from({ length: spec?.shape[1] ?? 0 }, (_, index) => index * 3)];
const honest = model.loaded.evaluate(inputs);

const claimed = (nodeOutputs: Uint8Array[], leaves?: Uint8Array[]) =>
  claimOf({ referee }, model, { nodeOutputs, ...(leaves && { leaves }) }, 1 << 20);

describe('verifySample', () => {
  it('finds nothing in a true claim, and does not hash the trace again that was just made', async () => {
    const claim = await claimed(honest);
    const trace = vi.spyOn(model.loaded, 'trace');
    expect(verifySample(model, inputs, claim, 4, Math.random)).toBeUndefined();
    expect(trace).not.toHaveBeenCalled();
    trace.mockRestore();
  });

  it('finds leaves that are not those of the outputs, where they were stated', async () => {
    const leaves = model.loaded.trace(honest).map((leaf) => leaf.slice().reverse());
    const wrong = 'the trace is not that of the outputs';
    expect(verifySample(model, inputs, await claimed(honest, leaves), 0, Math.random)).toBe(wrong);
  });

  it('hashes the trace of what was kept, whose outputs come from elsewhere', async () => {
    const kept = salted(await claimed(honest));
    const others = honest.map((output) => output.map((byte) => byte ^ 1));
    const wrong = 'the trace is not that of the outputs';
    expect(verifySample(model, inputs, { ...kept, nodeOutputs: others }, 0, Math.random)).toBe(
      wrong,
    );
  });

  it('finds a tile that the referee computes otherwise', async () => {
    const others = honest.map((output) => output.map((byte) => byte ^ 1));
    expect(verifySample(model, inputs, await claimed(others), 1, () => 0)).toMatch(
      /disagrees with the referee in tile 0 of node 0/,
    );
  });
});

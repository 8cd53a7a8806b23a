import { describe, expect, it } from 'vitest';
import { fromPoolError, splitDocs } from './dispatch-error.ts';

describe('the documentation of an error', () => {
  it('is split into why and what to do', () => {
    expect(splitDocs('Requests are open; remove it later. Wait for the last to close.')).toEqual({
      docs: 'Requests are open; remove it later.',
      remedy: 'Wait for the last to close.',
    });
    expect(splitDocs(' Over \n two  lines. Use another: it works. ')).toEqual({
      docs: 'Over two lines.',
      remedy: 'Use another: it works.',
    });
  });

  it('may have a name of the code where a sentence begins, and loses the links of its language', () => {
    expect(
      splitDocs('It is condemned. `settle` refunds it. See [`Record`](crate::Record).'),
    ).toEqual({ docs: 'It is condemned. `settle` refunds it.', remedy: 'See `Record`.' });
    expect(splitDocs('It is condemned. `settle` refunds it.').remedy).toBe('`settle` refunds it.');
  });

  it('has no remedy when it is one sentence', () => {
    expect(splitDocs('A counter would overflow.')).toEqual({
      docs: 'A counter would overflow.',
      remedy: '',
    });
    expect(splitDocs('')).toEqual({ docs: '', remedy: '' });
  });
});

describe('a refusal of the pool', () => {
  const refuse = (text: string) => fromPoolError(new Error(text), 'inference.settle');

  it('is recognised by what nodes say', () => {
    const texts = {
      '1010: Invalid Transaction: Inability to pay some fees': 'Invalid',
      '1010: {"invalid":{"stale":null}}': 'Invalid',
      '{"invalid":{"exhaustsResources":null}}': 'Invalid',
      '1010: Invalid Transaction: Transaction would exhaust the block limits': 'Invalid',
      '1014: Priority is too low: (1 vs 2)': 'PriorityTooLow',
      '1013: Transaction is already imported': 'AlreadyKnown',
      '1016: Immediately Dropped: the pool is full': 'PoolFull',
      'socket closed': 'Refused',
    };
    for (const [text, error] of Object.entries(texts)) {
      expect(refuse(text)).toMatchObject({ pallet: 'pool', error });
    }
  });

  it('says what failed, why and what to do', () => {
    expect(refuse('1016: pool is full').message).toBe(
      'inference.settle failed: pool.PoolFull. The node’s transaction pool is full. It said: 1016: pool is full. Try again later.',
    );
  });
});

import { TooLarge } from '@veritrace/sdk';
import { describe, expect, it } from 'vitest';
import { StoryStopped } from './stage.ts';
import { withinLimits } from './step-tools.ts';

describe('what is larger than the chain takes', () => {
  const tooLarge = new TooLarge({
    what: 'input 0',
    bytes: 307_200,
    limit: 262_144,
    constant: 'inference.MaxInputBytes',
    remedy: 'Ask a smaller one.',
  });

  it('stops the story, which says for what it was, how large, and what to do', () => {
    const make = () => {
      throw tooLarge;
    };
    expect(() => withinLimits('the request "find" to detector', make)).toThrow(
      new StoryStopped(
        'the request "find" to detector: input 0 has 307,200 bytes, and this chain takes at most 262,144 ' +
          '(inference.MaxInputBytes); nothing was sent. Ask a smaller one.',
      ),
    );
  });

  it('is told from every other error', () => {
    expect(withinLimits('a request', () => 7)).toBe(7);
    const other = new RangeError('another');
    expect(() =>
      withinLimits('a request', () => {
        throw other;
      }),
    ).toThrow(other);
  });
});

import { describe, expect, it } from 'vitest';
import { stateOf } from '../trie/state.ts';
import { DeadlinePassed, withDeadline } from './deadline.ts';
import { createRuntime, RuntimeTrapped } from './runtime.ts';

const text = (value: string): number[] => [value.length, ...Buffer.from(value)];
const section = (id: number, ...content: number[]): number[] => [id, content.length, ...content];

/** A runtime whose `Core_version` is the given instructions, which give a 64-bit number. */
const runtimeThat = (...instructions: number[]): Uint8Array =>
  Uint8Array.from([
    ...[0, ...Buffer.from('asm'), 1, 0, 0, 0],
    ...section(1, 1, 0x60, 2, 0x7f, 0x7f, 1, 0x7e),
    ...section(2, 1, ...text('env'), ...text('memory'), 2, 0, 1),
    ...section(3, 1, 0),
    ...section(6, 1, 0x7f, 0, 0x41, 0, 0x0b),
    ...section(7, 2, ...text('__heap_base'), 3, 0, ...text('Core_version'), 0, 0),
    ...section(10, 1, instructions.length + 2, 0, ...instructions, 0x0b),
  ]);

const FOREVER = [0x03, 0x40, 0x0c, 0, 0x0b, 0x00];
const NOTHING = [0x42, 0];

describe('a deadline', () => {
  it('ends a runtime that does not, and says so', () => {
    const call = (deadline?: number) =>
      createRuntime(runtimeThat(...FOREVER)).call(stateOf([]), 'Core_version', new Uint8Array(), {
        ...(deadline !== undefined && { deadline }),
      });
    expect(() => call(50)).toThrow(RuntimeTrapped);
    expect(() => call(50)).toThrow(
      'Core_version trapped: it had not come to its end after 0.05 s, and was stopped',
    );
  });

  it('changes nothing where it is kept', () => {
    const { result } = createRuntime(runtimeThat(...NOTHING)).call(
      stateOf([]),
      'Core_version',
      new Uint8Array(),
      { deadline: 60_000 },
    );
    expect(result).toEqual(new Uint8Array());
    expect(withDeadline(() => withDeadline(() => 5, 60_000) + 1, 60_000)).toBe(6);
    const own = new RangeError('mine');
    expect(() =>
      withDeadline(() => {
        throw own;
      }, 60_000),
    ).toThrow(own);
  });

  it('is not outlived by what catches everything', () => {
    const stubborn = (): number => {
      for (;;) {
        try {
          JSON.parse('{');
        } catch {
          // Goes on.
        }
      }
    };
    expect(() => withDeadline(stubborn, 50)).toThrow(DeadlinePassed);
    expect(withDeadline(() => 'the next', 60_000)).toBe('the next');
  });
});

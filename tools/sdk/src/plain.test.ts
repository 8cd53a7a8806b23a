import { TypeRegistry } from '@polkadot/types';
import { describe, expect, it } from 'vitest';
import { toPlain } from './plain.ts';

const registry = new TypeRegistry();
registry.register({
  Point: { x: 'u32', bigY: 'u64' },
  Flat: { _enum: ['Red', 'Green'] },
  Shape: { _enum: { Nothing: 'Null', Dot: 'Point', Circle: 'u128' } },
});

const plain = (type: string, value: unknown) => toPlain(registry.createType(type, value));

describe('plain values', () => {
  it('are numbers up to 32 bits and bigints above', () => {
    expect(plain('u8', 255)).toBe(255);
    expect(plain('u32', 4_294_967_295)).toBe(4_294_967_295);
    expect(plain('i32', -5)).toBe(-5);
    expect(plain('u64', 7)).toBe(7n);
    expect(plain('u128', '340282366920938463463374607431768211455')).toBe((1n << 128n) - 1n);
    expect(plain('Compact<u128>', 9)).toBe(9n);
    expect(plain('Permill', 500_000)).toBe(500_000);
  });

  it('are hex for bytes and digests, text for text and accounts', () => {
    expect(plain('Bytes', '0x0102')).toBe('0x0102');
    expect(plain('[u8; 2]', [1, 2])).toBe('0x0102');
    expect(plain('H256', `0x${'ab'.repeat(32)}`)).toBe(`0x${'ab'.repeat(32)}`);
    expect(plain('Text', 'hello')).toBe('hello');
    expect(plain('bool', true)).toBe(true);
    const alice = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';
    expect(plain('AccountId', alice)).toBe(alice);
  });

  it('are undefined for what is not there', () => {
    expect(plain('Option<u32>', null)).toBeUndefined();
    expect(plain('Option<u32>', 3)).toBe(3);
    expect(plain('Null', null)).toBeUndefined();
  });

  it('are objects, arrays and tagged unions for what is composed', () => {
    expect(plain('Point', { x: 1, bigY: 2 })).toEqual({ x: 1, bigY: 2n });
    expect(plain('Vec<Point>', [{ x: 1, bigY: 2 }])).toEqual([{ x: 1, bigY: 2n }]);
    expect(plain('(u8, Bytes)', [1, '0x02'])).toEqual([1, '0x02']);
    expect(plain('BTreeSet<u16>', [3, 1])).toEqual([1, 3]);
    expect(plain('Flat', 'Green')).toBe('Green');
    expect(plain('Shape', 'Nothing')).toEqual({ type: 'Nothing' });
    expect(plain('Shape', { Dot: { x: 1, bigY: 2 } })).toEqual({ type: 'Dot', x: 1, bigY: 2n });
    expect(plain('Shape', { Circle: 4 })).toEqual({ type: 'Circle', value: 4n });
  });

  it('do not exist for what the pallets do not use', () => {
    expect(() => plain('HashMap<u8, u8>', new Map([[1, 2]]))).toThrow(TypeError);
  });
});

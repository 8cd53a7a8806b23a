import { describe, expect, it } from 'vitest';
import { groupOf, judge, ordinaryOf } from './aims.ts';
import { measurement, transfer } from './testing.ts';

const request = (changes: Parameters<typeof measurement>[0] = {}) =>
  measurement({
    pallet: 'inference',
    name: 'submit_inference_request',
    components: [{ name: 'b', min: 1, max: 262_144 }],
    refTime: { base: 100_000_000, slopes: { b: 1_000 } },
    reads: { base: 12, slopes: {} },
    writes: { base: 10, slopes: {} },
    ...changes,
  });

describe('a call is judged', () => {
  it('at the components of an ordinary call, in transfers of the same run', () => {
    const { ordinary, greatest, missed } = judge(request(), transfer);
    expect(ordinary).toMatchObject({ refTime: 101_024_000, reads: 12, writes: 10 });
    expect(ordinary.transfers).toBeCloseTo(101.024 / 40);
    expect(greatest.refTime).toBe(100_000_000 + 262_144 * 1_000);
    expect(missed).toEqual([]);
  });

  it.each([
    ['time', { refTime: { base: 121_000_000, slopes: { b: 1_000 } } }, '3.1 of 3 transfers'],
    ['reads', { reads: { base: 13, slopes: {} } }, '13 of 12 reads'],
    ['writes', { writes: { base: 10, slopes: { b: 1 } } }, '1034 of 10 writes'],
    ['proof', { proofSize: { base: 10_001, slopes: {} } }, '10001 of 10000 bytes of proof'],
  ])('and misses its aim by %s', (_, changes, message) => {
    expect(judge(request(changes), transfer).missed).toEqual([message]);
  });

  it('by the aim of its group', () => {
    const group = (pallet: string, name: string) => groupOf(measurement({ pallet, name }));
    expect(group('inference', 'submit_inference_request')).toBe('request');
    expect(group('inference', 'settle_pay')).toBe('settlement');
    expect(group('inference', 'submit_inference_result')).toBe('lifecycle');
    expect(group('inference', 'sweep_move')).toBe('part');
    expect(group('disputes', 'contradict_node_convicts')).toBe('data');
    expect(group('disputes', 'reclaim_bond')).toBe('lifecycle');
    const settled = measurement({ pallet: 'inference', name: 'settle_pay' });
    const slow = { ...settled, refTime: { base: 161_000_000, slopes: {} } };
    expect(judge(slow, transfer).missed).toEqual(['4.0 of 4 transfers']);
    expect(judge(settled, transfer).missed).toEqual([]);
  });

  it('within the range of its components', () => {
    const components = [
      { name: 'b', min: 4_096, max: 8_192 },
      { name: 'o', min: 1, max: 16 },
      { name: 'k', min: 2, max: 5 },
    ];
    expect(ordinaryOf(measurement({ components }))).toEqual({ b: 4_096, o: 16, k: 2 });
  });
});

describe('what cannot be is an error', () => {
  const linear = (slopes: Record<string, number>) => ({ base: 1, slopes });
  const component = (name: string) => [{ name, min: 1, max: 9 }];

  it.each([
    [
      'bytes that take no time',
      component('b'),
      linear({}),
      linear({ b: 1 }),
      ['more of b takes no time'],
    ],
    [
      'workers that cost nothing',
      component('k'),
      linear({}),
      linear({}),
      ['more of k costs nothing'],
    ],
    ['workers that cost a read', component('k'), linear({}), linear({ k: 1 }), []],
    ['bytes that take time', component('b'), linear({ b: 1 }), linear({}), []],
    ['a call that takes no time', [], { base: 0, slopes: {} }, linear({}), ['takes no time']],
  ])('%s', (_, components, refTime, reads, expected) => {
    expect(judge(measurement({ components, refTime, reads }), transfer).wrong).toEqual(expected);
  });
});

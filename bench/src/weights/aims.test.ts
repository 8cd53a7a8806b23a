import { describe, expect, it } from 'vitest';
import { groupOf, judge } from './aims.ts';
import type { Point } from './detail.ts';
import { ordinaryValues } from './ordinary.ts';
import { measurement, transfer } from './testing.ts';

/** The median is 3 transfers. */
const ordinary = (changes: Partial<Point> = {}): Point => ({
  ...measurement().ordinary,
  components: { b: 1_024 },
  nanoseconds: [119_000, 120_000, 300_000],
  reads: 12,
  writes: 10,
  ...changes,
});

const request = (changes: Parameters<typeof measurement>[0] = {}) =>
  measurement({
    pallet: 'inference',
    name: 'submit_inference_request',
    components: [{ name: 'b', min: 1, max: 262_144 }],
    refTime: { base: 100_000_000, slopes: { b: 1_000 } },
    reads: { base: 12, slopes: {} },
    writes: { base: 10, slopes: {} },
    ordinary: ordinary(),
    ...changes,
  });

describe('a call is judged', () => {
  it('at the components of an ordinary call, in transfers of the same run', () => {
    const { ordinary: usual, greatest, missed } = judge(request(), transfer);
    expect(usual).toMatchObject({ refTime: 120_000_000, transfers: 3, reads: 12, writes: 10 });
    expect(greatest.refTime).toBe(100_000_000 + 262_144 * 1_000);
    expect(missed).toEqual([]);
  });

  it.each([
    ['time', { ordinary: ordinary({ nanoseconds: [124_000] }) }, '3.1 of 3 transfers'],
    ['reads', { ordinary: ordinary({ reads: 13 }) }, '13 of 12 reads'],
    ['writes', { ordinary: ordinary({ writes: 11 }) }, '11 of 10 writes'],
    ['proof', { proofSize: { base: 9_000, slopes: { b: 1 } } }, '10024 of 10000 bytes of proof'],
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
    const slow = { ...settled, ordinary: ordinary({ nanoseconds: [164_000] }) };
    expect(judge(slow, transfer).missed).toEqual(['4.1 of 4 transfers']);
    expect(judge(settled, transfer).missed).toEqual([]);
  });

  it('with components within their ranges', () => {
    const components = [
      { name: 'b', min: 4_096, max: 8_192 },
      { name: 'o', min: 1, max: 16 },
      { name: 'k', min: 2, max: 5 },
    ];
    expect(ordinaryValues(components)).toEqual([4_096, 16, 2]);
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

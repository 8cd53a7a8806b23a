import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openRecord } from '../record/open.ts';
import type { RecordEvent, RunRecord } from '../record/record.ts';
import { demoRecord } from '../testing/fixture.ts';
import { balances, flowsOf, total } from './flows.ts';

const record = openRecord(await demoRecord());

const withEvents = (events: readonly RecordEvent[]): RunRecord => ({ ...record, events });

describe('the money of requests', () => {
  it('adds up in a real record, and burns what the summary says', () => {
    const flows = flowsOf(record);
    expect([...flows.keys()]).toEqual(['seven', 'three', 'eight']);
    for (const flow of flows.values()) expect(balances(flow)).toBe(true);
    expect(String(total(flows.values()).burned)).toBe(record.summary.burned);
  });

  it('says who got what of a lie', () => {
    const eight = flowsOf(record).get('eight');
    expect(eight?.sources.map(({ who, pot }) => `${who} ${pot}`)).toEqual([
      'paul price',
      'paul deposit',
      'mallory stake',
      'mike stake',
    ]);
    expect(eight?.sinks.find(({ pot }) => pot === 'bounty')).toEqual({
      who: 'vera',
      pot: 'bounty',
      amount: 10_000_000_000_000n,
    });
    expect(eight?.sinks.find(({ pot }) => pot === 'compensation')?.who).toBe('paul');
  });

  it('does not add up when any movement of it is missing or another', () => {
    const moves = record.events.flatMap((event, index) => {
      const isMove =
        (event.type === 'payouts.Paid' && (event.reason as { value: string }).value === 'Escrow') ||
        event.type === 'inference.RequestSubmitted' ||
        event.type === 'inference.Settled';
      return isMove ? [index] : [];
    });
    expect(moves.length).toBeGreaterThan(10);
    fc.assert(
      fc.property(fc.constantFrom(...moves), fc.boolean(), (at, isGone) => {
        const event = record.events[at] as RecordEvent;
        // Of a request that is not settled the rest is still held, which is right.
        const isLost = isGone && event.type !== 'inference.Settled';
        const field = ['amount', 'escrow', 'refunded'].find((name) => name in event) ?? '';
        const other = { ...event, [field]: String(BigInt(String(event[field])) + 1n) };
        const events = record.events.flatMap((one, index) =>
          index !== at ? [one] : isLost ? [] : [other],
        );
        const flows = [...flowsOf(withEvents(events)).values()];
        // A request without its beginning has nothing to set against its end.
        expect(flows.every(balances)).toBe(false);
      }),
    );
  });

  it('says what is still held where a request is open', () => {
    const events = record.events.filter(({ block }) => block <= 9);
    const seven = flowsOf(withEvents(events)).get('seven');
    expect(seven?.held).toBe(1_100_000_000_000n);
    expect(seven !== undefined && balances(seven)).toBe(true);
  });
});

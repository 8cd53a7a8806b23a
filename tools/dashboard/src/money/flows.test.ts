import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openRecord } from '../record/open.ts';
import type { RecordEvent, RunRecord } from '../record/record.ts';
import { demoRecord } from '../testing/fixture.ts';
import { balances, flowsOf, total } from './flows.ts';

const record = openRecord(await demoRecord());

const withEvents = (events: readonly RecordEvent[]): RunRecord => ({
  ...record,
  events,
  chainEvents: events,
});

const groupedBy = <T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
};

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

describe('the money on a chain that others use', () => {
  /** The record as if another run had played there, its events between those of this one. */
  const shared = async (): Promise<RunRecord> => {
    const demo = await demoRecord();
    const files = new Map(demo.files);
    const lines = String(files.get('events.jsonl')).trim().split('\n');
    const others = (line: string) => {
      const event = JSON.parse(line) as RecordEvent & { request?: string };
      const foreign = JSON.parse(
        line.replaceAll(
          /5[1-9A-HJ-NP-Za-km-z]{47}/g,
          (address) => `${address.slice(0, 40)}stranger`,
        ),
      );
      return event.request === undefined ? foreign : { ...foreign, request: `9${event.request}` };
    };
    const byHook = groupedBy(lines, (line) => {
      const { block, extrinsic } = JSON.parse(line) as RecordEvent;
      return `${block}/${extrinsic}`;
    });
    files.set(
      'events.jsonl',
      [...byHook.values()]
        .flatMap((hook) => [...hook, ...hook.map((line) => JSON.stringify(others(line)))])
        .join('\n'),
    );
    files.set(
      'summary.json',
      String(files.get('summary.json')).replace('"driver": "embedded"', '"driver": "endpoint"'),
    );
    return openRecord({ name: 'shared', files });
  };

  it('is that of the run alone', async () => {
    const flows = flowsOf(await shared());
    expect(flows).toEqual(flowsOf(record));
  });
});

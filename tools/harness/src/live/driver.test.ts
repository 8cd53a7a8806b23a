import type { VeritraceClient } from '@veritrace/sdk';
import { describe, expect, it } from 'vitest';
import { createLiveDriver, type Nodes } from './driver.ts';
import type { LiveSession } from './session.ts';

const erin = { at: 'erin' } as unknown as VeritraceClient;
const frank = { at: 'frank' } as unknown as VeritraceClient;

/** A session that says what it was asked for. */
const sessionOf = () => {
  const asked: unknown[][] = [];
  const session = {
    facts: {},
    fund: async () => ({ number: 3, hash: '0x03' }),
    read: async () => undefined,
    parameters: async () => ({}),
    clientOf: (daemon: string, other?: VeritraceClient) => {
      asked.push([daemon, other]);
      return other === erin ? frank : erin;
    },
    clientAt: async (endpoint: string) => {
      if (endpoint !== 'ws://frank') throw new Error(`nothing answers at ${endpoint}`);
      return frank;
    },
  } as unknown as LiveSession;
  return { session, asked };
};

const nodes = {
  preset: 'rehearsal',
  names: () => ['erin', 'frank'],
  addressOf: (node: string) => `ws://${node}`,
  has: async (node: string, { number }: { number: number }) => node === 'erin' && number < 5,
} as unknown as Nodes;

const start = { preset: 'development', patch: {}, balances: new Map() };

describe('a driver of a live chain', () => {
  it('gives a daemon the node it wants, where it has nodes', async () => {
    const { session, asked } = sessionOf();
    const network = await createLiveDriver('network', session, nodes).start(start);
    expect(await network.clientOf('ben', { node: 'frank' })).toBe(frank);
    expect(asked).toEqual([]);
    await expect(network.clientOf('ada', { node: 'dave' })).rejects.toThrow('ws://dave');

    const elsewhere = await createLiveDriver('endpoint', session).start(start);
    expect(await elsewhere.clientOf('ben', { node: 'frank' })).toBe(erin);
  });

  it('keeps a twin away from the first daemon, and each run from the others', async () => {
    const { session, asked } = sessionOf();
    const driver = createLiveDriver('network', session, nodes);
    const network = await driver.start(start);
    expect(await network.clientOf('ada')).toBe(erin);
    expect(await network.clientOf('ada.twin', { apartFrom: 'ada' })).toBe(frank);
    const other = await driver.start(start);
    await other.clientOf('ada.twin', { apartFrom: 'ada' });
    expect(asked).toEqual([
      ['0 ada', undefined],
      ['0 ada.twin', erin],
      ['1 ada.twin', undefined],
    ]);
  });

  it('does faults only to nodes it has', () => {
    const { session } = sessionOf();
    const own = createLiveDriver('network', session, nodes);
    const others = createLiveDriver('endpoint', session);
    for (const step of ['isolate-node', 'twin', 'flood', 'check-behind'] as const) {
      expect(own.can(step)).toBe(true);
      expect(others.can(step)).toBe(false);
    }
    for (const step of ['stop', 'check-absent'] as const) expect(others.can(step)).toBe(true);
    expect([own.nodes(), others.nodes()]).toEqual([['erin', 'frank'], undefined]);
  });

  it('asks nodes that it has what they have', async () => {
    const { session } = sessionOf();
    const own = await createLiveDriver('network', session, nodes).start(start);
    const block = { number: 4, hash: '0x04' } as const;
    expect([await own.has('erin', block), await own.has('frank', block)]).toEqual([true, false]);
    const others = await createLiveDriver('endpoint', session).start(start);
    await expect(others.has('erin', block)).rejects.toThrow('cannot ask "erin"');
  });
});

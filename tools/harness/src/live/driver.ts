/** The drivers of chains that go by themselves: one shared session, a network of it for each scenario. */
import { randomBytes } from 'node:crypto';
import type { BlockRef, VeritraceClient } from '@veritrace/sdk';
import type { Driver, Network, NetworkOptions } from '../drivers/driver.ts';
import { type DriverName, isFault, isOfMadeBlocks, type NodeFault } from '../scenario/schema.ts';
import type { LiveSession } from './session.ts';

/** Nodes at hand: what a driver that started them can do to them. */
export interface Nodes {
  /** The genesis preset they were started with. */
  preset: string | undefined;
  names(): readonly string[];
  /** A node's address. Throws when there is none of that name. */
  addressOf(node: string): string;
  fault(kind: NodeFault, node: string): Promise<void>;
  /** Whether a node has a block; one that does not answer has none. */
  has(node: string, block: BlockRef): Promise<boolean>;
  logs(lines: number): Promise<{ node: string; lines: string[] }[]>;
}

/** A driver on a session. It can do faults when it is given the nodes. */
export const createLiveDriver = (
  name: Exclude<DriverName, 'embedded'>,
  session: LiveSession,
  nodes?: Nodes,
): Driver => {
  let runs = 0;

  const start = async ({ balances, signal }: NetworkOptions): Promise<Network> => {
    const funded = await session.fund(balances, signal);
    const parameters = await session.parameters(funded);
    const run = runs;
    runs += 1;
    const placed = new Map<string, VeritraceClient>();
    return {
      driver: name,
      pace: 'live',
      client: session.client,
      clientOf: async (daemon, { node, apartFrom } = {}) => {
        const other = apartFrom === undefined ? undefined : placed.get(apartFrom);
        const client =
          node === undefined || nodes === undefined
            ? session.clientOf(`${run} ${daemon}`, other)
            : await session.clientAt(nodes.addressOf(node));
        placed.set(daemon, client);
        return client;
      },
      facts: { ...session.facts, preset: nodes?.preset },
      genesis: undefined,
      origin: await session.read(funded),
      parameters,
      advance: session.advance,
      finalized: session.finalized,
      read: session.read,
      heard: session.heard,
      invariants: session.invariants,
      ledger: session.ledger,
      dropped: () => [],
      censor: () => {
        throw new Error(`the ${name} driver makes no blocks: it cannot leave anything out`);
      },
      fault: async (kind, node) => {
        if (nodes === undefined) throw new Error(`the ${name} driver cannot do "${kind}"`);
        await nodes.fault(kind, node);
      },
      has: async (node, block) => {
        if (nodes === undefined) throw new Error(`the ${name} driver cannot ask "${node}"`);
        return nodes.has(node, block);
      },
      logs: async (lines) => (await nodes?.logs(lines)) ?? [],
      // Others play on the chain too: it ends with its session.
      stop: async () => undefined,
    };
  };

  return {
    name,
    nodes: () => nodes?.names(),
    can: (step) => !isOfMadeBlocks(step) && (nodes !== undefined || !isFault(step)),
    refuses: ({ genesis }) =>
      Object.keys(genesis).length === 0
        ? undefined
        : `it changes the genesis (${Object.keys(genesis).join(', ')}), and the chain of the ${name} driver has one already: play it on the embedded driver`,
    salt: () => randomBytes(8).toString('hex'),
    start,
  };
};

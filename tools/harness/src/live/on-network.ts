/** The drivers of live chains with what they run on: an address that is there, or a network that was started. */
import type { Driver } from '../drivers/driver.ts';
import { hasBlock } from '../network/process/rpc.ts';
import type { RunningNetwork } from '../network/types.ts';
import type { NodeFault } from '../scenario/schema.ts';
import { createLiveDriver, type Nodes } from './driver.ts';
import { createLiveSession } from './session.ts';

/** A driver that holds connections. */
export interface LiveDriver {
  driver: Driver;
  /** Ends the connections; what they lead to goes on. */
  close(): Promise<void>;
}

export interface EndpointOptions {
  /** Addresses of nodes of one chain. */
  endpoints: readonly string[];
  /** Secret URI of the account that funds actors; a well-known development account when absent. */
  faucet?: string | undefined;
}

/** Connections beyond this make nothing faster. */
const MOST_ENDPOINTS = 4;

/** A driver for a chain that is there. Throws when an endpoint cannot be used. */
export const createEndpointDriver = async (options: EndpointOptions): Promise<LiveDriver> => {
  const session = await createLiveSession(options);
  return { driver: createLiveDriver('endpoint', session), close: session.close };
};

/** Nodes to talk to: a validator to look at the chain from, and those without a vote for the daemons. */
export const endpointsOf = (network: Pick<RunningNetwork, 'nodes'>): string[] => {
  const there = network.nodes().filter(({ role }) => role !== 'later');
  const validators = there.filter(({ role }) => role === 'validator');
  const full = there.filter(({ role }) => role === 'full');
  const chosen = full.length === 0 ? validators : [...validators.slice(0, 1), ...full];
  return chosen.slice(0, MOST_ENDPOINTS).map(({ ws }) => ws);
};

/** What is done to a node, each fault by its name. */
const faultsOf = (
  network: RunningNetwork,
): { [K in NodeFault]: (node: string) => Promise<void> } => ({
  'kill-node': network.kill,
  'start-node': network.start,
  'pause-node': network.pause,
  'resume-node': network.resume,
  'isolate-node': network.isolate,
  'rejoin-node': network.rejoin,
});

export interface NetworkDriverOptions {
  /** Secret URI of the account that funds actors; a well-known development account when absent. */
  faucet?: string | undefined;
  /** The genesis preset that the network was started with. */
  preset?: string | undefined;
  /** The nodes to talk to, the one to look at the chain from first; chosen by their roles when absent. */
  among?: readonly string[] | undefined;
}

/** A driver for a running network: it can do faults and shows what nodes logged. */
export const createNetworkDriver = async (
  network: RunningNetwork,
  { faucet, preset, among }: NetworkDriverOptions = {},
): Promise<LiveDriver> => {
  const endpoints = among?.map((name) => network.node(name).ws) ?? endpointsOf(network);
  const session = await createLiveSession({ endpoints, faucet });
  const faults = faultsOf(network);
  const nodes: Nodes = {
    preset,
    names: () => network.nodes().map(({ name }) => name),
    addressOf: (node) => network.node(node).ws,
    fault: (kind, node) => faults[kind](node),
    has: (node, { hash }) => hasBlock(network.node(node).ws, hash),
    logs: (lines) =>
      Promise.all(
        network.nodes().map(async ({ name }) => ({
          node: name,
          // A failure is reported all the same when a log is gone.
          lines: await network.logs(name, lines).catch((error: unknown) => [String(error)]),
        })),
      ),
  };
  return { driver: createLiveDriver('network', session, nodes), close: session.close };
};

/** The driver of a chain in this process: the released runtime under Chopsticks. */
import { getParameters } from '@veritrace/sdk';
import type { Driver, Network, NetworkOptions } from '../drivers/driver.ts';
import { readBlock } from '../drivers/read-block.ts';
import { createMonitor } from '../invariants/monitor.ts';
import { isFault } from '../scenario/schema.ts';
import { type EmbeddedChain, startEmbeddedChain } from './chain.ts';
import { loadChopsticks } from './chopsticks.ts';
import { CODE } from './raw-genesis.ts';
import { type RuntimeFile, readRuntime } from './runtime.ts';

const begin = async (
  chain: EmbeddedChain,
  preset: string,
  { bytes, sha256 }: RuntimeFile,
): Promise<Network> => {
  const { client, genesis, genesisRoot } = chain;
  const runtime = await chain.runtime();
  const { [CODE]: _runtime, ...storage } = genesis.top;
  const monitor = createMonitor();
  const origin = await readBlock(client, client.heads.current('best'));
  monitor.look(origin.state);
  const parameters = await getParameters(client, origin.content.hash);

  return {
    driver: 'embedded',
    pace: 'made',
    client,
    clientOf: async () => client,
    facts: { genesisRoot, runtime: { ...runtime, sha256 }, preset },
    genesis: { config: genesis.config, storage, runtime: bytes },
    origin,
    parameters,
    advance: async () => {
      const taken = await readBlock(client, await chain.makeBlock());
      monitor.look(taken.state);
      return { retracted: [], taken };
    },
    finalized: () => client.heads.current('finalized'),
    read: (block) => readBlock(client, block),
    heard: () => ({ best: undefined, finalized: undefined }),
    invariants: async (from, to) => monitor.report(from, to),
    ledger: async (to) => chain.ledger(to),
    dropped: chain.dropped,
    censor: chain.censor,
    fault: async (kind, node) => {
      throw new Error(`the embedded driver has no nodes: "${kind} ${node}" cannot be done`);
    },
    has: async (node) => {
      throw new Error(`the embedded driver has no nodes: "${node}" cannot be asked`);
    },
    logs: async () => [],
    stop: chain.stop,
  };
};

const start = async ({ preset, patch, balances }: NetworkOptions): Promise<Network> => {
  const runtime = await readRuntime();
  const chain = await startEmbeddedChain({ runtime: runtime.bytes, preset, patch, balances });
  try {
    return await begin(chain, preset, runtime);
  } catch (error) {
    // What is left open keeps the process from ending.
    await chain.stop();
    throw error;
  }
};

/** The embedded driver. It has no processes of its own, so it can kill none. */
export const createEmbeddedDriver = (): Driver => ({
  name: 'embedded',
  nodes: () => undefined,
  can: (step) => !isFault(step),
  refuses: () => undefined,
  salt: () => undefined,
  start,
});

/** Ends the thread that executes runtimes. To be called once, when no network is left. */
export const endEmbedded = async (): Promise<void> => {
  const { destroyWorker } = await loadChopsticks();
  await destroyWorker();
};

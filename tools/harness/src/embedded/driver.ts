/** A chain in this process: the real runtime under Chopsticks, a block whenever one is asked for. */
import { connect, getParameters, type Hex } from '@veritrace/sdk';
import type { Driver, DroppedTransaction, Network, NetworkOptions } from '../drivers/driver.ts';
import { readBlock } from '../drivers/read-block.ts';
import { createMonitor } from '../invariants/monitor.ts';
import { isFault } from '../scenario/schema.ts';
import { TOKEN } from '../token.ts';
import { loadChopsticks } from './chopsticks.ts';
import { buildRawGenesis, CODE } from './raw-genesis.ts';
import { readRuntime } from './runtime.ts';

/** A fixed moment, so that every run has the same clock: 2026-01-01. */
const GENESIS_TIME = 1_767_225_600_000;

/** Blocks kept in memory, more than any scenario makes. */
const KEPT_BLOCKS = 2_000;

const start = async ({ preset, patch, balances }: NetworkOptions): Promise<Network> => {
  const { bytes, sha256 } = await readRuntime();
  const { top, config } = await buildRawGenesis({
    runtime: bytes,
    preset,
    patch,
    balances,
    timestamp: GENESIS_TIME,
  });
  const chopsticks = await loadChopsticks();
  const genesisRoot = await chopsticks.calculateStateRoot(Object.entries(top) as [Hex, Hex][], 1);
  const genesis = new chopsticks.GenesisProvider({
    id: `veritrace_${preset}`,
    name: `Veritrace ${preset}`,
    properties: {
      ss58Format: TOKEN.prefix,
      tokenDecimals: TOKEN.decimals,
      tokenSymbol: TOKEN.symbol,
    },
    genesis: { raw: { top } },
  });
  const chain = await chopsticks.setup({
    genesis,
    buildBlockMode: chopsticks.BuildBlockMode.Manual,
    maxMemoryBlockCount: KEPT_BLOCKS,
  });
  const dropped: DroppedTransaction[] = [];
  chain.txPool.event.on(chopsticks.APPLY_EXTRINSIC_ERROR, ([extrinsic, error]) => {
    dropped.push({ extrinsic, reason: JSON.stringify(error) });
  });
  const open: (() => Promise<unknown>)[] = [() => chain.close()];
  const stop = async (): Promise<void> => {
    for (const close of open.splice(0)) await close();
  };
  const begin = async (): Promise<Network> => {
    const client = await connect(new chopsticks.ChopsticksProvider(chain));
    open.unshift(() => client.disconnect());
    const version = await chain.head.runtimeVersion;
    const { [CODE]: _runtime, ...storage } = top;

    /** Until the client has heard of the block, as best and as final. */
    const heard = (block: number): Promise<void> =>
      new Promise((resolve) => {
        const stops: (() => void)[] = [];
        const look = () => {
          const { heads } = client;
          if (heads.current('best').number < block || heads.current('finalized').number < block)
            return;
          for (const stop of stops) stop();
          resolve();
        };
        stops.push(client.heads.subscribe('best', look), client.heads.subscribe('finalized', look));
        look();
      });

    const monitor = createMonitor();
    const origin = await readBlock(client, client.heads.current('best'));
    monitor.look(origin.state);
    const parameters = await getParameters(client, origin.content.hash);

    return {
      driver: 'embedded',
      pace: 'made',
      client,
      clientOf: async () => client,
      facts: {
        genesisRoot,
        runtime: { name: version.specName, version: version.specVersion, sha256 },
        preset,
      },
      genesis: { config, storage, runtime: bytes },
      origin,
      parameters,
      advance: async () => {
        const before = chain.head.number;
        await chain.newBlock();
        const { number, hash } = chain.head;
        if (number !== before + 1) {
          throw new Error(`block ${before + 1} could not be made: the runtime refused to build it`);
        }
        await heard(number);
        const taken = await readBlock(client, { number, hash });
        monitor.look(taken.state);
        return { retracted: [], taken };
      },
      finalized: () => client.heads.current('finalized'),
      read: (block) => readBlock(client, block),
      heard: () => ({ best: undefined, finalized: undefined }),
      invariants: async (from, to) => monitor.report(from, to),
      dropped: () => dropped.splice(0),
      fault: async (kind, node) => {
        throw new Error(`the embedded driver has no nodes: "${kind} ${node}" cannot be done`);
      },
      has: async (node) => {
        throw new Error(`the embedded driver has no nodes: "${node}" cannot be asked`);
      },
      logs: async () => [],
      stop,
    };
  };
  try {
    return await begin();
  } catch (error) {
    // What is left open keeps the process from ending.
    await stop();
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

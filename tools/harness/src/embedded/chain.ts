/** A chain in this process, of any runtime: a block whenever one is asked for, and nothing more. */

import {
  fromHex,
  type Ledger,
  type RecordedBlock,
  type RecordedHeader,
  ready,
  stateOf,
  toHex,
} from '@veritrace/replay';
import {
  type Address,
  type BlockRef,
  connect,
  type Hex,
  type VeritraceClient,
} from '@veritrace/sdk';

import type { DroppedTransaction, NetworkOptions } from '../drivers/driver.ts';
import { TOKEN } from '../token.ts';
import { loadChopsticks } from './chopsticks.ts';
import { buildRawGenesis, type RawGenesis } from './raw-genesis.ts';

/** A fixed moment, so that every run has the same clock: 2026-01-01. */
const GENESIS_TIME = 1_767_225_600_000;

/** Blocks kept in memory, more than any scenario makes. */
const KEPT_BLOCKS = 2_000;

/** What the chain starts from. */
export interface EmbeddedChainOptions extends Omit<NetworkOptions, 'signal'> {
  /** As it is to be under `:code`. */
  runtime: Uint8Array;
}

/** A running chain. */
export interface EmbeddedChain {
  readonly client: VeritraceClient;
  readonly genesis: RawGenesis;
  /** State root of the genesis. */
  readonly genesisRoot: Hex;
  /** The runtime of the newest block. */
  runtime(): Promise<{ name: string; version: number }>;
  /** Makes the next block; resolves when the client has heard of it, as best and as final. */
  makeBlock(): Promise<BlockRef>;
  /** Leaves out of the next blocks, so many of them, what an account sends: it waits in the pool. */
  censor(account: Address, blocks: number): void;
  /** The chain up to a block, as it can be executed again. */
  ledger(to: number): Ledger;
  /** Transactions that no block will include, since the last call. */
  dropped(): DroppedTransaction[];
  stop(): Promise<void>;
}

/** A block as Chopsticks has it. */
type OwnBlock = Awaited<ReturnType<typeof import('@acala-network/chopsticks-core').setup>>['head'];

/** What a record has of it, but the state's root. */
const recordable = async (block: OwnBlock): Promise<RecordedBlock> => {
  const { parentHash, stateRoot, extrinsicsRoot, digest } = await block.header;
  const header: RecordedHeader = {
    parentHash: parentHash.toHex(),
    stateRoot: stateRoot.toHex(),
    extrinsicsRoot: extrinsicsRoot.toHex(),
    digest: digest.logs.map((item) => item.toHex()),
  };
  return { number: block.number, hash: block.hash, header, extrinsics: await block.extrinsics };
};

/** Starts a chain at its genesis. To be stopped: what is left open keeps the process from ending. */
export const startEmbeddedChain = async ({
  runtime,
  preset,
  patch,
  balances,
}: EmbeddedChainOptions): Promise<EmbeddedChain> => {
  const genesis = await buildRawGenesis({
    runtime,
    preset,
    patch,
    balances,
    timestamp: GENESIS_TIME,
  });
  const { top } = genesis;
  const chopsticks = await loadChopsticks();
  const genesisRoot = await chopsticks.calculateStateRoot(Object.entries(top) as [Hex, Hex][], 1);
  const name = `veritrace_${preset}`;
  const properties = {
    ss58Format: TOKEN.prefix,
    tokenDecimals: TOKEN.decimals,
    tokenSymbol: TOKEN.symbol,
  };
  const chain = await chopsticks.setup({
    genesis: new chopsticks.GenesisProvider({
      id: name,
      name: `Veritrace ${preset}`,
      properties,
      genesis: { raw: { top } },
    }),
    buildBlockMode: chopsticks.BuildBlockMode.Manual,
    maxMemoryBlockCount: KEPT_BLOCKS,
  });
  const dropped: DroppedTransaction[] = [];
  chain.txPool.event.on(chopsticks.APPLY_EXTRINSIC_ERROR, ([extrinsic, error]) => {
    dropped.push({ extrinsic, reason: JSON.stringify(error) });
  });
  /** Blocks that an account has still to wait for. */
  const censored = new Map<Address, number>();

  /** Takes out of the pool what is not to be in the next block. Returns it, in its order. */
  const holdBack = async (): Promise<Hex[]> => {
    const { txPool } = chain;
    const held = [...censored.keys()].flatMap((account) => txPool.pendingExtrinsicsBy(account));
    if (held.length > 0) {
      const others = txPool.pendingExtrinsics.filter((one) => !held.includes(one));
      txPool.clear();
      for (const one of others) await txPool.submitExtrinsic(one);
    }
    for (const [account, left] of censored) {
      if (left > 1) censored.set(account, left - 1);
      else censored.delete(account);
    }
    return held;
  };

  const open: (() => Promise<unknown>)[] = [() => chain.close()];
  const stop = async (): Promise<void> => {
    for (const close of open.splice(0)) await close();
  };

  await ready();
  let state = stateOf(Object.entries(top).map(([key, value]) => [key.slice(2), fromHex(value)]));
  const made: RecordedBlock[] = [];

  /** Writes down a block; the root of its state is of what Chopsticks says has changed. */
  const writeDown = async (block: OwnBlock): Promise<void> => {
    const changes = Object.entries(await block.storageDiff());
    state = state.with(
      new Map(changes.map(([key, value]) => [key.slice(2), value ? fromHex(value) : undefined])),
    );
    made.push({ ...(await recordable(block)), state: toHex(state.root()) });
  };
  const ledgerOf = (to: number): Ledger => {
    const [base, ...blocks] = made;
    if (base === undefined) throw new Error('unreachable: a chain has a genesis');
    return {
      kind: 'assembled',
      name,
      properties,
      base,
      storage: top,
      blocks: blocks.filter(({ number }) => number <= to),
    };
  };
  // Chopsticks makes a first block when it starts.
  const genesisBlock = await chain.head.parentBlock;
  if (genesisBlock !== undefined) await writeDown(genesisBlock);
  await writeDown(chain.head);

  try {
    const client = await connect(new chopsticks.ChopsticksProvider(chain));
    open.unshift(() => client.disconnect());

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

    return {
      client,
      genesis,
      genesisRoot,
      runtime: async () => {
        const { specName, specVersion } = await chain.head.runtimeVersion;
        return { name: specName, version: specVersion };
      },
      makeBlock: async () => {
        const before = chain.head.number;
        const held = await holdBack();
        await chain.newBlock();
        for (const one of held) await chain.txPool.submitExtrinsic(one);
        const { number, hash } = chain.head;
        if (number !== before + 1) {
          throw new Error(`block ${before + 1} could not be made: the runtime refused to build it`);
        }
        await writeDown(chain.head);
        await heard(number);
        return { number, hash };
      },
      censor: (account, blocks) => {
        censored.set(account, blocks);
      },
      ledger: (to) => ledgerOf(to),
      dropped: () => dropped.splice(0),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};

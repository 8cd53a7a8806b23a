/** A chain that goes by itself, shared by every scenario that runs on it. */
import { createHash } from 'node:crypto';
import type { Ledger } from '@veritrace/replay';
import {
  type BlockRef,
  connect,
  getParameters,
  type Hex,
  type Parameters,
  type VeritraceClient,
} from '@veritrace/sdk';
import {
  type Advance,
  type ChainFacts,
  ChainStalled,
  type Hearsay,
  type TakenBlock,
} from '../drivers/driver.ts';
import { readBlock } from '../drivers/read-block.ts';
import type { InvariantReport } from '../invariants/monitor.ts';
import { createFaucet } from './faucet.ts';
import { advance } from './follow.ts';
import { askBy, createLedgerReader } from './ledger.ts';
import { createAsk, createReader } from './reader.ts';
import { createSentinel } from './sentinel.ts';
import { createView } from './view.ts';

export interface LiveSessionOptions {
  /** Addresses of nodes of one chain, `ws://…`. The first is listened to as long as it keeps up. */
  endpoints: readonly string[];
  /** Secret URI of the account that funds actors; a well-known development account when absent. Never logged. */
  faucet?: string | undefined;
  /** Milliseconds without a block after which the chain counts as stalled. */
  stallMs?: number;
}

export interface LiveSession {
  readonly facts: ChainFacts;
  /** The connection to the node that is listened to at the moment it is used. */
  readonly client: VeritraceClient;
  /**
   * A daemon's connection: every daemon keeps its own node, and they are spread over all of them. With `other`, it is not
   * that connection when there is another.
   */
  clientOf(daemon: string, other?: VeritraceClient): VeritraceClient;
  /** The connection to a certain node of the chain, made when there is none yet. Throws when it cannot be used. */
  clientAt(endpoint: string): Promise<VeritraceClient>;
  finalized(): BlockRef;
  read(block: BlockRef): Promise<TakenBlock>;
  /** What root has set, after a block. */
  parameters(block: BlockRef): Promise<Parameters>;
  heard(block: BlockRef): Hearsay;
  advance(from: BlockRef, signal?: AbortSignal): Promise<Advance>;
  /** Funds accounts; resolves with the finalized block in which they have it. */
  fund(balances: ReadonlyMap<string, bigint>, signal?: AbortSignal): Promise<BlockRef>;
  invariants(from: number, to: number | undefined, signal?: AbortSignal): Promise<InvariantReport>;
  /** The chain up to a block, as it can be executed again. */
  ledger(to: number, signal?: AbortSignal): Promise<Ledger>;
  close(): Promise<void>;
}

/** Twenty slots, and room for a machine that is busy with much else. */
const STALL_MS = 120_000;

/** How long one node may take to answer before another is asked. */
const ANSWER_MS = 20_000;

/** Blocks in which a run's actors must have been funded, finally: a transaction's life, and time to finalize it. */
const FUNDING_BLOCKS = 96;

/** The key under which the runtime lies. */
const CODE: Hex = '0x3a636f6465';

const factsOf = async ({ api }: VeritraceClient): Promise<ChainFacts> => {
  const [chain, header, code, version] = await Promise.all([
    api.rpc.system.chain(),
    api.rpc.chain.getHeader(api.genesisHash),
    api.rpc.state.getStorage.raw(CODE) as unknown as Promise<Hex>,
    api.rpc.state.getRuntimeVersion(),
  ]);
  return {
    genesisRoot: header.stateRoot.toHex(),
    genesisHash: api.genesisHash.toHex(),
    chain: chain.toString(),
    runtime: {
      name: version.specName.toString(),
      version: version.specVersion.toNumber(),
      sha256: createHash('sha256')
        .update(Buffer.from(code.slice(2), 'hex'))
        .digest('hex'),
    },
    preset: undefined,
  };
};

/** Connects to every endpoint and begins to check the invariants. Throws when one cannot be used. */
export const createLiveSession = async ({
  endpoints,
  faucet,
  stallMs = STALL_MS,
}: LiveSessionOptions): Promise<LiveSession> => {
  const connections = await Promise.allSettled(endpoints.map((endpoint) => connect(endpoint)));
  const clients = connections.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const disconnect = () => Promise.all(clients.map((client) => client.disconnect()));
  const failed = connections.find((one) => one.status === 'rejected');
  const [main, ...others] = clients;
  if (failed !== undefined || main === undefined) {
    await disconnect();
    throw failed?.reason ?? new RangeError('a live chain needs at least one endpoint');
  }
  const other = clients.find(({ api }) => !api.genesisHash.eq(main.api.genesisHash));
  if (other !== undefined) {
    await disconnect();
    throw new RangeError(
      `${endpoints[clients.indexOf(other)]} is another chain than ${endpoints[0]}: their genesis differs`,
    );
  }

  const source = (client: VeritraceClient, index: number) => ({
    name: endpoints[index] ?? `node ${index}`,
    heads: client.heads,
    isConnected: () => client.api.isConnected,
  });
  const view = createView(
    [source(main, 0), ...others.map((client, index) => source(client, index + 1))],
    { stallMs },
  );
  const asking = { order: view.order, answerMs: ANSWER_MS };
  const ask = createAsk(clients, asking);
  const reader = createReader(
    clients.map((client) => ({
      read: (block) => readBlock(client, block),
      header: (hash) => client.blocks.header(hash),
    })),
    asking,
  );
  const chain = { view, reader };
  const sentinel = createSentinel(chain);
  const active = () => clients[view.active()] ?? main;
  const client: VeritraceClient = {
    get api() {
      return active().api;
    },
    get heads() {
      return active().heads;
    },
    get blocks() {
      return active().blocks;
    },
    address: main.address,
    exclusively: main.exclusively,
    // The session ends its connections.
    disconnect: async () => undefined,
  };
  const { give } = createFaucet(client, faucet);
  const facts = await factsOf(main);

  let nextDaemon = 1;
  const places = new Map<string, VeritraceClient>();
  /** Connections to single nodes, by address: those that everyone uses, and such as were asked for. */
  const byAddress = new Map<string, Promise<VeritraceClient>>(
    clients.map((client, index) => [endpoints[index] ?? '', Promise.resolve(client)]),
  );

  return {
    facts,
    client,
    clientOf: (daemon, other) => {
      const known = places.get(daemon);
      if (known !== undefined) return known;
      if (clients.length > 1 && clients[nextDaemon % clients.length] === other) nextDaemon += 1;
      const place = clients[nextDaemon % clients.length] ?? main;
      nextDaemon += 1;
      places.set(daemon, place);
      return place;
    },
    clientAt: (endpoint) => {
      const known = byAddress.get(endpoint);
      if (known !== undefined) return known;
      const connecting = connect(endpoint);
      byAddress.set(endpoint, connecting);
      // One that could not be made is tried again when it is asked for again.
      connecting.catch(() => byAddress.delete(endpoint));
      return connecting;
    },
    finalized: () => view.current('finalized'),
    read: reader.read,
    parameters: ({ hash }) => ask((node) => getParameters(node, hash)),
    heard: view.heard,
    advance: (from, signal) => advance(chain, from, signal),
    fund: async (balances, signal) => {
      const ended = new AbortController();
      const both = signal === undefined ? [ended.signal] : [ended.signal, signal];
      const begun = view.current('best').number;
      const stalled = view.until<never>(
        () => {
          if (view.current('best').number <= begun + FUNDING_BLOCKS) return undefined;
          throw new ChainStalled(
            `the actors were not funded within ${FUNDING_BLOCKS} blocks after #${begun}: finalized is #${view.current('finalized').number}. See that the chain finalizes, and that the faucet's transactions get through.`,
          );
        },
        'the actors to be funded',
        ended.signal,
      );
      try {
        return await Promise.race([give(balances, AbortSignal.any(both)), stalled]);
      } finally {
        ended.abort(new Error('funded'));
        await stalled.catch(() => undefined);
      }
    },
    invariants: (from, to, signal) => sentinel.report(from, to, signal),
    ledger: createLedgerReader(askBy(ask)),
    close: async () => {
      await sentinel.stop();
      view.stop();
      const all = await Promise.allSettled(byAddress.values());
      await Promise.all(
        all.map((one) => (one.status === 'fulfilled' ? one.value.disconnect() : undefined)),
      );
    },
  };
};

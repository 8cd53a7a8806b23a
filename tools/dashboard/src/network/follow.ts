/** Follows nodes, and of the chain that the first of them is on the workers and the newest blocks. */
import { useEffect, useState } from 'preact/hooks';
import { type BlockFollower, type BlockWindow, followBlocks } from '../live/follow-blocks.ts';
import {
  ConnectionLost,
  emptyNode,
  followNode,
  type NodeConnection,
  type NodeState,
} from './rpc.ts';
import { createStorageReader, type StorageReader } from './storage.ts';

/** A worker as the chain has it. Amounts are smallest units. */
export interface WorkerState {
  account: string;
  operator: string;
  stake: bigint;
  locked: bigint;
  minPrice: bigint;
  accusations: number;
  unbonding: bigint;
  serves: number;
}

export interface ChainState {
  /** The block it was read at. */
  block: number;
  runtime: string;
  workers: readonly WorkerState[];
  openRequests: readonly { status: string; count: number }[];
  models: readonly ModelState[];
}

/** A model of the chain. */
export interface ModelState {
  id: string;
  /** What its card calls it. */
  name: string | undefined;
}

const addressOf = (value: unknown): string =>
  typeof (value as { address?: unknown } | undefined)?.address === 'function'
    ? (value as { address(): string }).address()
    : String(value);

const big = (value: unknown): bigint =>
  typeof value === 'bigint' || typeof value === 'number' ? BigInt(value) : 0n;

const workerOf = ({ key, value }: { key: unknown; value: unknown }): WorkerState => {
  const record = value as Record<string, unknown>;
  const unbonding = Array.isArray(record.unbonding) ? record.unbonding : [];
  return {
    account: addressOf(key),
    operator: addressOf(record.operator),
    stake: big(record.stake),
    locked: big(record.locked),
    minPrice: big(record.minPrice),
    accusations: Number(record.accusations ?? 0),
    unbonding: unbonding.reduce((sum: bigint, { amount }) => sum + big(amount), 0n),
    serves: Array.isArray(record.served) ? record.served.length : 0,
  };
};

const statusOf = (value: unknown): string => {
  const { status } = value as { status?: unknown };
  return typeof status === 'string' ? status : String((status as { type?: string })?.type ?? '?');
};

/** Text of a card, which is stored as bytes. */
const textOf = (value: unknown): string | undefined => {
  if (typeof value !== 'string' || value === '') return undefined;
  if (!value.startsWith('0x')) return value;
  const bytes = value.slice(2).match(/../g) ?? [];
  return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 16)));
};

/** Reads it at the newest block. */
export const readChain = async (
  { ask }: Pick<NodeConnection, 'ask'>,
  reader: StorageReader,
  runtime: string,
): Promise<ChainState> => {
  const at = await ask<string>('chain_getBlockHash');
  const [header, workers, requests, models, cards] = await Promise.all([
    ask<{ number: string }>('chain_getHeader', at),
    reader.entries('workers', 'workers', at),
    reader.entries('inference', 'inferenceRequests', at),
    reader.entries('models', 'aiModels', at),
    reader.entries('models', 'cards', at),
  ]);
  const counts = new Map<string, number>();
  for (const { value } of requests) {
    counts.set(statusOf(value), (counts.get(statusOf(value)) ?? 0) + 1);
  }
  return {
    block: Number(header.number),
    runtime,
    workers: workers
      .map(workerOf)
      .sort((one, other) => (one.stake > other.stake ? -1 : one.stake < other.stake ? 1 : 0)),
    openRequests: [...counts].map(([status, count]) => ({ status, count })),
    models: models.map(({ key }) => ({
      id: String(key),
      name: textOf(
        (cards.find((card) => card.key === key)?.value as { name?: unknown } | undefined)?.name,
      ),
    })),
  };
};

export interface Followed {
  nodes: readonly NodeState[];
  chain: ChainState | undefined;
  /** The newest blocks, oldest first. */
  blocks: BlockWindow;
  /** Why the chain's state cannot be read, and why its blocks cannot. */
  problem: string | undefined;
  blocksProblem: string | undefined;
  /** How often the first node was lost and came back. */
  reconnections: number;
}

/** Nodes that are followed until that is closed. */
export interface Following {
  state(): Followed;
  /** Is called after every change, until what it returns is called. */
  subscribe(listener: () => void): () => void;
  close(): void;
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** One run at a time of what takes a while; wishes that come meanwhile ask for one more. */
const oneAtATime = (run: () => Promise<void>, onError: (error: unknown) => void) => {
  let isRunning = false;
  let isWished = false;
  const go = async () => {
    while (isWished) {
      isWished = false;
      await run();
    }
  };
  return () => {
    isWished = true;
    if (isRunning) return;
    isRunning = true;
    go()
      .catch(onError)
      .finally(() => {
        isRunning = false;
      });
  };
};

/** Follows the nodes at these addresses. */
export const follow = (endpoints: readonly string[]): Following => {
  let state: Followed = {
    nodes: endpoints.map(emptyNode),
    chain: undefined,
    blocks: [],
    problem: undefined,
    blocksProblem: undefined,
    reconnections: 0,
  };
  let isOver = false;
  const listeners = new Set<() => void>();
  const change = (part: Partial<Followed>) => {
    if (isOver) return;
    state = { ...state, ...part };
    for (const listener of listeners) listener();
  };
  let reader: { of: string; read: StorageReader } | undefined;
  const refresh = async (connection: NodeConnection) => {
    const version = await connection.ask<{ specName: string; specVersion: number }>(
      'state_getRuntimeVersion',
    );
    const runtime = `${version.specName} ${version.specVersion}`;
    if (reader?.of !== runtime) {
      reader = { of: runtime, read: await createStorageReader(connection) };
    }
    change({ chain: await readChain(connection, reader.read, runtime), problem: undefined });
  };

  let blocks: BlockFollower | undefined;
  const connections = endpoints.map((endpoint, index) => {
    const isFirst = index === 0;
    let isKnown = false;
    const connection: NodeConnection = followNode(
      endpoint,
      (part) => {
        change({
          nodes: state.nodes.map((node, at) => (at === index ? { ...node, ...part } : node)),
        });
        if (isFirst && part.best !== undefined) wish();
      },
      () => {
        if (!isFirst) return;
        if (isKnown) change({ reconnections: state.reconnections + 1 });
        isKnown = true;
        wish();
      },
    );
    const wishState = oneAtATime(
      () => refresh(connection),
      (error) => {
        if (!(error instanceof ConnectionLost)) change({ problem: reasonOf(error) });
      },
    );
    if (isFirst) blocks = followBlocks(connection, (window) => change({ blocks: window }));
    const wish = () => {
      if (isOver) return;
      wishState();
      blocks?.catchUp().then(
        () => {
          if (state.blocksProblem !== undefined) change({ blocksProblem: undefined });
        },
        (error: unknown) => {
          if (!(error instanceof ConnectionLost)) change({ blocksProblem: reasonOf(error) });
        },
      );
    };
    return connection;
  });
  return {
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      isOver = true;
      blocks?.close();
      for (const { close } of connections) close();
    },
  };
};

/** Follows nodes as long as the addresses stay the same. */
export const useFollowing = (endpoints: readonly string[]): Following | undefined => {
  const key = endpoints.join(' ');
  const [following, setFollowing] = useState<Following>();
  useEffect(() => {
    if (key === '') {
      setFollowing(undefined);
      return;
    }
    const started = follow(key.split(' '));
    setFollowing(started);
    return started.close;
  }, [key]);
  return following;
};

/** The state of what is followed, as it changes. */
export const useFollowed = (following: Following | undefined): Followed | undefined => {
  const [state, setState] = useState(following?.state());
  useEffect(() => {
    setState(following?.state());
    return following?.subscribe(() => setState(following.state()));
  }, [following]);
  return state;
};

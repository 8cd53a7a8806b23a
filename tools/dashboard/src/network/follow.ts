/** Follows nodes, and the workers of the chain that the first of them is on. */
import { useEffect, useState } from 'preact/hooks';
import { emptyNode, followNode, type NodeConnection, type NodeState } from './rpc.ts';
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
  models: number;
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

/** Reads it at the newest block. */
export const readChain = async (
  { ask }: Pick<NodeConnection, 'ask'>,
  reader: StorageReader,
  runtime: string,
): Promise<ChainState> => {
  const at = await ask<string>('chain_getBlockHash');
  const [header, workers, requests, models] = await Promise.all([
    ask<{ number: string }>('chain_getHeader', at),
    reader.entries('workers', 'workers', at),
    reader.entries('inference', 'inferenceRequests', at),
    reader.entries('models', 'aiModels', at),
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
    models: models.length,
  };
};

export interface Followed {
  nodes: readonly NodeState[];
  chain: ChainState | undefined;
  /** Why the chain's state cannot be read. */
  problem: string | undefined;
}

/** State of the nodes at these addresses as it changes. */
export const useNodes = (endpoints: readonly string[]): Followed => {
  const key = endpoints.join(' ');
  const [nodes, setNodes] = useState<readonly NodeState[]>([]);
  const [chain, setChain] = useState<ChainState>();
  const [problem, setProblem] = useState<string>();

  useEffect(() => {
    const addresses = key === '' ? [] : key.split(' ');
    setNodes(addresses.map(emptyNode));
    setChain(undefined);
    setProblem(undefined);
    let isOver = false;
    let isReading = false;
    let isStale = false;
    let reader: { of: string; read: StorageReader } | undefined;

    const refresh = async (connection: NodeConnection) => {
      const version = await connection.ask<{ specName: string; specVersion: number }>(
        'state_getRuntimeVersion',
      );
      const runtime = `${version.specName} ${version.specVersion}`;
      if (reader?.of !== runtime) {
        reader = { of: runtime, read: await createStorageReader(connection) };
      }
      const state = await readChain(connection, reader.read, runtime);
      if (isOver) return;
      setChain(state);
      setProblem(undefined);
    };
    /** One reading at a time; heads that come meanwhile ask for one more. */
    const wish = (connection: NodeConnection) => {
      isStale = true;
      if (isReading) return;
      isReading = true;
      const go = async () => {
        while (isStale && !isOver) {
          isStale = false;
          await refresh(connection);
        }
      };
      go()
        .catch((error: unknown) => {
          if (!isOver) setProblem(error instanceof Error ? error.message : String(error));
        })
        .finally(() => {
          isReading = false;
        });
    };

    const connections = addresses.map((endpoint, index) => {
      const connection: NodeConnection = followNode(
        endpoint,
        (change) => {
          if (isOver) return;
          setNodes((before) =>
            before.map((node, at) => (at === index ? { ...node, ...change } : node)),
          );
          if (index === 0 && change.best !== undefined) wish(connection);
        },
        index === 0 ? wish : undefined,
      );
      return connection;
    });
    return () => {
      isOver = true;
      for (const { close } of connections) close();
    };
  }, [key]);
  return { nodes, chain, problem };
};

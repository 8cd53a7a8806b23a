/** One node, asked by JSON-RPC: what it is called, its peers, and its heads as they come. */
import { WsProvider } from '@dedot/providers';

export interface Head {
  number: number;
  hash: string;
}

/** What is known of a node. */
export interface NodeState {
  endpoint: string;
  status: 'connecting' | 'connected' | 'lost';
  name: string | undefined;
  version: string | undefined;
  chain: string | undefined;
  peers: number | undefined;
  isSyncing: boolean | undefined;
  best: number | undefined;
  finalized: number | undefined;
  /** When the best head came, in milliseconds since 1970. */
  heardAt: number | undefined;
  problem: string | undefined;
}

export interface NodeConnection {
  ask<T>(method: string, ...params: unknown[]): Promise<T>;
  close(): void;
}

const PEERS_EVERY_MS = 6000;
const RETRY_MS = 3000;

interface RawHeader {
  number: string;
}

export const emptyNode = (endpoint: string): NodeState => ({
  endpoint,
  status: 'connecting',
  name: undefined,
  version: undefined,
  chain: undefined,
  peers: undefined,
  isSyncing: undefined,
  best: undefined,
  finalized: undefined,
  heardAt: undefined,
  problem: undefined,
});

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/**
 * Follows a node until it is closed. `onChange` gets what changed; a lost node is tried again. `onConnected` is told of
 * every connection, the first and those after a loss.
 */
export const followNode = (
  endpoint: string,
  onChange: (change: Partial<NodeState>) => void,
  onConnected: (connection: NodeConnection) => void = () => undefined,
): NodeConnection => {
  let provider: WsProvider | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;
  let isClosed = false;

  const ask = <T>(method: string, ...params: unknown[]): Promise<T> =>
    provider === undefined
      ? Promise.reject(new Error(`${endpoint} is not connected`))
      : provider.send<T>(method, params as never[]);

  const hangUp = () => {
    provider?.disconnect().catch(() => undefined);
  };
  const close = () => {
    isClosed = true;
    clearInterval(timer);
    // One that is being tried again cannot be given up: it is when it is there.
    if (provider?.status === 'connected') hangUp();
  };
  const connection: NodeConnection = { ask, close };

  const look = async () => {
    const { peers, isSyncing } = await ask<{ peers: number; isSyncing: boolean }>('system_health');
    onChange({ peers, isSyncing });
  };

  const heads = (what: 'best' | 'finalized') =>
    provider?.subscribe<RawHeader>(
      what === 'best'
        ? {
            subname: 'chain_newHead',
            subscribe: 'chain_subscribeNewHeads',
            params: [],
            unsubscribe: 'chain_unsubscribeNewHeads',
          }
        : {
            subname: 'chain_finalizedHead',
            subscribe: 'chain_subscribeFinalizedHeads',
            params: [],
            unsubscribe: 'chain_unsubscribeFinalizedHeads',
          },
      (_error, header) => {
        if (header === undefined || header === null) return;
        const number = Number(header.number);
        onChange(what === 'best' ? { best: number, heardAt: Date.now() } : { finalized: number });
      },
    );

  /** The provider subscribes again by itself when a connection comes back. */
  const subscribed = new Set<'best' | 'finalized'>();
  const hear = async (what: 'best' | 'finalized'): Promise<void> => {
    if (subscribed.has(what)) return;
    await heads(what);
    subscribed.add(what);
  };

  const begin = async () => {
    const [name, version, chain] = await Promise.all([
      ask<string>('system_name'),
      ask<string>('system_version'),
      ask<string>('system_chain'),
    ]);
    onChange({ status: 'connected', name, version, chain, problem: undefined });
    await Promise.all([look(), hear('best'), hear('finalized')]);
    onConnected(connection);
  };

  const begun = () => {
    if (isClosed) {
      hangUp();
      return;
    }
    begin().catch((error: unknown) => {
      if (!isClosed) onChange({ problem: reasonOf(error) });
    });
  };

  try {
    provider = new WsProvider({ endpoint, retryDelayMs: RETRY_MS, timeout: 15_000 });
  } catch (error) {
    onChange({ status: 'lost', problem: reasonOf(error) });
    return connection;
  }
  provider.on('connected', begun);
  provider.on('disconnected', () => {
    if (!isClosed) onChange({ status: 'lost', problem: 'the connection was lost; trying again' });
  });
  provider.on('error', () => {
    if (!isClosed) onChange({ status: 'lost', problem: 'nothing answers there; trying again' });
  });
  provider.connect().catch(() => undefined);
  timer = setInterval(() => {
    look().catch(() => undefined);
  }, PEERS_EVERY_MS);
  return connection;
};

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

/** The connection went away before an answer came. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** One connection, from when it is tried until it is gone. */
interface Line {
  ask<T>(method: string, ...params: unknown[]): Promise<T>;
  heads(what: 'best' | 'finalized', onNumber: (number: number) => void): Promise<unknown>;
  hangUp(): void;
}

const SUBSCRIPTIONS = {
  best: ['chain_newHead', 'chain_subscribeNewHeads', 'chain_unsubscribeNewHeads'],
  finalized: [
    'chain_finalizedHead',
    'chain_subscribeFinalizedHeads',
    'chain_unsubscribeFinalizedHeads',
  ],
} as const;

/**
 * Connects once. A provider that connects again by itself sends what was asked twice, and keeps what comes for
 * subscriptions that nobody knows of any more; each connection is a new one instead. Throws on what is no address.
 */
const connect = (endpoint: string, onThere: () => void, onGone: (why: string) => void): Line => {
  const provider = new WsProvider({ endpoint, retryDelayMs: 0, timeout: 15_000 });
  const waiting = new Set<(error: Error) => void>();
  let isGone = false;
  let isHungUp = false;
  const hangUp = () => {
    isHungUp = true;
    // One that is still being tried cannot be given up before it is there.
    if (provider.status === 'connected') provider.disconnect().catch(() => undefined);
  };
  const gone = (why: string) => {
    if (isGone) return;
    isGone = true;
    for (const fail of waiting) fail(new ConnectionLost(`${endpoint} was lost`));
    if (!isHungUp) onGone(why);
  };
  provider.on('connected', () => (isHungUp ? hangUp() : onThere()));
  provider.on('disconnected', () => gone('the connection was lost; trying again'));
  provider.on('error', () => gone('nothing answers there; trying again'));
  provider.connect().catch(() => undefined);
  return {
    ask: <T>(method: string, ...params: unknown[]) =>
      new Promise<T>((done, fail) => {
        if (isGone) {
          fail(new ConnectionLost(`${endpoint} was lost`));
          return;
        }
        waiting.add(fail);
        provider
          .send<T>(method, params as never[])
          .then(done, fail)
          .finally(() => waiting.delete(fail));
      }),
    heads: (what, onNumber) => {
      const [subname, subscribe, unsubscribe] = SUBSCRIPTIONS[what];
      return provider.subscribe<RawHeader>(
        { subname, subscribe, params: [], unsubscribe },
        (_error, header) => {
          const number = Number(header?.number);
          // What is no head is passed over.
          if (Number.isSafeInteger(number) && !isGone) onNumber(number);
        },
      );
    },
    hangUp,
  };
};

/**
 * Follows a node until it is closed. `onChange` gets what changed; a lost node is tried again. `onConnected` is told of
 * every connection, the first and those after a loss.
 */
export const followNode = (
  endpoint: string,
  onChange: (change: Partial<NodeState>) => void,
  onConnected: (connection: NodeConnection) => void = () => undefined,
): NodeConnection => {
  let line: Line | undefined;
  let isClosed = false;
  let retry: ReturnType<typeof setTimeout> | undefined;

  const ask = <T>(method: string, ...params: unknown[]): Promise<T> =>
    line === undefined
      ? Promise.reject(new ConnectionLost(`${endpoint} is not connected`))
      : line.ask<T>(method, ...params);

  const look = async () => {
    const { peers, isSyncing } = await ask<{ peers: number; isSyncing: boolean }>('system_health');
    onChange({ peers, isSyncing });
  };
  const timer = setInterval(() => {
    look().catch(() => undefined);
  }, PEERS_EVERY_MS);

  const connection: NodeConnection = {
    ask,
    close: () => {
      isClosed = true;
      clearInterval(timer);
      clearTimeout(retry);
      line?.hangUp();
    },
  };

  const begin = async (own: Line) => {
    const [name, version, chain] = await Promise.all([
      ask<string>('system_name'),
      ask<string>('system_version'),
      ask<string>('system_chain'),
    ]);
    onChange({ status: 'connected', name, version, chain, problem: undefined });
    await Promise.all([
      look(),
      own.heads('best', (best) => onChange({ best, heardAt: Date.now() })),
      own.heads('finalized', (finalized) => onChange({ finalized })),
    ]);
    onConnected(connection);
  };

  const call = () => {
    if (isClosed) return;
    const own: Line = connect(
      endpoint,
      () => {
        begin(own).catch((error: unknown) => {
          if (!isClosed && !(error instanceof ConnectionLost)) {
            onChange({ problem: reasonOf(error) });
          }
        });
      },
      (problem) => {
        if (isClosed) return;
        onChange({ status: 'lost', problem });
        retry = setTimeout(call, RETRY_MS);
      },
    );
    line = own;
  };

  try {
    call();
  } catch (error) {
    onChange({ status: 'lost', problem: reasonOf(error) });
  }
  return connection;
};

import { ApiPromise } from '@polkadot/api';
import type { ProviderInterface } from '@polkadot/rpc-provider/types';
import { decodeAddress, encodeAddress } from '@polkadot/util-crypto';
import { createBlocks } from './blocks.ts';
import type { VeritraceClient } from './client.ts';
import { ConnectionError } from './errors.ts';
import { createHeads, type Heads } from './heads.ts';
import { interview, steadied } from './node/interview.ts';
import { createNodeProvider } from './node/provider.ts';
import { rememberAnswers } from './remember-answers.ts';
import { shownEndpoint } from './shown-endpoint.ts';

/** Pallets a chain must have to be talked to. */
const PALLETS = ['models', 'workers', 'inference', 'disputes', 'payouts'] as const;
/** How long an endpoint may take to answer the first time. */
const CONNECT_MS = 30_000;
/** After how long a connection that was lost is made again. */
const RETRY_MS = 1_000;

export interface ConnectOptions {
  /** Ends the attempt, with its reason. */
  signal?: AbortSignal;
}

/** Until it is connected. Rejects at the first trouble, with a provider's own words. */
const connected = (provider: ProviderInterface): Promise<void> =>
  provider.isConnected
    ? Promise.resolve()
    : new Promise((resolve, reject) => {
        provider.on('connected', () => resolve());
        provider.on('error', (reason: unknown) =>
          reject(reason instanceof Error ? reason : new Error('nothing answers')),
        );
      });

/** A chain that can be used, or what its runtime lacks. */
type Built = { api: ApiPromise; heads: Heads } | { api: ApiPromise; missing: string[] };

/** Asks the node what it has, and makes of it what a client consists of. */
const build = async (provider: ProviderInterface): Promise<Built> => {
  await connected(provider);
  const asked = await interview((method, params) => provider.send<unknown>(method, params));
  const steady = steadied(provider, asked);
  const { genesisHash, version, metadata } = asked;
  const api = new ApiPromise({
    provider: steady.provider,
    noInitWarn: true,
    metadata: { [`${genesisHash}-${version.specVersion}`]: metadata },
  });
  try {
    await api.isReadyOrError;
    steady.built();
    const missing = PALLETS.filter((pallet) => api.tx[pallet] === undefined);
    return missing.length > 0 ? { api, missing } : { api, heads: await createHeads(api) };
  } catch (error) {
    await api.disconnect().catch(() => undefined);
    throw error;
  }
};

/**
 * Connects to a chain by `ws://` address, or over any provider, for instance that of a chain in this process.
 * Throws a `ConnectionError` when nothing answers there, or when the chain lacks a pallet of Veritrace.
 *
 * @example
 * const client = await connect('ws://127.0.0.1:9944');
 */
export const connect = async (
  endpointOrProvider: string | ProviderInterface,
  { signal }: ConnectOptions = {},
): Promise<VeritraceClient> => {
  signal?.throwIfAborted();
  const where =
    typeof endpointOrProvider === 'string'
      ? shownEndpoint(endpointOrProvider)
      : 'the given provider';
  const provider: ProviderInterface =
    typeof endpointOrProvider === 'string'
      ? rememberAnswers(createNodeProvider(endpointOrProvider, { retryMs: RETRY_MS }))
      : endpointOrProvider;
  let timer: NodeJS.Timeout | undefined;
  let stop: () => void = () => undefined;
  const ended = new Promise<never>((_, reject) => {
    stop = () => reject(signal?.reason);
    signal?.addEventListener('abort', stop, { once: true });
    timer = setTimeout(
      () => reject(new Error(`no answer within ${CONNECT_MS / 1000} s`)),
      CONNECT_MS,
    );
  });
  const building = build(provider);
  try {
    await Promise.race([building, ended]);
  } catch (cause) {
    await provider.disconnect().catch(() => undefined);
    signal?.throwIfAborted();
    const reason =
      cause instanceof Error && cause.message !== '' ? cause.message : 'nothing answers';
    throw new ConnectionError(
      `cannot use ${where} as a Veritrace chain: ${reason}. Check the address and that the node runs.`,
      { cause },
    );
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
  const built = await building;
  const { api } = built;
  if ('missing' in built) {
    const { specName, specVersion } = api.runtimeVersion;
    await api.disconnect().catch(() => undefined);
    throw new ConnectionError(
      `${where} is no Veritrace chain: its runtime, ${specName} ${specVersion}, has no pallet ${built.missing.join(', ')}. Check the address.`,
    );
  }
  const { heads } = built;
  const prefix = api.registry.chainSS58 ?? 42;
  const queues = new Map<string, Promise<unknown>>();

  return {
    api,
    heads,
    blocks: createBlocks(api),
    address: (account) =>
      encodeAddress(
        typeof account === 'string' || account instanceof Uint8Array
          ? decodeAddress(account)
          : decodeAddress(account.address),
        prefix,
      ),
    exclusively: (key, task) => {
      const before = queues.get(key) ?? Promise.resolve();
      const run = before.then(task, task);
      const settled = run.catch(() => undefined);
      queues.set(key, settled);
      void settled.then(() => {
        if (queues.get(key) === settled) queues.delete(key);
      });
      return run;
    },
    disconnect: async () => {
      heads.stop();
      await api.disconnect();
    },
  };
};

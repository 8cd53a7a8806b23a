/** What a network's own models and workers need on the chain: money, registrations, bonds. */
import { resolve } from 'node:path';
import { readCard } from '@veritrace/compiler';
import { createReferee } from '@veritrace/referee';
import {
  batchAll,
  connect,
  createCall,
  getModel,
  type ModelId,
  registerModel,
  registerWorker,
  serveModel,
  type VeritraceClient,
} from '@veritrace/sdk';
import { toUnits } from '../../scenario/amount.ts';
import { TOKEN } from '../../token.ts';
import type { NetworkKeys } from '../keys.ts';
import type { NetworkSpec } from '../spec/load.ts';
import { NetworkError } from '../types.ts';

const units = (tokens: number): bigint => toUnits(tokens, TOKEN.decimals);

/** What an author may spend on deposits and fees. */
const AUTHOR_FLOAT = units(1_000);
/** What a worker has besides its stake. */
const WORKER_FLOAT = units(100);
/** What an operator may spend on fees. */
const OPERATOR_FLOAT = units(100);

const fund = async (
  client: VeritraceClient,
  { content: { veritrace } }: NetworkSpec,
  keys: NetworkKeys,
  signal: AbortSignal,
): Promise<void> => {
  const amounts = new Map<string, bigint>();
  for (const { author } of veritrace.models) {
    amounts.set(keys.account(author).address, AUTHOR_FLOAT);
  }
  for (const worker of veritrace.workers) {
    amounts.set(keys.account(worker.name).address, units(worker.stake) + WORKER_FLOAT);
    amounts.set(keys.operator(worker).pair.address, OPERATOR_FLOAT);
  }
  const transfers = [...amounts].map(([address, amount]) =>
    createCall(client, 'balances', 'transferKeepAlive', [address, amount]),
  );
  if (transfers.length > 0) await batchAll(client, transfers).submit(keys.faucet, { signal });
};

/** Blocks that it may take until a block is final; it takes two or three. */
const FINAL_WITHIN = 50;

/**
 * Waits until models are live in a final block. Workers that serve them sign with other keys than their authors: on a fork
 * without the registration, which may be the one that wins, the transactions of the two come in any order.
 */
const liveForGood = (
  client: VeritraceClient,
  ids: ReadonlyMap<string, ModelId>,
  signal: AbortSignal,
): Promise<true> =>
  client.heads.waitFor({
    what: 'every model to be live in a final block',
    blocks: FINAL_WITHIN,
    finality: 'finalized',
    signal,
    look: async (head) => {
      const found = await Promise.all(
        [...ids].map(async ([name, id]) => ({
          name,
          model: await getModel(client, id, head.hash),
        })),
      );
      const [missing] = found.filter(({ model }) => model?.status.type !== 'Live');
      return missing === undefined
        ? { found: true }
        : { seen: `${missing.name} is ${missing.model?.status.type.toLowerCase() ?? 'not there'}` };
    },
  });

/** Puts everything the specification names on the chain. Resolves with the models' ids by name. */
export const bootstrapChain = async (
  endpoint: string,
  spec: NetworkSpec,
  keys: NetworkKeys,
  { signal, tell }: { signal: AbortSignal; tell(text: string): void },
): Promise<Map<string, ModelId>> => {
  const { models, workers } = spec.content.veritrace;
  const ids = new Map<string, ModelId>();
  if (models.length + workers.length === 0) return ids;
  const client = await connect(endpoint);
  const referee = createReferee();
  try {
    tell('funding authors and workers');
    await fund(client, spec, keys, signal);
    tell(`registering ${models.length} models and ${workers.length} workers`);
    const registering = models.map(async ({ name, dir, author, price, royalty }) => {
      const compiled = resolve(spec.folder, dir);
      const { model } = await registerModel(client, keys.account(author), compiled, {
        price: units(price),
        royalty: Math.round(Number.parseFloat(royalty) * 10_000),
        card: { ...(await readCard(compiled)), name },
        referee,
        signal,
      });
      ids.set(name, model);
    });
    const bonding = workers.map((worker) =>
      registerWorker(client, {
        operator: keys.operator(worker).pair.address,
        bond: units(worker.stake),
        minPrice: units(worker.min_price),
      }).submit(keys.account(worker.name), { signal }),
    );
    await Promise.all([...registering, ...bonding]);
    await liveForGood(client, ids, signal);
    await Promise.all(
      workers
        .filter(({ serves }) => serves.length > 0)
        .map(({ name, serves }) =>
          batchAll(
            client,
            serves.map((model) => serveModel(client, { model: modelId(ids, model) })),
          ).submit(keys.account(name), { signal }),
        ),
    );
    return ids;
  } finally {
    await client.disconnect();
  }
};

const modelId = (ids: ReadonlyMap<string, ModelId>, name: string): ModelId => {
  const id = ids.get(name);
  if (id === undefined) throw new NetworkError(`the model "${name}" was not registered`);
  return id;
};

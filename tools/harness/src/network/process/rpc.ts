/** The few things that are asked of a node to see how it is, by plain HTTP: no client, no subscription. */

/** What a node says of itself. */
export interface NodeHealth {
  peers: number;
  best: number;
  finalized: number;
  syncing: boolean;
  genesis: string;
}

/** How long a node may take to answer. */
const ANSWER_MS = 5_000;

interface Answer {
  result?: unknown;
  error?: { message: string };
}

/** Calls a method. Throws when nobody answers, and with the node's own words when it refuses. */
export const rpc = async (
  ws: string,
  method: string,
  params: readonly unknown[] = [],
): Promise<unknown> => {
  const response = await fetch(ws.replace(/^ws/, 'http'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  const { result, error } = (await response.json()) as Answer;
  if (error !== undefined) throw new Error(`${method}: ${error.message}`);
  return result;
};

const numberOf = (header: unknown): number =>
  Number.parseInt((header as { number: string }).number, 16);

/** How a node is; `undefined` when it does not answer. */
export const readHealth = async (ws: string): Promise<NodeHealth | undefined> => {
  try {
    const [health, best, hash, genesis] = await Promise.all([
      rpc(ws, 'system_health') as Promise<{ peers: number; isSyncing: boolean }>,
      rpc(ws, 'chain_getHeader'),
      rpc(ws, 'chain_getFinalizedHead'),
      rpc(ws, 'chain_getBlockHash', [0]) as Promise<string>,
    ]);
    const finalized = await rpc(ws, 'chain_getHeader', [hash]);
    return {
      peers: health.peers,
      syncing: health.isSyncing,
      best: numberOf(best),
      finalized: numberOf(finalized),
      genesis,
    };
  } catch {
    return undefined;
  }
};

/** Whether a node has a block. One that does not answer has none; other trouble is an error. */
export const hasBlock = async (ws: string, hash: string): Promise<boolean> =>
  (await readHealth(ws)) !== undefined && (await rpc(ws, 'chain_getHeader', [hash])) !== null;

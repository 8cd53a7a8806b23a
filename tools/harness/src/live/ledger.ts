/** A live chain as it can be executed again, read once however many runs there are on it. */
import { type Ask, CannotFetch, fetchLedger, type Ledger } from '@veritrace/replay';
import type { VeritraceClient } from '@veritrace/sdk';

/** More blocks are fetched by whoever wants them: a run's record would be mostly of others. */
const MOST_BLOCKS = 5_000;

/** Asks the nodes of a session, the next when one fails or does not answer. */
export const askBy =
  (ask: <T>(question: (node: VeritraceClient) => Promise<T>) => Promise<T>): Ask =>
  (method, params) =>
    ask<unknown>(({ api }) => api.rpc(method, ...params));

/** Reads the chain up to a block; what was read before is not asked for again. */
export const createLedgerReader = (ask: Ask) => {
  let reading: Promise<Ledger | undefined> = Promise.resolve(undefined);

  const extend = async (
    known: Ledger | undefined,
    to: number,
    signal: AbortSignal | undefined,
  ): Promise<Ledger> => {
    const newest = known?.blocks.at(-1)?.number;
    if (known === undefined || newest === undefined) return fetchLedger(ask, { to, signal });
    if (newest >= to) return known;
    const more = await fetchLedger(ask, { from: newest, to, signal, storage: false });
    return { ...known, blocks: [...known.blocks, ...more.blocks] };
  };

  return async (to: number, signal?: AbortSignal): Promise<Ledger> => {
    if (to > MOST_BLOCKS) {
      throw new CannotFetch(
        `the chain has ${to} blocks, and a run records ${MOST_BLOCKS} at most: veritrace record fetch takes them all, or those from a block on`,
      );
    }
    // One after the other: the second finds what the first has read.
    const read = reading.catch(() => undefined).then((known) => extend(known, to, signal));
    reading = read;
    const ledger = await read;
    return { ...ledger, blocks: ledger.blocks.filter(({ number }) => number <= to) };
  };
};

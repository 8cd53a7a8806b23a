/** Offers load: requests at their times, whatever becomes of those before. */
import { setTimeout as after } from 'node:timers/promises';
import type { Keyring } from '@polkadot/keyring';
import {
  broadcast,
  type ModelId,
  submitInferenceRequest,
  type VeritraceClient,
} from '@veritrace/sdk';

type Account = ReturnType<Keyring['addFromUri']>;

/** A request that was to be made. */
export interface Offered {
  /** When it was to be sent, in milliseconds of the wall clock. */
  due: number;
  /** The transaction; `undefined` when no node took it. */
  hex: string | undefined;
  /** Why not. */
  refusal: string | undefined;
}

/** Who asks, with the nonces that are counted here: a node's pool may not know yet what it was just given. */
export interface Asker {
  account: Account;
  nonce: number;
}

export interface OfferOptions {
  client: VeritraceClient;
  askers: readonly Asker[];
  model: ModelId;
  inputs: readonly Uint8Array[];
  maxPrice: bigint;
  deadline: number;
  redundancy: number;
  /** Milliseconds from now, in order. */
  arrivals: readonly number[];
  signal: AbortSignal;
}

/** Makes all requests. Each account's go one after the other, the accounts beside each other. */
export const offer = async ({
  client,
  askers,
  arrivals,
  inputs,
  model,
  maxPrice,
  deadline,
  redundancy,
  signal,
}: OfferOptions): Promise<Offered[]> => {
  const began = Date.now();
  const queues = askers.map(() => Promise.resolve());
  const offered: Promise<Offered>[] = [];
  const ask = async (asker: Asker, input: Uint8Array, due: number): Promise<Offered> => {
    const call = submitInferenceRequest(client, {
      model,
      inputs: [input],
      maxPrice,
      deadline,
      redundancy,
    });
    try {
      const signed = await call.sign(asker.account, { nonce: asker.nonce });
      await broadcast(client, signed);
      asker.nonce += 1;
      return { due, hex: signed.hex, refusal: undefined };
    } catch (error) {
      // Its nonce is still free, and the next request has it.
      const refusal = error instanceof Error ? error.message : String(error);
      return { due, hex: undefined, refusal };
    }
  };
  for (const [index, arrival] of arrivals.entries()) {
    const due = began + arrival;
    await after(Math.max(0, due - Date.now()), undefined, { signal });
    const turn = index % askers.length;
    const asker = askers[turn];
    if (asker === undefined) throw new RangeError('nobody asks');
    const input = inputs[index % inputs.length] ?? new Uint8Array();
    const one = (queues[turn] ?? Promise.resolve()).then(() => ask(asker, input, due));
    queues[turn] = one.then(() => undefined);
    offered.push(one);
  }
  return Promise.all(offered);
};

import { fromHex } from '../bytes.ts';
import type { VeritraceClient } from '../client.ts';
import type { Plain } from '../plain.ts';
import type { Claim } from '../state.ts';
import { readEntries, readStorage } from '../storage.ts';
import type { Address, Hex, RequestId } from '../types.ts';

const claimOf = (request: RequestId, worker: Address, value: Plain, answer: Plain): Claim => {
  const record = value as unknown as Omit<Claim, 'request' | 'worker' | 'outputs'>;
  // Read at one block, so that where there is a claim there is its answer.
  return { ...record, request, worker, outputs: ((answer ?? []) as Hex[]).map(fromHex) };
};

/** A claim that stands. */
export const getClaim = async (
  client: VeritraceClient,
  request: RequestId,
  worker: Address,
  at: Hex,
): Promise<Claim | undefined> => {
  const [value, answer] = await Promise.all([
    readStorage(client.api, at, 'inference', 'claims', request, worker),
    readStorage(client.api, at, 'inference', 'answers', request, worker),
  ]);
  return value === undefined ? undefined : claimOf(request, worker, value, answer);
};

/** Every claim that stands; those of one request when it is given. */
export const getClaims = async (
  client: VeritraceClient,
  at: Hex,
  request?: RequestId,
): Promise<Claim[]> => {
  const first = request === undefined ? [] : [request];
  const [claims, answers] = await Promise.all([
    readEntries(client.api, at, 'inference', 'claims', ...first),
    readEntries(client.api, at, 'inference', 'answers', ...first),
  ]);
  const outputs = new Map(answers.map(({ keys, value }) => [keys.join('/'), value]));
  return claims.map(({ keys, value }) =>
    claimOf(keys[0] as RequestId, keys[1] as Address, value, outputs.get(keys.join('/'))),
  );
};

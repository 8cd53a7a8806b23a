import type { VeritraceClient } from '../client.ts';
import type { Plain } from '../plain.ts';
import type { Challenge } from '../state.ts';
import { readEntries, readStorage } from '../storage.ts';
import type { Address, Hex, RequestId } from '../types.ts';

const challengeOf = (key: Pick<Challenge, 'request' | 'worker' | 'node'>, value: Plain) =>
  ({ ...key, ...(value as object) }) as Challenge;

/** A running challenge against one node of a claim. */
export const getChallenge = async (
  client: VeritraceClient,
  request: RequestId,
  worker: Address,
  node: number,
  at: Hex,
): Promise<Challenge | undefined> => {
  const value = await readStorage(
    client.api,
    at,
    'disputes',
    'challenges',
    [request, worker],
    node,
  );
  return value === undefined ? undefined : challengeOf({ request, worker, node }, value);
};

const rowsToChallenges = (rows: Awaited<ReturnType<typeof readEntries>>): Challenge[] =>
  rows.map(({ keys, value }) => {
    const [claim, node] = keys as unknown as [[RequestId, Address], number];
    return challengeOf({ request: claim[0], worker: claim[1], node }, value);
  });

/** Running challenges against a claim. */
export const getChallengesOf = async (
  client: VeritraceClient,
  request: RequestId,
  worker: Address,
  at: Hex,
): Promise<Challenge[]> =>
  rowsToChallenges(await readEntries(client.api, at, 'disputes', 'challenges', [request, worker]));

/** Every running challenge. */
export const getChallenges = async (client: VeritraceClient, at: Hex): Promise<Challenge[]> =>
  rowsToChallenges(await readEntries(client.api, at, 'disputes', 'challenges'));

/** Nodes of a claim that its worker has opened; an opening is in the block of its `disputes.NodeOpened`. */
export const getOpenedNodes = async (
  client: VeritraceClient,
  request: RequestId,
  worker: Address,
  at: Hex,
): Promise<number[]> =>
  (await readStorage(client.api, at, 'disputes', 'openedNodes', request, worker)) as number[];

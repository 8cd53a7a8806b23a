import { fromHex } from '../bytes.ts';
import type { VeritraceClient } from '../client.ts';
import type { Plain } from '../plain.ts';
import type { Challenge, Opened } from '../state.ts';
import { readEntries, readStorage } from '../storage.ts';
import { type Subject, subjectArgument } from '../subject.ts';
import type { Address, Hex, RequestId } from '../types.ts';

const challengeOf = (key: Pick<Challenge, 'request' | 'worker' | 'subject'>, value: Plain) =>
  ({ ...key, ...(value as object) }) as Challenge;

/** A running challenge against one node or page of a claim. */
export const getChallenge = async (
  client: VeritraceClient,
  request: RequestId,
  worker: Address,
  subject: Subject,
  at: Hex,
): Promise<Challenge | undefined> => {
  const value = await readStorage(
    client.api,
    at,
    'disputes',
    'challenges',
    [request, worker],
    subjectArgument(subject),
  );
  return value === undefined ? undefined : challengeOf({ request, worker, subject }, value);
};

const rowsToChallenges = (rows: Awaited<ReturnType<typeof readEntries>>): Challenge[] =>
  rows.map(({ keys, value }) => {
    const [claim, subject] = keys as unknown as [[RequestId, Address], Subject];
    return challengeOf({ request: claim[0], worker: claim[1], subject }, value);
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

/** Places of the bits that are set, the lowest bit of a byte first. */
const bitsOf = (hex: Hex): number[] =>
  [...fromHex(hex)].flatMap((byte, index) =>
    Array.from({ length: 8 }, (_, bit) => bit).flatMap((bit) =>
      (byte >> bit) & 1 ? [8 * index + bit] : [],
    ),
  );

/**
 * What of a claim its worker has opened; an opening is in the block of its `disputes.NodeOpened` or
 * `disputes.PageOpened`.
 */
export const getOpened = async (
  client: VeritraceClient,
  request: RequestId,
  worker: Address,
  at: Hex,
): Promise<Opened> => {
  const { nodes, pages } = (await readStorage(
    client.api,
    at,
    'disputes',
    'opened',
    request,
    worker,
  )) as unknown as { nodes: Hex; pages: Hex };
  return { nodes: bitsOf(nodes), pages: bitsOf(pages) };
};

/** After the upgrade: whatever was open comes to its end. */
import {
  getBounties,
  getChallenges,
  getRequest,
  getRequests,
  nodeSubject,
  openNode,
  reclaimBond,
  submitGraphPage,
  submitInferenceRequest,
  withdrawUnbonded,
} from '@veritrace/sdk';
import {
  LIES,
  type OpenWork,
  openingOf,
  PRICE,
  plotNames,
  plotOf,
  type StoryOptions,
  soleClaim,
} from './open-work.ts';

/** Blocks, times the lag, until everything must have ended: the longest window and what may come after it. */
const PATIENCE = 80;

/** Ends what is open. Returns the request that was made after the upgrade. */
export const finishWork = async (
  options: StoryOptions & { open: OpenWork },
): Promise<{ asked: bigint }> => {
  const { clerk, lag, accounts, open, inputFor } = options;
  const patience = PATIENCE * lag;
  const { client, send, until, daemons } = clerk;
  const key = accounts.account;

  // The liar who was challenged shows what it claimed; a draft is completed; a user asks, all in the present shape.
  const awaited = plotOf(open, 'awaited');
  const assigned = plotOf(open, 'assigned');
  const input = await inputFor(assigned.graph, plotNames.length);
  const sent = await send([
    [
      accounts.operator(soleClaim(awaited).worker),
      openNode(client, { request: awaited.request, node: LIES.cnn, opening: openingOf(awaited) }),
    ],
    [
      key('petra'),
      submitInferenceRequest(client, {
        model: assigned.model,
        inputs: [input],
        maxPrice: 10n * PRICE,
        deadline: 20 * lag,
        redundancy: 1,
      }),
    ],
    ...open.draft.rest.map(
      (page) => [key('ivan'), submitGraphPage(client, { model: open.draft.model, page })] as const,
    ),
  ]);
  const asked = sent
    .flatMap(({ events }) => events)
    .flatMap(({ event }) =>
      event.type === 'inference.RequestSubmitted' ? [event.request] : [],
    )[0];
  if (asked === undefined) throw new Error('a request was included without its event');

  await until('the end of the unbonding', patience, async ({ number }) =>
    number >= open.leaving.from ? true : undefined,
  );
  await send([[key(open.leaving.worker), withdrawUnbonded(client)]]);

  // Frank runs no daemon: his bonds over what fell are free for anyone to give back.
  for (const name of ['awaited', 'opened'] as const) {
    const plot = plotOf(open, name);
    const worker = client.address(key(soleClaim(plot).worker));
    await until(`the verdict on "${name}"`, patience, async ({ hash: at }) => {
      const record = await getRequest(client, plot.request, at);
      return record?.slots.some(({ state }) => state.type === 'Struck') === true ? true : undefined;
    });
    const subject = nodeSubject(LIES.cnn);
    await send([[key('ivan'), reclaimBond(client, { request: plot.request, worker, subject })]]);
  }

  await until('the end of everything', patience, async ({ hash: at }) => {
    const [requests, challenges, bounties] = await Promise.all([
      getRequests(client, at),
      getChallenges(client, at),
      getBounties(client, at),
    ]);
    return requests.length + challenges.length + bounties.length === 0 ? true : undefined;
  });
  for (const daemon of daemons.splice(0)) await daemon.stop();
  return { asked };
};

import { decodeAddress } from '@polkadot/keyring';
import {
  type Address,
  attestTile,
  broadcast,
  type Call,
  challengeNode,
  challengePage,
  commitResult,
  contradictElement,
  contradictNode,
  contradictTile,
  expireChallenge,
  expireSeal,
  findInBlock,
  getBalance,
  getBlockShare,
  getBounties,
  getBounty,
  getChallenge,
  getChallenges,
  getChallengesOf,
  getClaim,
  getClaims,
  getComplaints,
  getDue,
  getInputs,
  getNextNonce,
  getOpened,
  getParametersOf,
  getRequest,
  getSeal,
  getSeals,
  getWorker,
  getWorkerOf,
  getWorkOf,
  inputUnavailable,
  isReadable,
  maxOutputBytes,
  openedPagesIn,
  openingsIn,
  openNode,
  openPage,
  publishInput,
  type Rejection,
  reclaimBond,
  releaseBounty,
  revealResult,
  revealSeal,
  sealAccusation,
  setMinPrice,
  settleRequest,
  submitInferenceResult,
  tracesIn,
  type VeritraceClient,
  VeritraceError,
} from '@veritrace/sdk';
import type { Action, Chain, ClaimMade } from './chain.ts';

const callOf = (client: VeritraceClient, action: Action): Call => {
  switch (action.type) {
    case 'submit':
      return submitInferenceResult(client, action);
    case 'commit':
      return commitResult(client, action);
    case 'reveal':
      return revealResult(client, action);
    case 'open':
      return openNode(client, action);
    case 'open-page':
      return openPage(client, action);
    case 'contradict-node':
      return contradictNode(client, action);
    case 'challenge':
      return challengeNode(client, action);
    case 'challenge-page':
      return challengePage(client, action);
    case 'contradict-tile':
      return contradictTile(client, action);
    case 'contradict-element':
      return contradictElement(client, action);
    case 'expire-challenge':
      return expireChallenge(client, action);
    case 'reclaim-bond':
      return reclaimBond(client, action);
    case 'seal':
      return sealAccusation(client, action);
    case 'reveal-seal':
      return revealSeal(client, action);
    case 'release-bounty':
      return releaseBounty(client, action);
    case 'expire-seal':
      return expireSeal(client, action);
    case 'attest':
      return attestTile(client, action);
    case 'settle':
      return settleRequest(client, action);
    case 'input-unavailable':
      return inputUnavailable(client, action);
    case 'publish-input':
      return publishInput(client, action);
    case 'set-min-price':
      return setMinPrice(client, action);
  }
};

const nextNonceOf = (client: VeritraceClient, address: Address): Promise<number> =>
  getNextNonce(client, client.address(address));

/** A reason of the chain's as text. */
const textOf = ({ type, value }: Rejection): string =>
  value === undefined ? type : `${type} ${JSON.stringify(value)}`;

/** The chain behind a client, as the daemons see it. Several daemons may share one. */
export const chainOf = (client: VeritraceClient): Chain => ({
  head: (finality) => client.heads.current(finality),
  onHead: (finality, listener) => client.heads.subscribe(finality, listener),

  isReadable: (at) => isReadable(client, at),
  hashOf: (number) => client.blocks.hashOf(number),

  accountId: (address) => decodeAddress(address),
  isSame: (a, b) => client.address(a) === client.address(b),
  workerOf: (operator, at) => getWorkerOf(client, operator, at),
  workOf: (worker, at) => getWorkOf(client, worker, at),
  minPriceOf: async (worker, at) => (await getWorker(client, worker, at))?.minPrice,
  request: (id, at) => getRequest(client, id, at),
  inputs: (id, at) => getInputs(client, id, at),
  awaited: async (at) => (await getComplaints(client, at)).map(({ request }) => request),
  get maxOutputBytes() {
    return maxOutputBytes(client);
  },
  claim: (request, worker, at) => getClaim(client, request, worker, at),
  claims: async (at) =>
    (await getClaims(client, at)).map(({ request, worker }) => ({ request, worker })),
  claimsMade: async (from, to) => {
    const { added } = await client.blocks.route(from, to);
    const made: ClaimMade[] = [];
    for (const { hash } of added) {
      for (const { event } of (await client.blocks.get(hash)).events) {
        if (event.type !== 'inference.ResultRevealed') continue;
        made.push({ request: event.request, worker: event.worker });
      }
    }
    return made;
  },
  challenge: (request, worker, subject, at) => getChallenge(client, request, worker, subject, at),
  challengesOf: (request, worker, at) => getChallengesOf(client, request, worker, at),
  challenges: (at) => getChallenges(client, at),
  opened: (request, worker, at) => getOpened(client, request, worker, at),
  seal: (who, seal, at) => getSeal(client, who, seal, at),
  seals: (at) => getSeals(client, at),
  bounty: (request, traceRoot, at) => getBounty(client, request, traceRoot, at),
  bounties: (at) => getBounties(client, at),
  disputeParameters: (at) => getParametersOf(client, 'disputes', at),
  blockShare: (action, at) => getBlockShare(client, callOf(client, action), at),
  due: async (head) =>
    (await getDue(client, head)).map(({ request, bucket }) => ({ request, since: bucket })),

  traces: (request, at, head) => tracesIn(client, request, at, head),
  openings: (request, worker, node, since, head) =>
    openingsIn(client, { request, worker, node }, since, head),
  openedPages: (request, worker, page, since, head) =>
    openedPagesIn(client, { request, worker, page }, since, head),

  nonceOf: async (address, at) => (await getBalance(client, address, at)).nonce,
  nextNonce: (address) => nextNonceOf(client, address),

  sign: async (account, action, { anchor, taken } = {}) => {
    const number = Math.min(Math.max(0, anchor ?? 0), client.heads.current('best').number);
    const birth =
      anchor === undefined ? {} : { birth: { number, hash: await client.blocks.hashOf(number) } };
    return client.exclusively(client.address(account), async () => {
      let nonce = await nextNonceOf(client, account.address);
      // The pool may have lost what waits, which is sent again in the same bytes.
      while (taken?.has(nonce)) nonce += 1;
      return callOf(client, action).sign(account, { ...birth, nonce });
    });
  },
  broadcast: async (signed) => {
    try {
      await broadcast(client, signed);
      return 'sent';
    } catch (error) {
      if (error instanceof VeritraceError && error.error === 'Invalid') return 'refused';
      throw error;
    }
  },
  find: async (signed, from, to) => {
    const last =
      to.number <= signed.diesAt
        ? to
        : await client.blocks.header(await client.blocks.hashOf(signed.diesAt));
    if (from.number >= last.number && from.number > signed.diesAt) {
      return { outcome: undefined, retracted: [], added: [] };
    }
    const { added, retracted } = await client.blocks.route(from, last);
    for (const block of added) {
      const found = await findInBlock(client, signed, block);
      if (found === undefined) continue;
      const rejected = found.events.find(({ event }) => event.type === 'disputes.ProofRejected');
      return {
        outcome: {
          block: found.block,
          error: found.error?.error,
          rejected:
            rejected?.event.type === 'disputes.ProofRejected'
              ? textOf(rejected.event.reason)
              : undefined,
        },
        retracted,
        added,
      };
    }
    return { outcome: undefined, retracted, added };
  },
});

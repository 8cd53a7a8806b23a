/** A chain on which a daemon sees only what is of its run: others play there too, with the same models. */
import type { Address, Hex, RequestId } from '@veritrace/sdk';
import type { Chain } from '@veritrace/worker';

/** Leaves out claims, challenges and deadlines of requests whose user is not one's own, and others' seals and bounties. */
export const ownChain = (chain: Chain, isOwn: (address: Address) => boolean): Chain => {
  const own = async <T extends { request: RequestId }>(
    items: readonly T[],
    at: Hex,
  ): Promise<T[]> => {
    const ids = [...new Set(items.map(({ request }) => request))];
    const requests = await Promise.all(ids.map((id) => chain.request(id, at)));
    const kept = new Set(
      requests.flatMap((request) =>
        request !== undefined && isOwn(request.user) ? [request.id] : [],
      ),
    );
    return items.filter(({ request }) => kept.has(request));
  };
  return {
    ...chain,
    claims: async (at) => own(await chain.claims(at), at),
    claimsMade: async (from, to) => own(await chain.claimsMade(from, to), to.hash),
    challenges: async (at) => own(await chain.challenges(at), at),
    // A bounty outlasts its request.
    bounties: async (at) => (await chain.bounties(at)).filter(({ holder }) => isOwn(holder)),
    seals: async (at) => (await chain.seals(at)).filter(({ who }) => isOwn(who)),
    due: async (head) => own(await chain.due(head), head.hash),
    awaited: async (at) =>
      (
        await own(
          (await chain.awaited(at)).map((request) => ({ request })),
          at,
        )
      ).map(({ request }) => request),
  };
};

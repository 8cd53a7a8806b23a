/** Follows the claims of a replayed chain: what each should have been, and whether the proofs against it hold. */
import type { Referee } from '@veritrace/referee';
import { fromHex, RecordDiffers } from '@veritrace/replay';
import {
  type Address,
  getInputs,
  type HeadRef,
  type Hex,
  type RequestId,
  subjectName,
  toPlain,
  tracesIn,
  type VeritraceClient,
} from '@veritrace/sdk';
import type { TakenBlock } from '../drivers/driver.ts';
import type { Chronicle } from '../run/chronicle.ts';
import type { ClaimVerdict } from './report.ts';
import type { AskedRequest, Truth, Truths } from './truths.ts';

export interface Judge {
  /** Takes in the next block. Throws a `RecordDiffers` when the chain accepted a proof that the referee does not. */
  add(taken: TakenBlock): Promise<void>;
  proofs(): { accepted: number; rejected: number };
  /** The requests, as they were made. */
  asked(): ReadonlyMap<RequestId, AskedRequest>;
  verdicts(names: {
    request(id: RequestId): string;
    account(address: Address): string;
  }): ClaimVerdict[];
}

const PROOFS: ReadonlySet<string> = new Set([
  'contradictNode',
  'contradictTile',
  'contradictElement',
]);

/** A claim as it was made, with what it turned out to be. */
interface Judged {
  request: RequestId;
  worker: Address;
  traceRoot: Hex;
  truth: Truth;
}

export const createJudge = (
  client: VeritraceClient,
  chronicle: Chronicle,
  truths: Truths,
  referee: Referee,
): Judge => {
  const asked = new Map<RequestId, AskedRequest>();
  const judged: Judged[] = [];
  const paidTo = new Map<string, { who: Address; amount: bigint }[]>();
  const proofs = { accepted: 0, rejected: 0 };

  const learn = async ({ content, state }: TakenBlock): Promise<void> => {
    const news = content.events.flatMap(({ event }) =>
      event.type === 'inference.RequestSubmitted' || event.type === 'inference.InputPublished'
        ? [event.request]
        : [],
    );
    for (const id of news) {
      const request = state.requests.find((one) => one.id === id) ?? asked.get(id)?.request;
      const inputs = await getInputs(client, id, content.hash);
      if (request !== undefined) {
        asked.set(id, { request, inputs: inputs ?? asked.get(id)?.inputs ?? [] });
      }
    }
  };

  const judge = async ({ content }: TakenBlock): Promise<void> => {
    for (const { event } of content.events) {
      if (event.type !== 'inference.ResultRevealed') continue;
      const { request, worker, traceRoot } = event;
      const it = asked.get(request);
      const head: HeadRef = content;
      const traces = await tracesIn(client, request, content.number, head);
      judged.push({
        request,
        worker,
        traceRoot,
        truth:
          it === undefined
            ? { kind: 'unknown', reason: 'its request is older than the record' }
            : truths.judge(it, { traceRoot }, traces),
      });
    }
  };

  /** Every proof of a block by the referee, against what the chain said of it. */
  const check = async ({ content }: TakenBlock): Promise<void> => {
    const convictions = content.events.flatMap(({ event }) =>
      event.type === 'disputes.ClaimConvicted' && event.evidence.type === 'Contradiction'
        ? [event]
        : [],
    );
    const hasRejected = content.events.some(({ event }) => event.type === 'disputes.ProofRejected');
    if (convictions.length === 0 && !hasRejected) return;
    const accepted = new Set<string>();
    for (const { pallet, method, args } of await client.blocks.calls(content.hash)) {
      if (pallet !== 'disputes' || !PROOFS.has(method)) continue;
      const [id, worker, proof] = args.map((arg) => toPlain(arg));
      const request = BigInt(id as bigint | number);
      const it = asked.get(request);
      const claims = judged.filter((one) => one.request === request && one.worker === worker);
      if (it === undefined || claims.length === 0) continue;
      const { terms, inputRoots } = it.request;
      const holds = claims.some(({ traceRoot }) => {
        const facts = {
          graphRoot: fromHex(terms.graphRoot),
          nodeCount: terms.nodeCount,
          traceRoot: fromHex(traceRoot),
          inputRoots: inputRoots.map(fromHex),
        };
        const isConvicted = referee.check(facts, fromHex(String(proof))).kind === 'convicted';
        if (isConvicted) accepted.add(`${request}/${traceRoot}`);
        return isConvicted;
      });
      if (holds) proofs.accepted += 1;
      else proofs.rejected += 1;
    }
    for (const { request, traceRoot, worker } of convictions) {
      if (accepted.has(`${request}/${traceRoot}`) || !asked.has(request)) continue;
      throw new RecordDiffers({
        block: content.number,
        what: `the claim of ${worker} about request ${request} fell to a proof that the referee does not accept`,
      });
    }
  };

  const follow = ({ content }: TakenBlock): void => {
    for (const { event } of content.events) {
      if (event.type !== 'payouts.Paid' && event.type !== 'payouts.MadeClaimable') continue;
      if (event.reason.type !== 'Workers') continue;
      const key = `${content.number}/${event.from}`;
      paidTo.set(key, [...(paidTo.get(key) ?? []), { who: event.to, amount: event.amount }]);
    }
  };

  return {
    add: async (taken) => {
      follow(taken);
      await learn(taken);
      await judge(taken);
      await check(taken);
    },
    proofs: () => ({ ...proofs }),
    asked: () => asked,
    verdicts: ({ request: nameOf, account }) => {
      const fallen = chronicle.verdicts();
      return chronicle.requests().flatMap((tale) =>
        tale.claims.map((claim): ClaimVerdict => {
          const isIt = (one: { request: RequestId; worker: Address }) =>
            one.request === tale.id && one.worker === claim.worker;
          const truth = judged.find((one) => isIt(one) && one.traceRoot === claim.traceRoot)
            ?.truth ?? { kind: 'unknown', reason: 'it was not followed' };
          const fall = claim.struck ? fallen.find(isIt) : undefined;
          return {
            request: nameOf(tale.id),
            id: tale.id,
            worker: account(claim.worker),
            block: claim.block,
            truth,
            conviction: fall && {
              block: fall.block,
              challenger: account(fall.challenger),
              evidence: fall.evidence,
              subject: subjectName(fall.subject),
              transactions: fall.transactions,
              paid: fall.paid,
              burned: fall.burned,
              paidTo: (paidTo.get(`${fall.block}/${claim.worker}`) ?? []).map(
                ({ who, amount }) => ({ who: account(who), amount }),
              ),
            },
          };
        }),
      );
    },
  };
};

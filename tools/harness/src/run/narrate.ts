/** The story in sentences: what a reader wants to know of the chain's events. */
import {
  type Address,
  type ChainEvent,
  type PlacedEvent,
  type RequestId,
  subjectText,
} from '@veritrace/sdk';
import { formatUnits } from '../scenario/amount.ts';
import { TOKEN } from '../token.ts';

export interface Narrator {
  /** What a request is called in the scenario. */
  nameRequest(id: RequestId, name: string): void;
  nameModel(id: string, name: string): void;
  tell(events: readonly PlacedEvent[]): string[];
}

/** An amount with its unit, `12.5 VTR`. */
export const tokens = (amount: bigint): string =>
  `${formatUnits(amount, TOKEN.decimals)} ${TOKEN.symbol}`;

const list = (names: readonly string[]): string =>
  names.length < 2
    ? names.join('')
    : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1] ?? ''}`;

/** Sentences in which accounts have names. */
export const createNarrator = (nameOf: (address: Address) => string): Narrator => {
  const requests = new Map<RequestId, string>();
  const models = new Map<string, string>();
  const asked = (id: RequestId) => `"${requests.get(id) ?? `request ${id}`}"`;
  const model = (id: string) => models.get(id) ?? `${id.slice(0, 10)}…`;

  const sentence = (event: ChainEvent): string | undefined => {
    switch (event.type) {
      case 'models.ModelCompleted':
        return `the chain has checked and hashed the graph of ${model(event.model)}`;
      case 'models.TermsChanged':
        return `${model(event.model)} costs ${tokens(event.price)} from now on`;
      case 'models.ModelDeprecated':
        return `${model(event.model)} takes no more requests`;
      case 'models.ModelRemoved':
        return `${model(event.model)} is gone; its deposit of ${tokens(event.deposit)} is back`;
      case 'models.LatestChanged':
        return event.model === undefined
          ? `the family of ${model(event.family)} has no latest version now`
          : event.model === event.family
            ? undefined
            : `${model(event.model)} is the latest of the family of ${model(event.family)}`;
      case 'models.FamilyOffered':
        return event.heir === undefined
          ? `the family of ${model(event.family)} is not offered any more`
          : `the family of ${model(event.family)} is offered to ${nameOf(event.heir)}`;
      case 'models.FamilyTransferred':
        return `the family of ${model(event.family)} goes from ${nameOf(event.from)} to ${nameOf(event.to)}, who deposits ${tokens(event.deposit)}`;
      case 'workers.WorkerRegistered':
        return `${nameOf(event.worker)} bonds ${tokens(event.stake)}`;
      case 'inference.RequestSubmitted':
        return `${nameOf(event.user)} asks ${event.redundancy === 1 ? 'one worker' : `${event.redundancy} workers`} and escrows ${tokens(event.escrow)}`;
      case 'inference.RequestAssigned':
        return `${list(event.workers.map(nameOf))} ${event.workers.length === 1 ? 'is' : 'are'} drawn for ${asked(event.request)}`;
      case 'inference.WorkersReplaced':
        return `${list(event.workers.map(nameOf))} will do for ${asked(event.request)} instead`;
      case 'inference.ResultCommitted':
        return `${nameOf(event.worker)} commits to an answer to ${asked(event.request)}`;
      case 'inference.ResultRevealed':
        return `${nameOf(event.worker)} answers ${asked(event.request)}`;
      case 'inference.WorkerMissed':
        return `${nameOf(event.worker)} did not answer ${asked(event.request)}; ${tokens(event.burned)} burned`;
      case 'inference.ClaimStruck':
        return `${nameOf(event.worker)}'s claim about ${asked(event.request)} is proved wrong; it loses ${tokens(event.paid + event.burned)}`;
      case 'disputes.NodeChallenged':
        return `${nameOf(event.challenger)} challenges node ${event.node} of ${nameOf(event.worker)}'s claim`;
      case 'disputes.NodeOpened':
        return `${nameOf(event.worker)} opens node ${event.node}`;
      case 'disputes.PageChallenged':
        return `${nameOf(event.challenger)} challenges page ${event.page} of the trace of ${nameOf(event.worker)}'s claim`;
      case 'disputes.PageOpened':
        return `${nameOf(event.worker)} opens page ${event.page}`;
      case 'disputes.ClaimConvicted':
        return `${nameOf(event.challenger)} convicts ${nameOf(event.worker)} at ${subjectText(event.subject)}`;
      case 'disputes.Sealed':
        return `${nameOf(event.who)} seals an accusation`;
      case 'disputes.BountyMoved':
        return `${nameOf(event.to)} had sealed it earlier than ${nameOf(event.from)}: the bounty of ${tokens(event.amount)} is ${nameOf(event.to)}'s`;
      case 'disputes.SealForfeited':
        return `a seal of ${nameOf(event.who)} expired unused; ${tokens(event.burned)} burned`;
      case 'disputes.ProofRejected':
        return `a proof by ${nameOf(event.who)} against ${nameOf(event.worker)} is rejected; ${tokens(event.penalty)} burned`;
      case 'disputes.BondForfeited':
        return `${nameOf(event.challenger)} loses the bond of ${tokens(event.compensation + event.burned)}`;
      case 'inference.InputDemanded':
        return `${nameOf(event.worker)} cannot get the input of ${asked(event.request)}`;
      case 'inference.InputPublished':
        return `${nameOf(event.who)} publishes an input of ${asked(event.request)}`;
      case 'inference.ComplaintCharged':
        return `the complaint about ${asked(event.request)} costs ${tokens(event.burned)}, burned`;
      case 'inference.WorkerCompensated':
        return `${nameOf(event.worker)} gets ${tokens(event.amount)} for its trouble with ${asked(event.request)}`;
      case 'inference.RequestReopened':
        return `${asked(event.request)} goes to other workers`;
      case 'inference.Settled':
        return `${asked(event.request)} is settled for ${tokens(event.paid)}`;
      case 'inference.RequestRefunded':
        return `${asked(event.request)} is refunded`;
      case 'inference.RequestCancelled':
        return `${asked(event.request)} is cancelled`;
      case 'inference.RequestContested':
        return `${asked(event.request)} is contested and refunded`;
      default:
        return undefined;
    }
  };

  return {
    nameRequest: (id, name) => {
      requests.set(id, name);
    },
    nameModel: (id, name) => {
      models.set(id, name);
    },
    tell: (events) =>
      events.flatMap(({ event }) => {
        const text = sentence(event);
        return text === undefined ? [] : [text];
      }),
  };
};

/** What happened over an upgrade, block by block, as the chain tells it afterwards. */
import type { Address, Balance, ChainEvent, RequestId, VeritraceClient } from '@veritrace/sdk';
import type { AccountDirectory } from '../actors/accounts.ts';
import { createMonitor, type Violation } from '../invariants/monitor.ts';
import { readMoney, readState } from '../invariants/read.ts';
import type { ChainState, Money } from '../invariants/state.ts';
import type { Upgraded } from './upgrade-chain.ts';

/** How a request ended, in a word or two. */
export type Ending = string;

export interface Survey {
  /** Of each request that ended after the upgrade. */
  endings: ReadonlyMap<RequestId, Ending>;
  /** `request node evidence`, for each claim that fell. */
  convictions: { request: RequestId; worker: string; node: number; evidence: string }[];
  /** Who had bounties in the end, by request. */
  bounties: { request: RequestId; who: string }[];
  bonds: { what: 'returned' | 'forfeited'; request: RequestId; who: string }[];
  /** Workers who lost something of a lock, without those who were convicted. */
  penalised: string[];
  /** Models that went live. */
  completed: string[];
  withdrawn: { who: string; amount: Balance }[];
  /** Entries that were not of the form that the migrations take them to have. */
  unmigrated: string[];
  /** Money that was another's, or otherwise held, once the migrations were over. */
  moved: string[];
  violations: readonly Violation[];
  checked: number;
  /** What is still stored about requests at the end. */
  left: Record<string, number>;
  /** Held for requests, claims and disputes at the end, which is nothing. */
  held: string[];
}

const differences = (before: Money, after: Money, nameOf: (who: Address) => string): string[] => {
  const told = (what: string, one: Balance, other: Balance): string[] =>
    one === other ? [] : [`${what}: ${one} before, ${other} after`];
  const everyone = new Set([...before.accounts.keys(), ...after.accounts.keys()]);
  return [
    ...told('issuance', before.issuance, after.issuance),
    ...[...everyone].flatMap((who) => {
      const [one, other] = [before.accounts.get(who), after.accounts.get(who)];
      const [held, holding] = [before.holds.get(who), after.holds.get(who)];
      const reasons = new Set([...(held?.keys() ?? []), ...(holding?.keys() ?? [])]);
      return [
        ...told(`${nameOf(who)} free`, one?.free ?? 0n, other?.free ?? 0n),
        ...told(`${nameOf(who)} reserved`, one?.reserved ?? 0n, other?.reserved ?? 0n),
        ...[...reasons].flatMap((reason) =>
          told(`${nameOf(who)} ${reason}`, held?.get(reason) ?? 0n, holding?.get(reason) ?? 0n),
        ),
      ];
    }),
  ];
};

/** Holds that end with what they are for. Stakes and deposits of models stay. */
const PASSING = new Set([
  'inference.Escrow',
  'inference.Deposit',
  'inference.Complaint',
  'inference.Audit',
  'disputes.Bond',
  'disputes.Seal',
  'disputes.Bounty',
]);

const heldIn = ({ holds }: ChainState, nameOf: (who: Address) => string): string[] =>
  [...holds].flatMap(([who, reasons]) =>
    [...reasons].flatMap(([reason, amount]) =>
      PASSING.has(reason) && amount > 0n ? [`${nameOf(who)} ${reason} ${amount}`] : [],
    ),
  );

const leftIn = (state: ChainState): Record<string, number> => ({
  requests: state.requests.length,
  inputs: state.inputs.length,
  claims: state.claims.length,
  answers: state.answers.length,
  due: state.due.length,
  locks: state.locks.length,
  challenges: state.challenges.length,
  bounties: state.bounties.length,
  seals: state.seals.length,
  complaints: state.complaints.length,
});

/** Reads every block from the first that the new runtime executed to the present final one. */
export const survey = async (
  client: VeritraceClient,
  { last, ready }: Upgraded,
  accounts: AccountDirectory,
): Promise<Survey> => {
  const nameOf = (who: Address) => accounts.nameOf(client.address(who));
  const monitor = createMonitor();
  const endings = new Map<RequestId, Ending>();
  const convicted = new Set<string>();
  const slashed: string[] = [];
  const found: Omit<
    Survey,
    'endings' | 'penalised' | 'moved' | 'violations' | 'checked' | 'left' | 'held'
  > = {
    convictions: [],
    bounties: [],
    bonds: [],
    completed: [],
    withdrawn: [],
    unmigrated: [],
  };

  const note = (event: ChainEvent): void => {
    switch (event.type) {
      case 'inference.Settled':
        endings.set(event.request, `settled, ${event.workers} paid`);
        return;
      case 'inference.RequestRefunded':
        endings.set(event.request, `refunded: ${event.reason}`);
        return;
      case 'inference.ContestClosed':
        endings.set(event.request, 'contest closed');
        return;
      case 'disputes.ClaimConvicted': {
        const { request, worker, subject, evidence } = event;
        convicted.add(nameOf(worker));
        found.convictions.push({
          request,
          worker: nameOf(worker),
          node: subject.value,
          evidence: evidence.type === 'Silence' ? 'silence' : evidence.value,
        });
        return;
      }
      case 'disputes.BountyReleased':
        found.bounties.push({ request: event.request, who: nameOf(event.who) });
        return;
      case 'disputes.BondReturned':
        found.bonds.push({
          what: 'returned',
          request: event.request,
          who: nameOf(event.challenger),
        });
        return;
      case 'disputes.BondForfeited':
        found.bonds.push({
          what: 'forfeited',
          request: event.request,
          who: nameOf(event.challenger),
        });
        return;
      case 'workers.Slashed':
      case 'workers.NoShowPenalised':
        slashed.push(nameOf(event.worker));
        return;
      case 'models.NotMigrated':
      case 'workers.NotMigrated':
      case 'inference.NotMigrated':
      case 'disputes.NotMigrated':
        found.unmigrated.push(`${event.type} ${event.key}`);
        return;
      case 'models.ModelCompleted':
        found.completed.push(event.model);
        return;
      case 'workers.Withdrawn':
        found.withdrawn.push({ who: nameOf(event.worker), amount: event.amount });
        return;
      default:
        return;
    }
  };

  const end = client.heads.current('finalized').number;
  let newest: ChainState | undefined;
  // While migrations run, the state is of neither form; what happens in these blocks is told all the same.
  for (let number = last.number + 1; number < ready.number; number += 1) {
    const { events } = await client.blocks.get(await client.blocks.hashOf(number));
    for (const { event } of events) note(event);
  }
  for (let number = ready.number; number <= end; number += 1) {
    const state = await readState(client, { number, hash: await client.blocks.hashOf(number) });
    monitor.look(state);
    for (const event of state.events) note(event);
    newest = state;
  }
  if (newest === undefined) throw new Error('there is no block since the upgrade');
  const { checked, violated } = monitor.report();
  return {
    ...found,
    endings,
    penalised: slashed.filter((who) => !convicted.has(who)),
    moved: differences(await readMoney(client, last), await readMoney(client, ready), nameOf),
    violations: violated,
    checked,
    left: leftIn(newest),
    held: heldIn(newest, nameOf),
  };
};

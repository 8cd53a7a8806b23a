/** Reads everything the invariants speak about, at one block's hash. */
import type { Codec } from '@polkadot/types/types';
import { stringToU8a, u8aConcat } from '@polkadot/util';
import {
  type Address,
  answered,
  type Balance,
  type BlockRef,
  type Bounty,
  type Challenge,
  type Complaint,
  type Family,
  type Hex,
  type Model,
  type Plain,
  type Request,
  type RequestId,
  readEntries,
  readKeys,
  readStorage,
  type Seal,
  type StorageRow,
  type StorageSource,
  toPlain,
  type VeritraceClient,
  type Worker,
} from '@veritrace/sdk';
import type { AccountBalance, ChainState, HoldReason, Money, StandingClaim } from './state.ts';

/** Storage after a block, read by the types of the runtime that executed it. */
interface StateReader {
  value(pallet: string, item: string): Promise<Plain>;
  entries(pallet: string, item: string): Promise<StorageRow[]>;
  keys(pallet: string, item: string): Promise<Plain[][]>;
}

const readerOf = (
  { rpc }: Pick<VeritraceClient['api'], 'rpc'>,
  { query, registry }: Pick<StorageSource, 'query' | 'registry'>,
  hash: Hex,
): StateReader => {
  const source = { rpc, query, registry };
  return {
    value: (pallet, item) => readStorage(source, hash, pallet, item),
    entries: (pallet, item) => readEntries(source, hash, pallet, item),
    keys: (pallet, item) => readKeys(source, hash, pallet, item),
  };
};

const amount = (plain: Plain): Balance => BigInt(plain as bigint | number);

/** The account a pallet's id stands for. */
export const palletAccount = (id: string): Uint8Array => {
  const account = new Uint8Array(32);
  account.set(u8aConcat(stringToU8a('modl'), id).subarray(0, 32));
  return account;
};

/** The treasury's id, which no constant of the runtime tells. */
export const TREASURY = 'vt/trsry';

const ours: Readonly<Record<string, readonly string[]>> = {
  Inference: ['Escrow', 'Deposit', 'Complaint', 'Audit'],
  Workers: ['Stake'],
  Disputes: ['Bond', 'Seal', 'Bounty'],
  Models: ['Deposit'],
};

const holdsOf = (plain: Plain): ReadonlyMap<HoldReason, Balance> => {
  const holds = new Map<HoldReason, Balance>();
  for (const held of plain as { id: { type: string; value: string }; amount: bigint }[]) {
    const { type, value: reason } = held.id;
    if (ours[type]?.includes(reason) !== true) continue;
    holds.set(`${type.toLowerCase()}.${reason}` as HoldReason, amount(held.amount));
  }
  return holds;
};

const moneyIn = async (state: StateReader): Promise<Money> => {
  const [issuance, accounts, holds] = await Promise.all([
    state.value('balances', 'totalIssuance'),
    state.entries('system', 'account'),
    state.entries('balances', 'holds'),
  ]);
  return {
    issuance: amount(issuance),
    accounts: new Map(
      accounts.map(({ keys: [account], value: plain }): [Address, AccountBalance] => {
        const { data } = plain as unknown as { data: { free: bigint; reserved: bigint } };
        return [String(account), { free: amount(data.free), reserved: amount(data.reserved) }];
      }),
    ),
    holds: new Map(holds.map((entry) => [String(entry.keys[0]), holdsOf(entry.value)])),
  };
};

/** Reads whose money is whose after a block, whichever version of the runtime executed it. */
export const readMoney = ({ api }: VeritraceClient, { number, hash }: BlockRef): Promise<Money> =>
  answered(`the money after block ${number}`, async () =>
    moneyIn(readerOf(api, await api.at(hash), hash)),
  );

/** Reads the state after a block, with what happened in it. Throws an `AnswerError` when the node's answers are none. */
export const readState = (client: VeritraceClient, block: BlockRef): Promise<ChainState> =>
  answered(`the state after block ${block.number}`, () => stateAfter(client, block));

const stateAfter = async (client: VeritraceClient, block: BlockRef): Promise<ChainState> => {
  const { api } = client;
  const [at, content] = await Promise.all([api.at(block.hash), client.blocks.get(block.hash)]);
  const state = readerOf(api, at, block.hash);
  const { entries: map, keys, value } = state;
  const [
    money,
    models,
    families,
    workers,
    locks,
    requests,
    complaints,
    inputs,
    claims,
    answers,
    due,
    openOf,
    workOf,
    challenges,
    seals,
    bounties,
    claimable,
    totalClaimable,
    blockWeight,
  ] = await Promise.all([
    moneyIn(state),
    map('models', 'aiModels'),
    map('models', 'families'),
    map('workers', 'workers'),
    map('workers', 'locks'),
    map('inference', 'inferenceRequests'),
    map('inference', 'complaints'),
    keys('inference', 'inputs'),
    map('inference', 'claims'),
    map('inference', 'answers'),
    keys('inference', 'due'),
    map('inference', 'openOf'),
    map('inference', 'workOf'),
    map('disputes', 'challenges'),
    map('disputes', 'seals'),
    map('disputes', 'bounties'),
    map('payouts', 'claimable'),
    value('payouts', 'totalClaimable'),
    value('system', 'blockWeight'),
  ]);
  const weights = blockWeight as unknown as Record<'normal' | 'operational' | 'mandatory', Weight>;
  const limits = toPlain(at.consts.system?.blockWeights as Codec) as unknown as {
    maxBlock: Weight;
  };
  const payoutsId = at.consts.payouts?.palletId?.toU8a();
  if (payoutsId === undefined) throw new TypeError('the runtime does not name the payouts account');

  const record = <T>({ value: plain }: StorageRow): T => plain as unknown as T;
  const address = (plain: Plain): Address => String(plain);
  const placeOf = ({ keys }: StorageRow): Pick<StandingClaim, 'request' | 'worker'> => ({
    request: amount(keys[0]),
    worker: address(keys[1]),
  });
  const outputsOf = new Map(
    answers.map((entry) => [entry.keys.join('/'), record<string[]>(entry)] as const),
  );
  return {
    block,
    ...money,
    models: models.map((entry) => ({ ...record<Model>(entry), id: entry.keys[0] as Model['id'] })),
    families: families.map((entry) => ({
      ...record<Family>(entry),
      id: entry.keys[0] as Family['id'],
    })),
    workers: workers.map((entry) => ({
      ...record<Worker>(entry),
      account: address(entry.keys[0]),
    })),
    locks: locks.map((entry) => ({
      worker: address(entry.keys[0]),
      request: amount(entry.keys[1]),
      amount: amount(entry.value),
    })),
    requests: requests.map((entry) => {
      const { slots, ...rest } = record<Request>(entry);
      return { ...rest, slots: slots.map(withState), id: amount(entry.keys[0]) };
    }),
    complaints: complaints.map((entry) => ({
      ...record<Complaint>(entry),
      request: amount(entry.keys[0]),
    })),
    inputs: inputs.map(([request]) => amount(request)),
    claims: claims.map((entry) => ({
      ...placeOf(entry),
      ...rootsOf(record(entry)),
      outputs: outputsOf.get(entry.keys.join('/')) ?? [],
    })),
    answers: answers.map(placeOf),
    due: due.map(([block, request]) => ({ block: Number(block), request: amount(request) })),
    openOf: new Map(openOf.map((entry) => [address(entry.keys[0]), Number(entry.value)])),
    workOf: new Map(
      workOf.map((entry) => [
        address(entry.keys[0]),
        (entry.value as Plain[]).map((id): RequestId => amount(id)),
      ]),
    ),
    challenges: challenges.map((entry) => ({
      ...record<Challenge>(entry),
      ...challengeKey(entry.keys),
    })),
    seals: seals.map((entry) => ({
      ...record<Seal>(entry),
      who: address(entry.keys[0]),
      seal: entry.keys[1] as Seal['seal'],
    })),
    bounties: bounties.map((entry) => ({
      ...record<Bounty>(entry),
      request: amount(entry.keys[0]),
      traceRoot: entry.keys[1] as Bounty['traceRoot'],
    })),
    claimable: new Map(claimable.map((entry) => [address(entry.keys[0]), amount(entry.value)])),
    totalClaimable: amount(totalClaimable),
    payoutsAccount: client.address(palletAccount(new TextDecoder().decode(payoutsId))),
    treasuryAccount: client.address(palletAccount(TREASURY)),
    existentialDeposit: amount(toPlain(at.consts.balances?.existentialDeposit as Codec)),
    weight: {
      transactions: amount(weights.normal.refTime) + amount(weights.operational.refTime),
      own: amount(weights.mandatory.refTime),
      most: amount(limits.maxBlock.refTime),
      isNewSession: content.events.some(
        ({ event }) =>
          event.type === 'other' && event.pallet === 'session' && event.name === 'NewSession',
      ),
    },
    events: content.events.map((placed) => placed.event),
  };
};

interface Weight {
  refTime: Plain;
}

type Roots = Pick<StandingClaim, 'traceRoot' | 'outputRoot'>;

const rootsOf = ({ traceRoot, outputRoot }: Roots): Roots => ({ traceRoot, outputRoot });

/** A slot's state as an object also where the chain's enum decodes to a bare name. */
const withState = (slot: Request['slots'][number]): Request['slots'][number] => ({
  ...slot,
  state: typeof slot.state === 'string' ? ({ type: slot.state } as typeof slot.state) : slot.state,
});

/** Request, worker and subject of a challenge, from a key of three parts or of a pair and one. */
const challengeKey = (keys: Plain[]): Pick<Challenge, 'request' | 'worker' | 'subject'> => {
  const [request, worker, subject] = keys.flat();
  return {
    request: amount(request),
    worker: String(worker),
    subject: subject as unknown as Challenge['subject'],
  };
};

/**
 * Everything the five pallets say, and what else the client needs to hear, as one union discriminated on `type`.
 * Fields are named and typed as in the pallets, in camel case.
 */
import type { DispatchError, EventRecord } from '@polkadot/types/interfaces';
import type { Codec } from '@polkadot/types/types';
import type {
  DisputeParameters,
  InferenceParameters,
  ModelParameters,
  PayoutParameters,
  WorkerParameters,
} from './parameters.ts';
import { type Plain, toPlain } from './plain.ts';
import type { Address, Balance, Hex, ModelId, RequestId } from './types.ts';

/** Fields of each event of the five pallets. */
export interface PalletEvents {
  'models.ModelRegistered': {
    model: ModelId;
    author: Address;
    artefact: Hex;
    graphRoot: Hex;
    deposit: Balance;
  };
  'models.GraphPageAccepted': { model: ModelId; initialisers: number; nodes: number };
  'models.ModelCompleted': { model: ModelId };
  'models.TermsChanged': { model: ModelId; price: Balance; royalty: number };
  'models.ModelDeprecated': { model: ModelId };
  'models.ModelRemoved': { model: ModelId; deposit: Balance };
  'models.ModelCondemned': {
    model: ModelId;
    node: number;
    reporter: Address;
    rewarded: Balance;
    burned: Balance;
  };
  'models.ParametersChanged': { parameters: ModelParameters };

  'workers.ParametersChanged': { parameters: WorkerParameters };
  'inference.ParametersChanged': { parameters: InferenceParameters };
  'disputes.ParametersChanged': { parameters: DisputeParameters };

  'payouts.Paid': { from: Address; to: Address; amount: Balance };
  'payouts.MadeClaimable': { from: Address; to: Address; amount: Balance };
  'payouts.InferencePaid': {
    from: Address;
    author: Address;
    worker: Address;
    authorAmount: Balance;
    treasuryAmount: Balance;
    workerAmount: Balance;
  };
  'payouts.Claimed': { who: Address; amount: Balance };
  'payouts.ParametersChanged': { parameters: PayoutParameters };
}

/** Names of the five pallets' events, for checks against a runtime. */
export type PalletEventType = keyof PalletEvents;

export type PalletEvent = {
  [T in PalletEventType]: { type: T } & PalletEvents[T];
}[PalletEventType];

/** Any event. `other` is one of a pallet that is not ours; its fields are left as they are decoded. */
export type ChainEvent =
  | PalletEvent
  | { type: 'system.ExtrinsicFailed'; dispatchError: DispatchError }
  | { type: 'sudo.Sudid'; dispatchError: DispatchError | undefined }
  | {
      type: 'transactionPayment.TransactionFeePaid';
      who: Address;
      actualFee: Balance;
      tip: Balance;
    }
  | { type: 'other'; pallet: string; name: string; fields: Record<string, Codec> };

const OURS: ReadonlySet<string> = new Set([
  'models',
  'workers',
  'inference',
  'disputes',
  'payouts',
]);

/** An event of the type, or `undefined`. */
export const eventOf = <T extends ChainEvent['type']>(
  event: ChainEvent,
  type: T,
): Extract<ChainEvent, { type: T }> | undefined =>
  event.type === type ? (event as Extract<ChainEvent, { type: T }>) : undefined;

/** Requests an event is about. */
export const requestsOf = (event: ChainEvent): RequestId[] =>
  'request' in event && typeof event.request === 'bigint' ? [event.request] : [];

/** Decodes a record of `system.events`. */
export const decodeEvent = ({ event }: Pick<EventRecord, 'event'>): ChainEvent => {
  const names = event.data.names ?? [];
  const fields: Record<string, Codec> = {};
  event.data.forEach((value, index) => {
    fields[names[index] ?? String(index)] = value;
  });
  const { section: pallet, method: name } = event;
  if (OURS.has(pallet)) {
    const plain: Record<string, Plain> = {};
    for (const [field, value] of Object.entries(fields)) plain[field] = toPlain(value);
    return { type: `${pallet}.${name}`, ...plain } as unknown as PalletEvent;
  }
  switch (`${pallet}.${name}`) {
    case 'system.ExtrinsicFailed':
      return {
        type: 'system.ExtrinsicFailed',
        dispatchError: fields.dispatchError as unknown as DispatchError,
      };
    case 'sudo.Sudid': {
      const result = fields.sudoResult as unknown as {
        isErr: boolean;
        asErr: DispatchError;
      };
      return { type: 'sudo.Sudid', dispatchError: result.isErr ? result.asErr : undefined };
    }
    case 'transactionPayment.TransactionFeePaid': {
      const { who, actualFee, tip } = fields;
      return {
        type: 'transactionPayment.TransactionFeePaid',
        who: String(who),
        actualFee: BigInt(String(actualFee)),
        tip: BigInt(String(tip)),
      };
    }
    default:
      return { type: 'other', pallet, name, fields };
  }
};

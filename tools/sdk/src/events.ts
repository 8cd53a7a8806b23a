/**
 * Everything the five pallets say, and what else the client needs to hear, as one union discriminated on `type`.
 * Fields are named and typed as in the pallets, in camel case.
 */
import type { DispatchError, EventRecord } from '@polkadot/types/interfaces';
import type { Codec } from '@polkadot/types/types';
import type { PalletEvents } from './pallet-events.ts';
import { type Plain, toPlain } from './plain.ts';
import type { Address, Balance, RequestId } from './types.ts';

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

/** Events as a node stores them, in the shape in which a record has them. */
import type { RecordEvent } from '../record/record.ts';

/** The protocol's own pallets. */
const OURS: ReadonlySet<string> = new Set([
  'Models',
  'Workers',
  'Inference',
  'Disputes',
  'Payouts',
]);

/** Who paid for a transaction is who sent it. */
const isWanted = (pallet: string, name: string): boolean =>
  OURS.has(pallet) || (pallet === 'TransactionPayment' && name === 'TransactionFeePaid');

const lowerFirst = (name: string): string => `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`;

interface Addressed {
  address(): string;
}

const isAddress = (value: object): value is Addressed =>
  'address' in value && typeof value.address === 'function';

/**
 * What dedot decoded, as a record writes it: large integers as decimal strings, accounts as addresses, bytes as hex, fields
 * that are absent left out, and the fields of an enum's variant beside its type.
 */
export const plainValue = (value: unknown): unknown => {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (isAddress(value)) return value.address();
  if (value instanceof Uint8Array) {
    return `0x${Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  }
  if (Array.isArray(value)) return value.map(plainValue);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .map(([name, field]) => [name, plainValue(field)] as const);
  const { type, value: inner } = Object.fromEntries(fields) as { type?: unknown; value?: unknown };
  return typeof type === 'string' &&
    fields.length === 2 &&
    typeof inner === 'object' &&
    inner !== null &&
    !Array.isArray(inner)
    ? { type, ...inner }
    : Object.fromEntries(fields);
};

interface Decoded {
  phase: { type: string; value?: number };
  event: { pallet: string; palletEvent: string | { name: string; data?: unknown } };
}

/** Those of a block's events that the page tells of, each with its place. `decoded` is the value of `System.Events`. */
export const plainEvents = (block: number, decoded: unknown): RecordEvent[] =>
  (decoded as readonly Decoded[]).flatMap(({ phase, event: { pallet, palletEvent } }, index) => {
    const { name, data } =
      typeof palletEvent === 'string' ? { name: palletEvent, data: {} } : palletEvent;
    if (!isWanted(pallet, name)) return [];
    return [
      {
        block,
        index,
        ...(phase.type === 'ApplyExtrinsic' && phase.value !== undefined
          ? { extrinsic: phase.value }
          : {}),
        type: `${lowerFirst(pallet)}.${name}`,
        ...(plainValue(data) as object),
      },
    ];
  });

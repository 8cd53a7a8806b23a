/**
 * Chain values as plain JavaScript: integers up to 32 bits are numbers, larger ones bigints; byte strings and digests
 * are hex; accounts are addresses; an absent option is `undefined`. An enum none of whose variants carries anything is
 * the variant's name, any other `{ type, …fields }`, or `{ type, value }` for a variant with one unnamed field.
 */
import {
  BTreeSet,
  type Bytes,
  bool,
  Compact,
  Enum,
  GenericAccountId,
  Int,
  Null,
  Option,
  Raw,
  Struct,
  Text,
  Tuple,
  UInt,
  Vec,
  VecFixed,
} from '@polkadot/types';
import type { Codec } from '@polkadot/types/types';

export type Plain =
  | undefined
  | boolean
  | number
  | bigint
  | string
  | Plain[]
  | { [field: string]: Plain };

/** Converts one decoded value. Throws a `TypeError` on a kind of value the pallets do not use. */
export const toPlain = (value: Codec): Plain => {
  if (value instanceof Option) return value.isNone ? undefined : toPlain(value.unwrap());
  if (value instanceof Enum) {
    if (value.isBasic) return value.type;
    const inner = toPlain(value.inner);
    if (inner === undefined) return { type: value.type };
    return typeof inner === 'object' && !Array.isArray(inner)
      ? { type: value.type, ...inner }
      : { type: value.type, value: inner };
  }
  if (value instanceof Struct) {
    const fields: { [field: string]: Plain } = {};
    for (const [name, field] of value.entries()) fields[String(name)] = toPlain(field as Codec);
    return fields;
  }
  if (value instanceof BTreeSet) return [...value].map((item) => toPlain(item as Codec));
  if (value instanceof Vec || value instanceof VecFixed || value instanceof Tuple) {
    return [...value].map((item) => toPlain(item as Codec));
  }
  if (value instanceof Compact) return toPlain(value.unwrap() as Codec);
  if (value instanceof UInt || value instanceof Int) {
    return value.bitLength() <= 32 ? value.toNumber() : value.toBigInt();
  }
  if (value instanceof GenericAccountId) return value.toString();
  if (value instanceof bool) return value.isTrue;
  if (value instanceof Text) return value.toString();
  if (value instanceof Null) return undefined;
  if (value instanceof Raw) return (value as Bytes).toHex();
  throw new TypeError(`no plain form for a value of type ${value.toRawType()}`);
};

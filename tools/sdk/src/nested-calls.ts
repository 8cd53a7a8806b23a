/** Calls inside calls: batches, proxies, sudo. Whoever looks for what a call published has to look there, too. */
import { GenericCall, Option, Vec } from '@polkadot/types';
import type { Codec, Registry } from '@polkadot/types/types';
import { hexToU8a } from '@polkadot/util';
import { demandExtrinsic } from './node/whole-extrinsic.ts';
import type { Hex } from './types.ts';

/** A call of a block, at any depth. */
export interface NestedCall {
  /** Position of the extrinsic it is of. */
  extrinsicIndex: number;
  pallet: string;
  method: string;
  /** Arguments in order, decoded. */
  args: Codec[];
}

const inside = (value: Codec, extrinsicIndex: number): NestedCall[] => {
  const within = (inner: Codec) => inside(inner, extrinsicIndex);
  if (value instanceof GenericCall) {
    const { section: pallet, method, args } = value;
    return [{ extrinsicIndex, pallet, method, args: [...args] }, ...args.flatMap(within)];
  }
  if (value instanceof Option) return value.isSome ? within(value.unwrap()) : [];
  if (value instanceof Vec) return [...value].flatMap((item) => within(item as Codec));
  return [];
};

/** Every call of a block's extrinsic, outermost first, by the types of the runtime that took it. Throws unless it is one. */
export const callsOf = (registry: Registry, extrinsic: Hex, index: number): NestedCall[] => {
  const bytes = hexToU8a(extrinsic);
  demandExtrinsic(registry, bytes);
  return inside(registry.createType('Extrinsic', bytes).method as unknown as Codec, index);
};

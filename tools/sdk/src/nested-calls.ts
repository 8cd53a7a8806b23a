/** Calls inside calls: batches, proxies, sudo. Whoever looks for what a call published has to look there, too. */
import { GenericCall, Option, Vec } from '@polkadot/types';
import type { Codec, Registry } from '@polkadot/types/types';
import type { Hex } from './types.ts';

/** A call of a block, at any depth. */
export interface NestedCall {
  pallet: string;
  method: string;
  /** Arguments in order, decoded. */
  args: Codec[];
}

const inside = (value: Codec): NestedCall[] => {
  if (value instanceof GenericCall) {
    const { section: pallet, method, args } = value;
    return [{ pallet, method, args: [...args] }, ...args.flatMap(inside)];
  }
  if (value instanceof Option) return value.isSome ? inside(value.unwrap()) : [];
  if (value instanceof Vec) return [...value].flatMap((item) => inside(item as Codec));
  return [];
};

/** Every call of an extrinsic, outermost first, by the types of the runtime that took it. */
export const callsOf = (registry: Registry, extrinsic: Hex): NestedCall[] =>
  inside(registry.createType('Extrinsic', extrinsic).method as unknown as Codec);

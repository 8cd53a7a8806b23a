/** What a runtime calls its events and errors, by its metadata. */
import { Metadata, TypeRegistry } from '@polkadot/types';
import type { SiLookupTypeId } from '@polkadot/types/interfaces';
import { stringCamelCase } from '@polkadot/util';
import { createRuntime, readCompact, ready, stateOf, toHex } from '@veritrace/replay';

/** As `pallet.Name`, in order. */
export interface ChainNames {
  events: string[];
  /** Those of dispatch itself, too. */
  errors: string[];
}

/** What is wrong beside pallets, by what it is shown under: of the SDK's errors. */
const DISPATCH = {
  arithmetic: 'SpArithmeticArithmeticError',
  system: 'SpRuntimeDispatchError',
  token: 'SpRuntimeTokenError',
} as const;

/** The names of a runtime as it is under `:code`. */
export const namesOfRuntime = async (code: Uint8Array): Promise<ChainNames> => {
  await ready();
  const { result } = createRuntime(code).call(stateOf([]), 'Metadata_metadata', new Uint8Array());
  const registry = new TypeRegistry();
  const metadata = new Metadata(registry, toHex(result.subarray(readCompact(result).size)));
  registry.setMetadata(metadata);
  const events = new Set<string>();
  const errors = new Set<string>();
  for (const pallet of metadata.asLatest.pallets) {
    const add = (names: Set<string>, type: SiLookupTypeId) => {
      for (const { name } of registry.lookup.getSiType(type).def.asVariant.variants) {
        names.add(`${stringCamelCase(pallet.name)}.${name}`);
      }
    };
    if (pallet.events.isSome) add(events, pallet.events.unwrap().type);
    if (pallet.errors.isSome) add(errors, pallet.errors.unwrap().type);
  }
  for (const [shown, type] of Object.entries(DISPATCH)) {
    const { defKeys } = registry.createType(type) as unknown as { defKeys: string[] };
    for (const name of defKeys) errors.add(`${shown}.${name}`);
  }
  return { events: [...events].sort(), errors: [...errors].sort() };
};

/** Functions of a chain's runtime, called at a block. */
import type { ApiPromise } from '@polkadot/api';
import type { ApiDecoration } from '@polkadot/api/types';
import { hexToU8a, u8aConcat, u8aToHex } from '@polkadot/util';
import { hexAnswer } from './node/answers.ts';
import { decoded } from './node/decoded.ts';
import { demandWhole } from './node/encoded-length.ts';
import { type Plain, toPlain } from './plain.ts';
import type { Hex } from './types.ts';

/** Whom it is asked of, and by whose types the answer is read. */
export type CallSource = Pick<ApiPromise, 'rpc'> & Pick<ApiDecoration<'promise'>, 'registry'>;

/**
 * What a function of the runtime gives, decoded by its metadata: at a block's hash, or at the present head. Throws a `TypeError`
 * when the runtime has no such function.
 */
export const callRuntime = async (
  { rpc, registry }: CallSource,
  [api, method]: readonly [api: string, method: string],
  args: readonly unknown[],
  at?: Hex,
): Promise<Plain> => {
  const asked = `${api}_${method}`;
  const found = registry.metadata.apis
    .find(({ name }) => name.toString() === api)
    ?.methods.find(({ name }) => name.toString() === method);
  if (found === undefined) {
    throw new TypeError(`the chain’s runtime has no ${api}.${method}; is it an older one?`);
  }
  const encoded = found.inputs.map(({ type }, index) =>
    registry.createTypeUnsafe(registry.createLookupType(type), [args[index]]).toU8a(),
  );
  const given = u8aToHex(u8aConcat(...encoded));
  const answer = await rpc.state.call.raw<unknown>(asked, given, ...(at === undefined ? [] : [at]));
  const bytes = hexToU8a(hexAnswer(asked, answer));
  return decoded(asked, () => {
    demandWhole(asked, registry, found.output, bytes);
    return toPlain(registry.createTypeUnsafe(registry.createLookupType(found.output), [bytes]));
  });
};

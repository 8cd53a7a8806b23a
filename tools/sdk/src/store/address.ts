/** What content is called: by its hash, with all that is needed to check it. */

import { sha256AsU8a } from '@polkadot/util-crypto';
import type { Referee } from '@veritrace/referee';
import { bytes as toHex } from '../bytes.ts';
import type { TensorSpec } from '../state.ts';
import { tensorBytes } from '../tensor.ts';
import type { Hex } from '../types.ts';

/** A tensor by its root, of which type and shape are part; or any file by its SHA-256, up to a size. */
export type ContentAddress =
  | { kind: 'tensor'; digest: Hex; spec: TensorSpec }
  | { kind: 'blob'; digest: Hex; maxBytes: number };

/** Where a backend has it. */
export interface ContentName {
  kind: ContentAddress['kind'];
  digest: Hex;
}

/** Kinds of content, which are folders and parts of paths. */
export const contentKinds = ['tensor', 'blob'] as const satisfies ContentAddress['kind'][];

const DIGEST = /^0x[0-9a-f]{64}$/;

/** Whether it is a digest as this client writes them, so that nothing else ever becomes part of a path. */
export const isDigest = (value: string): value is Hex => DIGEST.test(value);

/** The name in words. */
export const nameOf = ({ kind, digest }: ContentName): string => `${kind} ${digest}`;

/** Most bytes that content of this address can have: what is read before anything is known of it. */
export const mostBytes = (address: ContentAddress): number =>
  address.kind === 'tensor' ? tensorBytes(address.spec) : address.maxBytes;

/** A root is of one layout, which is under it: whatever bytes it is the root of in any, they are what it names. */
const LAYOUTS = [1, 2];

/** Whether bytes are what an address names. */
export const isContent = (
  referee: Pick<Referee, 'tensorRoot'>,
  address: ContentAddress,
  content: Uint8Array,
): boolean => {
  switch (address.kind) {
    case 'tensor':
      return (
        content.length === tensorBytes(address.spec) &&
        LAYOUTS.some(
          (layout) => toHex(referee.tensorRoot(address.spec, content, layout)) === address.digest,
        )
      );
    case 'blob':
      return content.length <= address.maxBytes && toHex(sha256AsU8a(content)) === address.digest;
  }
};

/** The address of a tensor of a model of this layout version. */
export const tensorAddress = (
  referee: Pick<Referee, 'tensorRoot'>,
  spec: TensorSpec,
  content: Uint8Array,
  layoutVersion: number,
): ContentAddress => {
  const wanted = tensorBytes(spec);
  if (content.length !== wanted) {
    throw new RangeError(
      `a ${spec.dtype} tensor of shape [${spec.shape.join(', ')}] has ${wanted} bytes, not ${content.length}`,
    );
  }
  return { kind: 'tensor', digest: toHex(referee.tensorRoot(spec, content, layoutVersion)), spec };
};

/** The address of any file. */
export const blobAddress = (content: Uint8Array): ContentAddress => ({
  kind: 'blob',
  digest: toHex(sha256AsU8a(content)),
  maxBytes: content.length,
});

/** Vocabulary shared by every file of the client. */
import type { KeyringPair } from '@polkadot/keyring/types';

/** Lower-case hexadecimal with its prefix. */
export type Hex = `0x${string}`;
/** SS58 address under the chain's own prefix. */
export type Address = string;
/** Smallest unit of the chain's currency. */
export type Balance = bigint;
/** Counted from zero by the chain. */
export type RequestId = bigint;
/** 32 bytes over author, artefact and graph root. */
export type ModelId = Hex;
/** The versions of a model: the id of the first. */
export type FamilyId = ModelId;
/** Holds a secret; never logged, only asked to sign. */
export type Account = KeyringPair;

/** A block by number and hash. */
export interface BlockRef {
  number: number;
  hash: Hex;
}

/** A block with the hash of the one before. */
export interface HeadRef extends BlockRef {
  parentHash: Hex;
}

/** `best`: what the node builds on now, may be retracted. `finalized`: never retracted. */
export type Finality = 'best' | 'finalized';

/** How large a proof of a whole node may be: beyond, the node is challenged, and a part of what is opened is shown. */
import type { NodeCost } from '@veritrace/referee';
import type { DisputeParameters } from '@veritrace/sdk';

export interface ProofCap {
  /** Bytes of the proof. */
  bytes: number;
  /** Share of a block that its transaction has to find free. */
  blockShare: number;
}

/** A block has room for many such proofs, however many liars there are at once. */
export const PROOF_CAP: ProofCap = { bytes: 256 * 1024, blockShare: 0.05 };

export interface WholeNode {
  cost: Pick<NodeCost, 'wholeBytes' | 'wholeMacs'> | undefined;
  /** What the chain takes in one transaction. */
  step: Pick<DisputeParameters, 'maxWholeBytes' | 'maxMacs'>;
  cap: ProofCap;
  /** Makes the proof; asked for only where it may be small enough. */
  prove(): Promise<Uint8Array>;
  /** The share of a block that a transaction with this proof declares. */
  shareOf(proof: Uint8Array): Promise<number>;
}

/**
 * Whether a node is shown whole, in one transaction: the chain takes it, and the proof is within the cap. A cap is never a
 * reason to let a lie stand: any node can be challenged, and its proof is then that of one tile or one element.
 */
export const isShownWhole = async ({
  cost,
  step,
  cap,
  prove,
  shareOf,
}: WholeNode): Promise<boolean> => {
  if (cost === undefined) return false;
  if (cost.wholeBytes > step.maxWholeBytes || cost.wholeMacs > step.maxMacs) return false;
  // The inputs are in the proof as they are.
  if (cost.wholeBytes > cap.bytes) return false;
  const proof = await prove();
  return proof.length <= cap.bytes && (await shareOf(proof)) <= cap.blockShare;
};

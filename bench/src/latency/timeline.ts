/** From what was sent, what the final chain says, and when it was seen, to how long everything took. */
import type { RequestId } from '@veritrace/sdk';

/** A moment of a request's life on the final chain. */
export interface Moment {
  block: number;
  /** When the user's node had the block as best, and as final; milliseconds of the wall clock. */
  seen: number;
  final: number | undefined;
}

/** A request, from the user's click to the settlement. */
export interface Timeline {
  request: RequestId;
  /** When it was handed to the node, and the best head then. */
  sent: { at: number; head: number };
  submitted: Moment;
  assigned: Moment;
  /** The first claim: the soft result. */
  revealed: Moment;
  /** The settlement: the hard result. */
  settled: Moment;
  /** The first worker's computation; `undefined` when its log was not found. */
  computed: { at: number; milliseconds: number } | undefined;
}

/** How long the parts of one request took. Blocks are counted, seconds measured. */
export interface Durations {
  /** From the block of the request, and from the head at which it was sent, to the block of the first claim. */
  softBlocks: number;
  softBlocksFromSending: number;
  hardBlocks: number;
  softSeconds: number;
  /** Until the block of the first claim was final: nothing can take the soft result back. */
  softFinalSeconds: number | undefined;
  hardSeconds: number;
  /** Until the block of the settlement was final. */
  hardFinalSeconds: number | undefined;
  /** From sending to the request's block. */
  inclusionSeconds: number;
  /** From the request's block to the draw's. */
  drawSeconds: number;
  /** From the draw's block to the end of the computation: noticing, computing, checking. */
  answerSeconds: number | undefined;
  inferenceSeconds: number | undefined;
  /** From the end of the computation to the claim's block. */
  resultInclusionSeconds: number | undefined;
}

const seconds = (from: number, to: number | undefined): number | undefined =>
  to === undefined ? undefined : (to - from) / 1000;

/** The durations of one request. */
export const durationsOf = ({
  sent,
  submitted,
  assigned,
  revealed,
  settled,
  computed,
}: Timeline): Durations => ({
  softBlocks: revealed.block - submitted.block,
  softBlocksFromSending: revealed.block - sent.head,
  hardBlocks: settled.block - submitted.block,
  softSeconds: (revealed.seen - sent.at) / 1000,
  softFinalSeconds: seconds(sent.at, revealed.final),
  hardSeconds: (settled.seen - sent.at) / 1000,
  hardFinalSeconds: seconds(sent.at, settled.final),
  inclusionSeconds: (submitted.seen - sent.at) / 1000,
  drawSeconds: (assigned.seen - submitted.seen) / 1000,
  answerSeconds: seconds(assigned.seen, computed?.at),
  inferenceSeconds: computed === undefined ? undefined : computed.milliseconds / 1000,
  resultInclusionSeconds: computed === undefined ? undefined : (revealed.seen - computed.at) / 1000,
});

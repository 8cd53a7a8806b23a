/** How long a request took, in blocks, by the chain's clock and by this machine's. */
import type { BlockRef } from '@veritrace/sdk';
import type { Hearsay } from '../drivers/driver.ts';
import type { RequestTale } from './chronicle.ts';

/** A block in which something happened. Times are milliseconds since 1970. */
export interface Moment {
  block: number;
  /** The chain's clock in it. */
  timestamp: number;
  /** When a node first told of it here. */
  heardAt: number | undefined;
  /** When a node first told that it is final. */
  finalAt: number | undefined;
}

/** From asking to the answer that nobody contradicted. */
export interface Latency {
  /** When the request was sent, by this machine's clock. */
  sentAt: number | undefined;
  submitted: Moment;
  /** The first claim. */
  soft: Moment | undefined;
  /** The settlement. */
  hard: Moment | undefined;
}

/** A block with the chain's clock in it. */
export interface DatedBlock {
  block: BlockRef;
  timestamp: number;
}

/** Of a request whose blocks are known; `undefined` when its first is not. */
export const latencyOf = (
  { submittedAt, softAt, closedAt, state }: RequestTale,
  sentAt: number | undefined,
  blocks: ReadonlyMap<number, DatedBlock>,
  heard: (block: BlockRef) => Hearsay,
): Latency | undefined => {
  const moment = (number: number | undefined): Moment | undefined => {
    const dated = number === undefined ? undefined : blocks.get(number);
    if (dated === undefined) return undefined;
    const { best, finalized } = heard(dated.block);
    return {
      block: dated.block.number,
      timestamp: dated.timestamp,
      heardAt: best,
      finalAt: finalized,
    };
  };
  const submitted = moment(submittedAt);
  if (submitted === undefined) return undefined;
  return {
    sentAt,
    submitted,
    soft: moment(softAt),
    hard: state === 'settled' ? moment(closedAt) : undefined,
  };
};

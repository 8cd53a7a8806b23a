/**
 * The claims the sidecar has answered for, in the journal and in memory. The jobs of a worker say which of its requests
 * are open; a claim is forgotten when its request has been missing there for so long that no fork brings it back.
 */
import type { Referee } from '@veritrace/referee';
import type { Hex } from '@veritrace/sdk';
import { entryOf, type Prepared, preparedOf } from '../claim.ts';
import type { Journal } from '../journal.ts';
import { lasting, liveEntries } from '../memory.ts';
import type { Job } from './protocol.ts';

/**
 * Blocks for which a request must have been closed before its claim is forgotten. The sidecar cannot see finality; a
 * fork deeper than this can cost a penalty for a reveal that never came, but no lock: openings need no memory.
 */
export const FORGET_AFTER = 512;

/** Claims forgotten before the journal is written anew without them. */
const COMPACT_AFTER = 256;

export interface Kept {
  readonly request: bigint;
  readonly identity: Hex;
  readonly prepared: Prepared;
  /** Whether it was computed, or computed again, by this process. */
  isVerified: boolean;
}

export interface ClaimBook {
  get(identity: Hex): Kept | undefined;
  /** Whether there is room for one more. */
  hasRoom(): boolean;
  /** Written to disk when this returns. Throws a `FatalError` when it cannot be. */
  keep(job: Job, identity: Hex, prepared: Prepared): Kept;
  /** Takes note of which requests are open, and forgets what has been over for long. */
  note(job: Job): void;
  size(): number;
}

interface Entry extends Kept {
  /** Whose jobs tell about it, and the block it was first asked in. */
  owner: { chain: Hex; worker: Hex; block: number };
  /** The block in which it was first seen to be over. */
  overSince: number | undefined;
}

export const createClaimBook = (
  referee: Referee,
  given: Journal,
  { maxClaims, onForget }: { maxClaims: number; onForget: (identity: Hex) => void },
): ClaimBook => {
  const journal = lasting(given);
  journal.compact(liveEntries(journal.entries()));
  const entries = new Map<Hex, Entry>();
  for (const entry of journal.entries()) {
    if (entry.type !== 'prepared' || entry.owner === undefined) continue;
    entries.set(entry.identity, {
      request: BigInt(entry.request),
      identity: entry.identity,
      owner: entry.owner,
      prepared: preparedOf(referee, entry),
      isVerified: false,
      overSince: undefined,
    });
  }
  let forgotten = 0;

  const forget = ({ request, identity }: Entry): void => {
    entries.delete(identity);
    onForget(identity);
    journal.append({ type: 'forgotten', request: String(request), identity });
    forgotten += 1;
    if (forgotten < COMPACT_AFTER) return;
    forgotten = 0;
    journal.compact(liveEntries(journal.entries()));
  };

  return {
    get: (identity) => entries.get(identity),
    hasRoom: () => entries.size < maxClaims,
    keep: ({ genesis, worker, request, block }, identity, prepared) => {
      const owner = { chain: genesis, worker, block };
      journal.append({ ...entryOf(request, identity, prepared), owner });
      const kept = {
        ...{ request, identity, owner, prepared },
        isVerified: true,
        overSince: undefined,
      };
      entries.set(identity, kept);
      return kept;
    },
    note: ({ genesis, worker, request, block, work }) => {
      const open = new Set(work).add(request);
      for (const entry of [...entries.values()]) {
        if (entry.owner.chain !== genesis || entry.owner.worker !== worker) continue;
        // A node that goes through the chain again passes blocks in which the request was not asked yet.
        if (open.has(entry.request) || block <= entry.owner.block) {
          entry.overSince = undefined;
          continue;
        }
        entry.overSince ??= block;
        if (block - entry.overSince >= FORGET_AFTER) forget(entry);
      }
    },
    size: () => entries.size,
  };
};

/** Writing to the journal such that nothing goes on when it fails, and what of it is worth keeping. */
import type { Entry, Journal } from './journal.ts';
import { FatalError } from './loop.ts';

/** A journal whose failures stop the daemon: what cannot be remembered must not be done. */
export const lasting = (journal: Journal): Journal => {
  const orStop = (write: () => void): void => {
    try {
      write();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new FatalError(`cannot write the journal: ${reason}. Free space, then start again.`, {
        cause,
      });
    }
  };
  return {
    ...journal,
    append: (entry) => orStop(() => journal.append(entry)),
    compact: (entries) => orStop(() => journal.compact(entries)),
  };
};

/** Entries that still matter: none of forgotten requests, no closed transactions. */
export const liveEntries = (entries: readonly Entry[]): Entry[] => {
  const key = (request: string, identity: string) => `${request} ${identity}`;
  const forgottenAt = new Map<string, number>();
  const closed = new Set<string>();
  const last = new Map<string, number>();
  for (const [index, entry] of entries.entries()) {
    if (entry.type === 'forgotten') {
      const { request, identity } = entry;
      forgottenAt.set(identity === undefined ? request : key(request, identity), index);
    }
    if (entry.type === 'closed') closed.add(entry.hash);
    if (entry.type === 'prepared') last.set(key(entry.request, entry.identity), index);
  }
  return entries.filter((entry, index): boolean => {
    if (entry.type === 'signed') return !closed.has(entry.signed.hash);
    if (entry.type === 'closed' || entry.type === 'forgotten') return false;
    const { request, identity } = entry;
    const isForgotten = [request, key(request, identity)].some(
      (name) => index < (forgottenAt.get(name) ?? -1),
    );
    if (isForgotten) return false;
    return entry.type !== 'prepared' || last.get(key(request, identity)) === index;
  });
};

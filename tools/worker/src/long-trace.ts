/** Traces that are revealed by the hashes of their pages: which page a node is in, and what a challenger knows of one. */
import { type KnownTrace, PAGE_LEAVES, type PagedTrace } from '@veritrace/referee';
import { pageOfNode } from '@veritrace/sdk';
import { bytesEqual } from './bytes-equal.ts';
import type { Fault } from './types.ts';

/** Whether the trace of so many nodes is revealed by its pages. */
export const isLong = (nodeCount: number): boolean => nodeCount > PAGE_LEAVES;

export { pageOfNode };

/** What a seal over an accusation is over: the node or, in a long trace, its page. */
export const placeOf = (nodeCount: number, fault: Fault): number => {
  if ('page' in fault) return fault.page;
  return isLong(nodeCount) ? pageOfNode(fault.node) : fault.node;
};

/** The fault at such a place. */
export const faultAt = (nodeCount: number, place: number): Fault =>
  isLong(nodeCount) ? { page: place } : { node: place };

/** The first item in which two lists differ. */
const firstDifference = (
  ours: readonly Uint8Array[],
  theirs: readonly Uint8Array[],
): number | undefined => {
  const at = theirs.findIndex((item, index) => !bytesEqual(item, ours[index]));
  return at < 0 ? undefined : at;
};

/** The page that has to be opened before anything can be said about a fault; `undefined` when its leaf is known. */
export const pageToOpen = (trace: KnownTrace, fault: Fault): number | undefined => {
  if ('page' in fault) return fault.page;
  if (Array.isArray(trace) || trace.shown.has(pageOfNode(fault.node))) return undefined;
  return pageOfNode(fault.node);
};

/** Where a trace differs first from the true one, whose leaves and pages are given. */
export const firstFaultIn = (
  trace: KnownTrace,
  truth: readonly Uint8Array[],
  pagesOf: (leaves: Uint8Array[]) => Uint8Array[],
): Fault | undefined => {
  if (Array.isArray(trace)) {
    const node = firstDifference(truth, trace);
    return node === undefined ? undefined : { node };
  }
  const page = firstDifference(pagesOf([...truth]), trace.pages);
  return page === undefined ? undefined : { page };
};

/** A trace with an opened page and those that equal the true ones; the first wrong node of the page, if there is one. */
export const withOpenedPage = (
  trace: PagedTrace,
  truth: readonly Uint8Array[],
  truePages: readonly Uint8Array[],
  page: number,
  leaves: Uint8Array[],
): { trace: PagedTrace; node: number | undefined } => {
  const ownOf = (index: number) => truth.slice(index * PAGE_LEAVES, (index + 1) * PAGE_LEAVES);
  const shown = new Map<number, Uint8Array[]>([[page, leaves]]);
  for (const [index, hash] of trace.pages.entries()) {
    if (index !== page && bytesEqual(hash, truePages[index])) shown.set(index, ownOf(index));
  }
  const place = firstDifference(ownOf(page), leaves);
  return {
    trace: { pages: trace.pages, shown },
    node: place === undefined ? undefined : page * PAGE_LEAVES + place,
  };
};

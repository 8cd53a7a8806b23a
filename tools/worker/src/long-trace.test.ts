import { describe, expect, it } from 'vitest';
import {
  faultAt,
  firstFaultIn,
  isLong,
  pageOfNode,
  pageToOpen,
  placeOf,
  withOpenedPage,
} from './long-trace.ts';

const leaf = (value: number) => Uint8Array.of(value & 255, value >> 8);

/** Of a page its first and its last leaf, which is enough to tell pages apart here. */
const hashOf = (leaves: readonly Uint8Array[]) =>
  Uint8Array.from([...leaves].flatMap((one) => [...one]));
const pagesOf = (leaves: readonly Uint8Array[]) =>
  Array.from({ length: Math.ceil(leaves.length / 1024) }, (_, page) =>
    hashOf(leaves.slice(page * 1024, (page + 1) * 1024)),
  );

const truth = Array.from({ length: 2_100 }, (_, index) => leaf(index));
const said = truth.map((one, index) => (index >= 1_030 ? leaf(index ^ 1) : one));
const paged = { pages: pagesOf(said), shown: new Map<number, Uint8Array[]>() };

describe('a long trace', () => {
  it('has pages where there are more leaves than a page has', () => {
    expect([isLong(1024), isLong(1025)]).toEqual([false, true]);
    expect([pageOfNode(1023), pageOfNode(1024)]).toEqual([0, 1]);
  });

  it('is accused at a page, a short one at a node', () => {
    expect(placeOf(2_100, { node: 1_030 })).toBe(1);
    expect(placeOf(2_100, { page: 1 })).toBe(1);
    expect(placeOf(1_024, { node: 1_023 })).toBe(1_023);
    expect(faultAt(2_100, 1)).toEqual({ page: 1 });
    expect(faultAt(7, 1)).toEqual({ node: 1 });
  });

  it('is wrong first in the first page that differs', () => {
    expect(firstFaultIn(paged, truth, pagesOf)).toEqual({ page: 1 });
    expect(firstFaultIn({ ...paged, pages: pagesOf(truth) }, truth, pagesOf)).toBeUndefined();
    expect(firstFaultIn(said, truth, pagesOf)).toEqual({ node: 1_030 });
    expect(firstFaultIn(truth, truth, pagesOf)).toBeUndefined();
  });

  it('has to be opened where the leaf is not known', () => {
    expect(pageToOpen(paged, { page: 1 })).toBe(1);
    expect(pageToOpen(paged, { node: 1_030 })).toBe(1);
    expect(pageToOpen({ ...paged, shown: new Map([[1, []]]) }, { node: 1_030 })).toBeUndefined();
    expect(pageToOpen(said, { node: 1_030 })).toBeUndefined();
  });

  it('shows the first wrong node of a page, once that is opened', () => {
    const opened = said.slice(1_024, 2_048);
    const { trace, node } = withOpenedPage(paged, truth, pagesOf(truth), 1, opened);
    expect(node).toBe(1_030);
    // The page before is its own; the one after differs, and is not known.
    expect([...trace.shown.keys()].sort()).toEqual([0, 1]);
    expect(trace.shown.get(0)).toEqual(truth.slice(0, 1_024));
    const right = truth.slice(1_024, 2_048);
    expect(withOpenedPage(paged, truth, pagesOf(truth), 1, right).node).toBeUndefined();
  });
});

/** Lanes of the timeline: what is in each, block by block, and the way from one mark to the next. */
import type { Chronicle } from '../record/record.ts';
import { CHAIN, type Happening, KINDS, type Kind } from './story.ts';

export interface Lane {
  name: string;
  /** By block, in order of importance. */
  cells: ReadonlyMap<number, readonly Happening[]>;
  /** Blocks that have something, ascending. */
  blocks: readonly number[];
}

export interface CellPlace {
  lane: string;
  block: number;
}

const byImportance = (one: Happening, other: Happening): number =>
  KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind) || one.index - other.index;

/** Everyone who did something, in the order of the summary; first the chain itself, and faults where there are any. */
export const lanesOf = (record: Chronicle, story: readonly Happening[]): Lane[] => {
  const byLane = new Map<string, Map<number, Happening[]>>();
  for (const one of story) {
    const cells = byLane.get(one.lane) ?? new Map<number, Happening[]>();
    byLane.set(one.lane, cells);
    cells.set(one.block, [...(cells.get(one.block) ?? []), one]);
  }
  const named = ['faults', CHAIN, ...record.summary.actors.map(({ name }) => name)];
  const others = [...byLane.keys()].filter((name) => !named.includes(name));
  return [...named, ...others].flatMap((name) => {
    const cells = byLane.get(name);
    if (cells === undefined) return [];
    for (const happenings of cells.values()) happenings.sort(byImportance);
    return [{ name, cells, blocks: [...cells.keys()].sort((a, b) => a - b) }];
  });
};

/** The kind that a cell is drawn as. */
export const kindOf = (happenings: readonly Happening[]): Kind => happenings[0]?.kind ?? 'other';

const nearest = (blocks: readonly number[], block: number): number | undefined =>
  blocks.reduce<number | undefined>(
    (best, one) =>
      best === undefined || Math.abs(one - block) < Math.abs(best - block) ? one : best,
    undefined,
  );

/** The mark that an arrow key leads to; `undefined` when there is none that way. */
export const cellTowards = (
  lanes: readonly Lane[],
  from: CellPlace,
  key: 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown' | 'Home' | 'End',
): CellPlace | undefined => {
  const at = lanes.findIndex(({ name }) => name === from.lane);
  const lane = lanes[at];
  if (lane === undefined) return undefined;
  const inLane = (block: number | undefined): CellPlace | undefined =>
    block === undefined ? undefined : { lane: lane.name, block };
  switch (key) {
    case 'ArrowLeft':
      return inLane(lane.blocks.findLast((block) => block < from.block));
    case 'ArrowRight':
      return inLane(lane.blocks.find((block) => block > from.block));
    case 'Home':
      return inLane(lane.blocks[0]);
    case 'End':
      return inLane(lane.blocks.at(-1));
    case 'ArrowUp':
    case 'ArrowDown': {
      const next = lanes[at + (key === 'ArrowUp' ? -1 : 1)];
      const block = next && nearest(next.blocks, from.block);
      return next === undefined || block === undefined ? undefined : { lane: next.name, block };
    }
  }
};

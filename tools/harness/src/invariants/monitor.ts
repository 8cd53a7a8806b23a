/** Checks the invariants block by block and keeps the verdicts. */
import { invariants } from './checks.ts';
import type { ChainState } from './state.ts';

/** An invariant that did not hold after a block. */
export interface Violation {
  invariant: string;
  block: number;
  detail: string;
}

export interface InvariantReport {
  /** How many checks were made, over all blocks. */
  checked: number;
  /** Blocks looked at. */
  blocks: number;
  violated: Violation[];
  /** Each invariant with what it says and whether it always held. */
  verdicts: { name: string; says: string; held: boolean }[];
}

export interface Monitor {
  /** Checks the state after a block. Blocks are to come in order, none left out. Returns what is new. */
  look(state: ChainState): Violation[];
  /** Of all blocks, or of those between two numbers, both included. */
  report(from?: number, to?: number): InvariantReport;
}

export const createMonitor = (): Monitor => {
  const violated: Violation[] = [];
  let before: ChainState | undefined;
  const looked: number[] = [];
  return {
    look: (state) => {
      const found = invariants.flatMap(({ name, check }) =>
        check(state, before).map(
          (detail): Violation => ({ invariant: name, block: state.block.number, detail }),
        ),
      );
      violated.push(...found);
      before = state;
      looked.push(state.block.number);
      return found;
    },
    report: (from = 0, to = Number.POSITIVE_INFINITY) => {
      const isMeant = (block: number) => from <= block && block <= to;
      const blocks = looked.filter(isMeant).length;
      const found = violated.filter(({ block }) => isMeant(block));
      return {
        checked: blocks * invariants.length,
        blocks,
        violated: found,
        verdicts: invariants.map(({ name, says }) => ({
          name,
          says,
          held: !found.some((one) => one.invariant === name),
        })),
      };
    },
  };
};

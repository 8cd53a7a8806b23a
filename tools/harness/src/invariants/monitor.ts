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
  report(): InvariantReport;
}

export const createMonitor = (): Monitor => {
  const violated: Violation[] = [];
  let before: ChainState | undefined;
  let blocks = 0;
  return {
    look: (state) => {
      const found = invariants.flatMap(({ name, check }) =>
        check(state, before).map(
          (detail): Violation => ({ invariant: name, block: state.block.number, detail }),
        ),
      );
      violated.push(...found);
      before = state;
      blocks += 1;
      return found;
    },
    report: () => ({
      checked: blocks * invariants.length,
      blocks,
      violated: [...violated],
      verdicts: invariants.map(({ name, says }) => ({
        name,
        says,
        held: !violated.some((one) => one.invariant === name),
      })),
    }),
  };
};

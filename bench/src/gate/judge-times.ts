/** Judges an interval of a ratio: only one that lies wholly on one side of what is allowed says anything. */
import type { Interval } from './ratio.ts';

export interface TimeComparison {
  kind: 'time';
  name: string;
  unit: string;
  verdict: 'pass' | 'fail' | 'not-enough-samples';
  /** Head to base, above one when the head is worse. */
  ratio: Interval;
  /** How much worse the head may be, as a share. */
  allowed: number;
  budget: string;
  /** Medians in the metric's unit. */
  base: number;
  head: number;
  /** Pairs of processes (or of stored results), and samples of each side. */
  rounds: number;
  samples: number;
}

export const judgeRatio = ({ low, high }: Interval, allowed: number): TimeComparison['verdict'] => {
  if (low > 1 + allowed) return 'fail';
  return high < 1 + allowed ? 'pass' : 'not-enough-samples';
};

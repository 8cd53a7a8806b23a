/**
 * How the gate talks to a measured process: one JSON document a line on its standard input, one answer a line on its
 * standard output, in the same order.
 */

export type Request =
  /** Builds what the benchmark needs. */
  | { do: 'prepare'; benchmark: string }
  /** Runs it `lead` times unmeasured, then takes one sample of `iterations`. */
  | { do: 'measure'; benchmark: string; lead: number; iterations: number };

export type Answer =
  | { is: 'ready' }
  /** The checkout has not what the benchmark calls. */
  | { is: 'missing'; reason: string }
  | { is: 'sample'; nanoseconds: number };

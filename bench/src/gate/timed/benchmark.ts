/** What the gate times. A benchmark is code that runs in a checkout and calls that checkout's own packages. */

export interface Prepared {
  /** Does the work once. Awaited when it gives a promise. */
  run(): void | Promise<void>;
}

/** Builds what the work needs, outside the measured time. */
export type TimedBenchmark = () => Prepared | Promise<Prepared>;

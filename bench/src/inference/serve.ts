/** MLPerf's Server scenario: requests come when they come, and each one's latency counts from when it was to come. */

/** Time as `serve` sees it, in milliseconds. */
export interface ServeClock {
  now(): number;
  /** Resolves about then; a moment later is a moment of latency. */
  after(milliseconds: number): Promise<void>;
}

export const realClock: ServeClock = {
  now: () => performance.now(),
  after: (milliseconds) =>
    new Promise((resolve) => {
      setTimeout(resolve, milliseconds);
    }),
};

export interface ServeOptions {
  /** When requests come, in milliseconds from the beginning, in order. */
  arrivals: readonly number[];
  /** Answers one. */
  run(index: number): Promise<unknown> | unknown;
  /** Ends it early, when so many are late that the rest cannot matter. */
  giveUp?: { bound: number; most: number };
  clock?: ServeClock;
}

export interface Served {
  /** Milliseconds from scheduled arrival to answer, in order. */
  latencies: number[];
  /** Whether it was given up. */
  gaveUp: boolean;
}

/**
 * Answers all requests of a schedule, first come first served, one at a time: ONNX Runtime's binding computes in the
 * thread that calls it, and so does the referee. Rejects when one cannot be answered.
 */
export const serve = async ({
  arrivals,
  run,
  giveUp,
  clock = realClock,
}: ServeOptions): Promise<Served> => {
  const latencies: number[] = [];
  const began = clock.now();
  let late = 0;
  for (const [index, arrival] of arrivals.entries()) {
    const wait = arrival - (clock.now() - began);
    if (wait > 0) await clock.after(wait);
    await run(index);
    const latency = clock.now() - began - arrival;
    latencies.push(latency);
    if (giveUp !== undefined && latency > giveUp.bound) late += 1;
    if (giveUp !== undefined && late > giveUp.most) return { latencies, gaveUp: true };
  }
  return { latencies, gaveUp: false };
};

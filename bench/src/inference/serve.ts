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
      setTimeout(resolve, Math.max(0, milliseconds));
    }),
};

export interface ServeOptions {
  /** When requests come, in milliseconds from the beginning, in order. */
  arrivals: readonly number[];
  /** Answers one. */
  run(index: number): Promise<unknown> | unknown;
  /** How many are answered at the same time; the others wait their turn, first come first served. */
  inFlight: number;
  /** Ends it early, when so many are late that the rest cannot matter. */
  giveUp?: { bound: number; most: number };
  clock?: ServeClock;
}

export interface Served {
  /** Milliseconds from scheduled arrival to answer, in the order of the answers. */
  latencies: number[];
  /** Whether it was given up. */
  gaveUp: boolean;
}

/** Answers all requests of a schedule. Rejects when one cannot be answered. */
export const serve = async ({
  arrivals,
  run,
  inFlight,
  giveUp,
  clock = realClock,
}: ServeOptions): Promise<Served> => {
  const latencies: number[] = [];
  const running = new Set<Promise<void>>();
  const began = clock.now();
  let [next, late] = [0, 0];
  const isHopeless = () => giveUp !== undefined && late > giveUp.most;

  const answer = async (index: number, arrival: number): Promise<void> => {
    // What computes in this thread must not keep others from being begun.
    await undefined;
    await run(index);
    const latency = clock.now() - began - arrival;
    latencies.push(latency);
    if (giveUp !== undefined && latency > giveUp.bound) late += 1;
  };

  while ((next < arrivals.length || running.size > 0) && !isHopeless()) {
    const arrival = arrivals[next];
    const wait = arrival === undefined ? undefined : arrival - (clock.now() - began);
    if (arrival !== undefined && wait !== undefined && wait <= 0 && running.size < inFlight) {
      const one = answer(next, arrival);
      running.add(one);
      one.then(
        () => running.delete(one),
        () => undefined,
      );
      next += 1;
      continue;
    }
    await Promise.race([
      ...running,
      ...(wait === undefined || running.size >= inFlight ? [] : [clock.after(wait)]),
    ]);
  }
  await Promise.all(running);
  return { latencies, gaveUp: isHopeless() };
};

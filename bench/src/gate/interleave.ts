/**
 * Times base and head on one machine. A round starts a process of each and lets them measure in turns, in random order;
 * the next round has new processes. Rounds go on until every metric is decided at one of the planned looks, or the last
 * look has been had.
 */

import { median } from 'simple-statistics';
import { createRandom, shuffled } from '../random.ts';
import { type Budgets, budgetFor, type TimeBudget } from './budgets.ts';
import { GateError } from './errors.ts';
import { judgeRatio, type TimeComparison } from './judge-times.ts';
import type { Plan } from './looks.ts';
import { pairedRatio, type Round } from './ratio.ts';
import { type Subject, startSubject } from './subject.ts';
import { timedBenchmarks } from './timed/index.ts';
import { type Uncompared, uncompared } from './uncompared.ts';

export const sides = ['base', 'head'] as const;
export type Side = (typeof sides)[number];
export type BothSides<T> = Readonly<Record<Side, T>>;

export interface InterleaveOptions {
  /** Checkouts. */
  dirs: BothSides<string>;
  /** Names of benchmarks. */
  benchmarks: readonly string[];
  budgets: Budgets['times'];
  plan: Plan;
  seed: number;
  /** Slows the head down, for measuring the gate itself. */
  planted?: number;
  /** Starts a measured process. */
  start?: typeof startSubject;
  /** Told after every look. */
  onLook?: (rounds: number, undecided: readonly string[]) => void;
  signal?: AbortSignal | undefined;
}

/** What was measured of one benchmark. */
export interface Timed {
  /** How often the work is repeated before the first sample of a process. */
  warmUp: number;
  /** How often a sample repeats the work. */
  iterations: number;
  /** In nanoseconds of one repetition. */
  rounds: Round[];
}

export interface Interleaved {
  comparisons: TimeComparison[];
  missing: Uncompared[];
  timed: ReadonlyMap<string, Timed>;
}

/** Pairs of samples in a round. */
const PAIRS = 25;
/** How long a sample takes, about. Short, so that few are disturbed. */
const SAMPLE_NS = 2_000_000;
/** From when on a measurement says how long the work takes: the clock ticks in microseconds. */
const TELLING_NS = 20_000_000;
/** Nothing that is worth timing fits into that this often. */
const MOST_ITERATIONS = 2 ** 24;
/** Iterations are a multiple of this: a twentieth more of them is then a whole number. */
export const STEP = 20;

const measure = async (
  subject: Subject,
  benchmark: string,
  lead: number,
  iterations: number,
): Promise<number> => {
  const answer = await subject.ask({ do: 'measure', benchmark, lead, iterations });
  if (answer.is !== 'sample') throw new GateError(`${benchmark} gave no sample`);
  return answer.nanoseconds / iterations;
};

/** The entry for a benchmark. Throws a `GateError` when there is none: a time without one could not be judged. */
export const timeBudget = (budgets: Budgets['times'], name: string): TimeBudget => {
  const found = budgetFor(budgets, name);
  if (found !== undefined) return found;
  throw new GateError(
    `no entry under "times" fits ${name}: add one to the budgets, such as { metric: '**', allow: 2.5% }`,
  );
};

export const interleave = async (options: InterleaveOptions): Promise<Interleaved> => {
  const { dirs, budgets, plan, seed, planted = 0, onLook, signal } = options;
  const startProcess = options.start ?? startSubject;
  const order = createRandom(seed, 'gate: order of measuring');
  const timed = new Map<string, Timed>();
  const missing = new Map<string, Uncompared>();
  const decided = new Map<string, TimeComparison>();
  const open = () => options.benchmarks.filter((name) => !missing.has(name) && !decided.has(name));

  const prepare = async (subjects: BothSides<Subject>): Promise<void> => {
    for (const name of shuffled(open(), order)) {
      const reasons: Partial<Record<Side, string>> = {};
      for (const side of shuffled(sides, order)) {
        const answer = await subjects[side].ask({ do: 'prepare', benchmark: name });
        if (answer.is === 'missing') reasons[side] = answer.reason;
      }
      const without = sides.filter((side) => reasons[side] !== undefined);
      const [side] = without;
      if (side === undefined) continue;
      if (without.length === 2) {
        throw new GateError(`neither side can run ${name}. On the head: ${reasons.head}`);
      }
      missing.set(name, uncompared(name, side, reasons[side] ?? ''));
    }
  };

  /** How often the work is repeated, the same for both sides and in all rounds: as one of the sides has it first. */
  const calibrate = async (subjects: BothSides<Subject>, name: string): Promise<Timed> => {
    const known = timed.get(name);
    if (known !== undefined) return known;
    const warmUp = timedBenchmarks[name]?.warmUp ?? 0;
    const [side = 'base'] = shuffled(sides, order);
    let [iterations, nanoseconds] = [STEP, 0];
    for (; ; iterations *= 2) {
      nanoseconds = await measure(subjects[side], name, 0, iterations);
      if (iterations >= warmUp && nanoseconds * iterations >= TELLING_NS) break;
      if (iterations > MOST_ITERATIONS) {
        throw new GateError(`${name} does nothing: ${iterations} iterations took no time`);
      }
    }
    const fresh = {
      warmUp,
      iterations: STEP * Math.max(1, Math.round(SAMPLE_NS / nanoseconds / STEP)),
      rounds: [],
    };
    timed.set(name, fresh);
    return fresh;
  };

  const round = async (): Promise<void> => {
    const started: Partial<Record<Side, Subject>> = {};
    const start = (side: Side): Subject => {
      const subject = startProcess({
        dir: dirs[side],
        side,
        planted: side === 'head' ? planted : 0,
        signal,
      });
      started[side] = subject;
      return subject;
    };
    try {
      for (const side of shuffled(sides, order)) start(side);
      const { base, head } = started;
      if (base === undefined || head === undefined) throw new GateError('no process was started');
      const subjects = { base, head };
      await prepare(subjects);
      for (const name of shuffled(open(), order)) {
        const { warmUp, iterations, rounds } = await calibrate(subjects, name);
        for (const side of shuffled(sides, order)) {
          await measure(subjects[side], name, warmUp, iterations);
        }
        const taken: Record<Side, number[]> = { base: [], head: [] };
        for (let pair = 0; pair < PAIRS; pair += 1) {
          for (const side of shuffled(sides, order)) {
            // Its turn begins with what the other one's has pushed out of the caches.
            const lead = Math.ceil(iterations / 10);
            taken[side].push(await measure(subjects[side], name, lead, iterations));
          }
        }
        rounds.push(taken);
      }
    } finally {
      await Promise.all(Object.values(started).map((subject) => subject.end()));
    }
  };

  const judge = (name: string, last: boolean): void => {
    const { rounds } = timed.get(name) ?? { rounds: [] };
    const { allow, where } = timeBudget(budgets, name);
    const ratio = pairedRatio(rounds, {
      tail: plan.tail,
      random: createRandom(seed, `gate: draws of ${name} from ${rounds.length} rounds`),
    });
    const verdict = judgeRatio(ratio, allow.share);
    if (verdict === 'not-enough-samples' && !last) return;
    decided.set(name, {
      kind: 'time',
      name,
      unit: 'ns',
      verdict,
      ratio,
      allowed: allow.share,
      budget: where,
      base: median(rounds.flatMap(({ base }) => base)),
      head: median(rounds.flatMap(({ head }) => head)),
      rounds: rounds.length,
      samples: rounds.reduce((sum, { base }) => sum + base.length, 0),
    });
  };

  for (const name of options.benchmarks) timeBudget(budgets, name);
  let done = 0;
  for (const look of plan.looks) {
    if (open().length === 0) break;
    while (done < look && open().length > 0) {
      signal?.throwIfAborted();
      await round();
      done += 1;
    }
    for (const name of open()) judge(name, look === plan.looks.at(-1));
    const isUndecided = (name: string) => decided.get(name)?.verdict === 'not-enough-samples';
    onLook?.(done, [...open(), ...[...decided.keys()].filter(isUndecided)]);
  }
  return {
    comparisons: options.benchmarks.flatMap((name) => decided.get(name) ?? []),
    missing: [...missing.values()],
    timed,
  };
};

/** Several scenarios at the same time on one chain that goes by itself, over connections they share. */
import { type Driver, type LoadedScenario, play, type RunReport } from '@veritrace/harness';
import { failure } from '../failure.ts';
import type { Output } from '../output.ts';
import { line } from '../summary.ts';
import { watch } from '../watch.ts';

export interface PlayLiveOptions {
  driver: Driver;
  seed: number;
  /** Scenarios that are played at the same time. */
  jobs: number;
  /** Where a scenario's record goes. */
  recordOf(scenario: string): string;
  quiet: boolean;
  signal: AbortSignal;
}

/** Plays them all; reports are in the order of the scenarios. An error of one ends the others. */
export const playLive = async (
  scenarios: readonly LoadedScenario[],
  { driver, seed, jobs, recordOf, quiet, signal }: PlayLiveOptions,
  output: Output,
): Promise<RunReport[]> => {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const waiting = [...scenarios.entries()];
  const reports: RunReport[] = [];
  const several = scenarios.length > 1;

  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, scenario] = next;
      const { name } = scenario.scenario;
      const report = await play(scenario, {
        driver,
        seed,
        record: recordOf(name),
        onProgress: quiet ? () => undefined : watch(output, several ? name : undefined),
        signal: either,
      });
      reports[index] = report;
      if (several || quiet) output.note(line(report));
      for (const text of failure(report)) output.note(text);
    }
  };

  const lanes = Array.from({ length: Math.min(jobs, scenarios.length) }, () =>
    lane().catch((error: unknown) => {
      failed.abort(error);
      throw error;
    }),
  );
  // All have ended, whatever came of them, before anything they use is closed.
  await Promise.allSettled(lanes);
  signal.throwIfAborted();
  await Promise.all(lanes);
  return reports;
};

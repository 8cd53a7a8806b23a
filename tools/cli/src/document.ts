/** The JSON of a run, as it is promised to those who read it. */
import { type RunReport, type Scenario, skippedOn } from '@veritrace/harness';

/** `scenario run --json`: one of these for one file, a list for several. Amounts are decimal strings of smallest units. */
export const runDocument = (report: RunReport): Record<string, unknown> => {
  const { scenario, driver, seed, passed, expectations, requests, verdicts } = report;
  const { checked, violated } = report.invariants;
  return {
    scenario,
    driver,
    seed,
    passed,
    expectations,
    invariants: { checked, violated },
    requests,
    verdicts,
    actors: report.actors,
    stepLimit: report.stepLimit,
    burned: report.burned,
    skipped: report.skipped,
    failure: report.failure ?? null,
    blocks: report.blocks,
    durationMs: report.durationMs,
    record: report.record ?? null,
    recordRoot: report.recordRoot ?? null,
  };
};

/** The same of a scenario that is not meant for the driver: it neither passed nor failed. */
export const notPlayedDocument = (
  scenario: Scenario,
  { driver, seed }: Pick<RunReport, 'driver' | 'seed'>,
): Record<string, unknown> => ({
  scenario: scenario.name,
  driver,
  seed,
  passed: null,
  notPlayed: skippedOn(scenario, { name: driver }) ?? null,
});

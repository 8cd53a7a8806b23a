/** The JSON of a run, as it is promised to those who read it. */
import type { RunReport } from '@veritrace/harness';

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
  };
};

// Reads how many tests passed and failed from what test runners print.

/** A runner that fails without saying which test did, because nothing compiled for instance, failed once. */
const atLeastOneFailure = ({ passed, failed }, exitCode) => ({
  passed,
  failed: exitCode !== 0 && failed === 0 ? 1 : failed,
});

/** Adds up cargo's lines `test result: ok. 3 passed; 0 failed; ...`. */
export const countCargo = (output, exitCode) => {
  const lines = output.matchAll(/^test result: .*? (\d+) passed; (\d+) failed;/gm);
  const counts = { passed: 0, failed: 0 };
  for (const [, passed, failed] of lines) {
    counts.passed += Number(passed);
    counts.failed += Number(failed);
  }
  return atLeastOneFailure(counts, exitCode);
};

/** Reads Vitest's JSON report. */
export const countVitest = (report, exitCode) => {
  const { numPassedTests, numFailedTests } = JSON.parse(report);
  return atLeastOneFailure({ passed: numPassedTests, failed: numFailedTests }, exitCode);
};

/**
 * Reads the list that `veritrace scenario run --json` prints for several files; a scenario is one test. One that is not
 * meant for the driver neither passed nor failed: it is named with the reason.
 */
export const countScenarios = (output, exitCode) => {
  const results = JSON.parse(output);
  if (!Array.isArray(results)) throw new Error(`no results: ${output.trim()}`);
  const isLeftOut = ({ passed, notPlayed }) => passed === null && typeof notPlayed === 'string';
  const skipped = results
    .filter(isLeftOut)
    .map(({ scenario, notPlayed }) => `${scenario}: ${notPlayed}`);
  const passed = results.filter((result) => result.passed === true).length;
  const failed = results.length - skipped.length - passed;
  return { ...atLeastOneFailure({ passed, failed }, exitCode), skipped };
};

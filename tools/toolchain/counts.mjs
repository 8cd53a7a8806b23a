// Reads how many tests passed and failed, and which failed, from what test runners print.
import { relative } from 'node:path';
import { ROOT } from './sources.mjs';

/** A runner that fails without saying which test did, because nothing compiled for instance, failed once. */
const atLeastOneFailure = ({ passed, failed, failures }, exitCode) => ({
  passed,
  failed: exitCode !== 0 && failed === 0 ? 1 : failed,
  failures,
});

/** The lines of a message that say something. */
const linesOf = (message) =>
  (message ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const firstLine = (message) => linesOf(message)[0] ?? '';

/** Of a property that failed: with what it can be tried again, and what happened then (`tools/toolchain/properties.mjs`). */
const ofProperty = (lines) => [
  ...lines.filter((line) => /^\{ seed: /.test(line)).slice(0, 1),
  ...lines.filter((line) => line.startsWith('Got ')).slice(0, 1),
];

const told = (name, message) => {
  const [first, ...others] = linesOf(message);
  return first === undefined ? name : `${name}: ${[first, ...ofProperty(others)].join(' ')}`;
};

/** Adds up cargo's lines `test result: ok. 3 passed; 0 failed; ...`; its lines `test NAME ... FAILED` name what failed. */
export const countCargo = (output, exitCode) => {
  const lines = output.matchAll(/^test result: .*? (\d+) passed; (\d+) failed;/gm);
  const counts = { passed: 0, failed: 0 };
  for (const [, passed, failed] of lines) {
    counts.passed += Number(passed);
    counts.failed += Number(failed);
  }
  const failures = [...output.matchAll(/^test (.+) \.\.\. FAILED$/gm)].map(([, name]) => name);
  return atLeastOneFailure({ ...counts, failures }, exitCode);
};

/** Reads Vitest's JSON report. A file that fails outside its tests, when it is loaded for instance, is named too. */
export const countVitest = (report, exitCode) => {
  const { numPassedTests, numFailedTests, testResults = [] } = JSON.parse(report);
  const failures = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(ROOT, name);
    const failed = assertionResults
      .filter((test) => test.status === 'failed')
      .map(({ fullName, failureMessages }) => told(`${file} > ${fullName}`, failureMessages?.[0]));
    return failed.length === 0 && status === 'failed' ? [told(file, message)] : failed;
  });
  return atLeastOneFailure({ passed: numPassedTests, failed: numFailedTests, failures }, exitCode);
};

/** What did not come true in a scenario, in a line. */
const whatFailed = ({ failure, expectations = [], invariants = { violated: [] } }) =>
  [
    ...(failure === null || failure === undefined ? [] : [firstLine(failure.reason)]),
    ...expectations
      .filter(({ passed }) => passed === false)
      .map(({ line, name, detail }) =>
        [...(line === undefined ? [] : [`line ${line}`]), name, detail].join(': '),
      ),
    ...(invariants.violated.length === 0
      ? []
      : [`${invariants.violated.length} invariants violated`]),
  ].join('; ');

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
  const failures = results
    .filter((result) => result.passed !== true && !isLeftOut(result))
    .map(({ scenario = 'a scenario', ...result }) => told(scenario, whatFailed(result)));
  const counts = { passed, failed: failures.length, failures };
  return { ...atLeastOneFailure(counts, exitCode), skipped };
};

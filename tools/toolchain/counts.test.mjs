import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countCargo, countScenarios, countVitest } from './counts.mjs';
import { ROOT } from './sources.mjs';

describe('countCargo', () => {
  it('adds up every binary and the documentation tests', () => {
    const output = [
      'running 3 tests',
      'test seals::tests::a_seal_ends ... ok',
      'test seals::tests::a_seal_is_kept - should panic ... FAILED',
      'test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.02s',
      'test result: FAILED. 7 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 1.00s',
    ].join('\n');
    expect(countCargo(output, 101)).toEqual({
      passed: 10,
      failed: 2,
      failures: ['seals::tests::a_seal_is_kept - should panic'],
    });
  });

  it('counts one failure when nothing compiled', () => {
    expect(countCargo('error: could not compile', 101)).toEqual({
      passed: 0,
      failed: 1,
      failures: [],
    });
  });
});

describe('countVitest', () => {
  it('takes the totals of the report', () => {
    const report = JSON.stringify({ numPassedTests: 12, numFailedTests: 1, numPendingTests: 3 });
    expect(countVitest(report, 1)).toEqual({ passed: 12, failed: 1, failures: [] });
  });

  it('names what failed, with the first line of why', () => {
    const failed = {
      status: 'failed',
      fullName: 'a chain is upgraded',
      failureMessages: ['\nError: Test timed out in 120000ms.\n    at run (…)'],
    };
    const passed = { status: 'passed', fullName: 'a chain starts', failureMessages: [] };
    const name = join(ROOT, 'tools/harness/src/upgrade.test.ts');
    const report = JSON.stringify({
      numPassedTests: 1,
      numFailedTests: 1,
      testResults: [{ name, status: 'failed', message: '', assertionResults: [passed, failed] }],
    });
    expect(countVitest(report, 1).failures).toEqual([
      'tools/harness/src/upgrade.test.ts > a chain is upgraded: Error: Test timed out in 120000ms.',
    ]);
  });

  it('tells how a property that failed can be tried again', () => {
    const thrown = () => {
      try {
        fc.assert(
          fc.property(fc.nat(), (number) => {
            if (number > 1_000) throw new RangeError('it took 1631 ms');
          }),
        );
      } catch (error) {
        return String(error.stack);
      }
      throw new RangeError('no number was large');
    };
    const failed = { status: 'failed', fullName: 'a picture', failureMessages: [thrown()] };
    const name = join(ROOT, 'tools/ocr/src/mutated.test.ts');
    const report = JSON.stringify({
      numPassedTests: 0,
      numFailedTests: 1,
      testResults: [{ name, status: 'failed', message: '', assertionResults: [failed] }],
    });
    expect(countVitest(report, 1).failures).toEqual([
      expect.stringMatching(
        /a picture: Error: Property failed after \d+ tests \{ seed: -?\d+, path: "[\d:]+", .*\} Got RangeError: it took 1631 ms$/,
      ),
    ]);
  });

  it('counts one failure when a file could not be loaded, and names it', () => {
    const name = join(ROOT, 'bench/src/odd.test.ts');
    const message = 'SyntaxError: Unexpected token';
    const report = JSON.stringify({
      numPassedTests: 12,
      numFailedTests: 0,
      testResults: [{ name, status: 'failed', message, assertionResults: [] }],
    });
    expect(countVitest(report, 1)).toEqual({
      passed: 12,
      failed: 1,
      failures: ['bench/src/odd.test.ts: SyntaxError: Unexpected token'],
    });
  });
});

describe('countScenarios', () => {
  it('counts each scenario once', () => {
    const unmet = { line: 31, name: 'mike is convicted', detail: 'never convicted', passed: false };
    const met = { line: 30, name: 'mike is slashed', detail: 'slashed 1 VTR', passed: true };
    const invariants = { checked: 9, violated: [{ invariant: 'issuance' }] };
    const liar = {
      scenario: 'same-lie',
      passed: false,
      failure: { reason: 'waited in vain' },
      expectations: [met, unmet],
      invariants,
    };
    const output = JSON.stringify([{ passed: true }, liar, { passed: true }]);
    expect(countScenarios(output, 1)).toEqual({
      passed: 2,
      failed: 1,
      failures: [
        'same-lie: waited in vain; line 31: mike is convicted: never convicted; 1 invariants violated',
      ],
      skipped: [],
    });
  });

  it('counts none that was not played, and says why', () => {
    const left = { scenario: 'full-pool', passed: null, notPlayed: 'it is for networks' };
    expect(countScenarios(JSON.stringify([{ passed: true }, left]), 0)).toEqual({
      passed: 1,
      failed: 0,
      failures: [],
      skipped: ['full-pool: it is for networks'],
    });
  });

  it('counts one without a result as failed', () => {
    const output = JSON.stringify([{ passed: true }, { scenario: 'odd', passed: null }]);
    expect(countScenarios(output, 0)).toEqual({
      passed: 1,
      failed: 1,
      failures: ['odd'],
      skipped: [],
    });
  });

  it('does not take an error for results', () => {
    expect(() => countScenarios('{ "error": { "message": "no runtime" } }', 2)).toThrow(
      'no runtime',
    );
    expect(() => countScenarios('', 1)).toThrow();
  });
});

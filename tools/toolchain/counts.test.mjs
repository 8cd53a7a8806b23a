import { describe, expect, it } from 'vitest';
import { countCargo, countScenarios, countVitest } from './counts.mjs';

describe('countCargo', () => {
  it('adds up every binary and the documentation tests', () => {
    const output = [
      'running 3 tests',
      'test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.02s',
      'test result: FAILED. 7 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 1.00s',
    ].join('\n');
    expect(countCargo(output, 101)).toEqual({ passed: 10, failed: 2 });
  });

  it('counts one failure when nothing compiled', () => {
    expect(countCargo('error: could not compile', 101)).toEqual({ passed: 0, failed: 1 });
  });
});

describe('countVitest', () => {
  it('takes the totals of the report', () => {
    const report = JSON.stringify({ numPassedTests: 12, numFailedTests: 1, numPendingTests: 3 });
    expect(countVitest(report, 1)).toEqual({ passed: 12, failed: 1 });
  });

  it('counts one failure when a file could not be loaded', () => {
    const report = JSON.stringify({ numPassedTests: 12, numFailedTests: 0 });
    expect(countVitest(report, 1)).toEqual({ passed: 12, failed: 1 });
  });
});

describe('countScenarios', () => {
  it('counts each scenario once', () => {
    const output = JSON.stringify([{ passed: true }, { passed: false }, { passed: true }]);
    expect(countScenarios(output, 1)).toEqual({ passed: 2, failed: 1, skipped: [] });
  });

  it('counts none that was not played, and says why', () => {
    const left = { scenario: 'full-pool', passed: null, notPlayed: 'it is for networks' };
    expect(countScenarios(JSON.stringify([{ passed: true }, left]), 0)).toEqual({
      passed: 1,
      failed: 0,
      skipped: ['full-pool: it is for networks'],
    });
  });

  it('counts one without a result as failed', () => {
    const output = JSON.stringify([{ passed: true }, { scenario: 'odd', passed: null }]);
    expect(countScenarios(output, 0)).toEqual({ passed: 1, failed: 1, skipped: [] });
  });

  it('does not take an error for results', () => {
    expect(() => countScenarios('{ "error": { "message": "no runtime" } }', 2)).toThrow(
      'no runtime',
    );
    expect(() => countScenarios('', 1)).toThrow();
  });
});

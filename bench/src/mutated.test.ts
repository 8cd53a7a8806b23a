/** Stored results and budgets that something happened to: the gate reads them, or says in which file what is wrong. */
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InvalidFile } from '@veritrace/harness/declared';
import { mutatedText, withinBounds } from '@veritrace/referee/testing';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { parseBudgets } from './gate/budgets.ts';
import { GateError } from './gate/errors.ts';
import { compareStored } from './gate/stored.ts';
import { InvalidResult, readResult } from './result.ts';
import { storedResult } from './testing/stored-result.ts';

const RUNS = Number(process.env.VERITRACE_FUZZ_RUNS ?? 200);
const folder = mkdtempSync(join(tmpdir(), 'veritrace-mutated-'));
afterAll(() => rmSync(folder, { recursive: true }));

const budgets = readFileSync(fileURLToPath(new URL('../budgets.yaml', import.meta.url)), 'utf8');

describe('what the gate is given, and something happened to', { timeout: 600_000 }, () => {
  it('is a stored result that can be compared, or is refused by its name', () => {
    const file = join(folder, 'result.json');
    const sound = JSON.stringify(storedResult, undefined, 2);
    fc.assert(
      fc.property(mutatedText([sound]), (text) => {
        writeFileSync(file, text);
        try {
          withinBounds(() => {
            const head = [{ file, result: readResult(file) }];
            compareStored(
              { base: [{ file: 'base.json', result: storedResult }], head },
              {
                budgets: { exact: [], times: parseBudgets(budgets, 'budgets.yaml').times },
                selection: { only: [], except: [] },
                error: 0.01,
                seed: 1,
              },
            );
          });
        } catch (error) {
          if (error instanceof GateError) return;
          expect(error).toBeInstanceOf(InvalidResult);
          expect(String(error)).toContain(file);
        }
      }),
      { numRuns: RUNS },
    );
    truncateSync(file, 2 ** 32);
    expect(() => readResult(file)).toThrow(/more than 67108864 bytes/);
  });

  it('is a file of budgets, or the place is told where it is none', () => {
    fc.assert(
      fc.property(mutatedText([budgets]), (text) => {
        try {
          withinBounds(() => parseBudgets(text, 'budgets.yaml'));
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidFile);
          expect(String(error)).toMatch(/budgets\.yaml:\d+/);
        }
      }),
      { numRuns: RUNS },
    );
  });
});

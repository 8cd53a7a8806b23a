import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { describeMachine } from './machine.ts';
import { type BenchResult, InvalidResult, readResult, writeResult } from './result.ts';
import { storedResult } from './testing/stored-result.ts';

const folder = mkdtempSync(join(tmpdir(), 'veritrace-result-'));
afterAll(() => rmSync(folder, { recursive: true }));

const result: BenchResult = { ...storedResult, machine: describeMachine() };

describe('a stored result', () => {
  it('is read as it was written, into folders that did not exist', () => {
    const file = join(folder, 'deep', 'result.json');
    writeResult(file, result);
    expect(readResult(file)).toEqual(result);
  });

  it.each([
    ['missing', undefined, /cannot be read/],
    ['torn', '{"format":', /not JSON/],
    ['of another shape', JSON.stringify({ ...result, seed: 'one' }), /seed: .*measure again/i],
    [
      'with an empty sample',
      JSON.stringify({ ...result, metrics: [{ ...result.metrics[1], samples: [] }] }),
      /metrics\.0\.samples/,
    ],
    [
      'with a name that is no path',
      JSON.stringify({ ...result, metrics: [{ ...result.metrics[0], name: 'reads' }] }),
      /metrics\.0\.name/,
    ],
  ])('that is %s is refused by name', (title, text, message) => {
    const file = join(folder, `${title}.json`);
    if (text !== undefined) writeFileSync(file, text);
    expect(() => readResult(file)).toThrow(InvalidResult);
    expect(() => readResult(file)).toThrow(message);
    expect(() => readResult(file)).toThrow(file);
  });
});

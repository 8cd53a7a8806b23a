/**
 * A thousand malformed models, in a process whose memory is limited: each is refused with a `CompileError` or compiles to
 * a graph that the referee accepts. More by `npm run malformed -w @veritrace/compiler -- --count 100000 --seed 1`.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { CompileError } from '../errors.ts';
import { importOnnx } from '../onnx/import.ts';
import { createRandom } from '../random.ts';
import { everyOperator } from './every-operator.ts';
import { BYTES, STRUCTURE, spoil } from './malformed.ts';
import type { MalformedReport } from './malformed-run.ts';

const COUNT = 1000;
const SEED = 1;
/** Heap of the process, in MiB, with everything it has loaded. */
const HEAP = 192;

const execute = promisify(execFile);
const program = fileURLToPath(new URL('malformed-run.ts', import.meta.url));

describe(`${COUNT} malformed models from seed ${SEED}`, () => {
  it('are refused or compiled, within bounds of time and memory', async () => {
    const { stdout } = await execute(
      process.execPath,
      [
        `--max-old-space-size=${HEAP}`,
        '--import',
        'tsx',
        program,
        '--count',
        String(COUNT),
        '--seed',
        String(SEED),
      ],
      { maxBuffer: 2 ** 26 },
    );
    const report = JSON.parse(stdout) as MalformedReport;
    expect(report.crashes).toEqual([]);
    expect(report.unclear).toEqual([]);
    const refused = Object.values(report.refused).reduce((total, count) => total + count, 0);
    expect(report.unjudged).toBe(0);
    expect(report.compiled + refused).toBe(COUNT);
    // Otherwise the generator spoils too much, or too little.
    expect(report.compiled).toBeGreaterThan(COUNT / 100);
    expect(refused).toBeGreaterThan(COUNT / 2);
    expect(report.slowest.ms, JSON.stringify(report.slowest)).toBeLessThan(1000);
    expect(report.hungriest.bytes, JSON.stringify(report.hungriest)).toBeLessThan(200 * 2 ** 20);
    // A busy machine may take many times as long as an idle one.
  }, 600_000);
});

describe('malformed models', () => {
  const bases = everyOperator();

  it('come in at least forty kinds of structure', () => {
    expect(Object.keys(STRUCTURE).length).toBeGreaterThanOrEqual(40);
    expect(Object.keys(BYTES).length).toBeGreaterThanOrEqual(20);
  });

  it.each(Object.keys(STRUCTURE))('is applied somewhere, and answered: %s', (kind) => {
    let applied = 0;
    for (const [index, { onnx }] of bases.entries()) {
      const bytes = spoil(onnx, kind, createRandom(SEED + index));
      if (bytes === undefined) continue;
      applied += 1;
      try {
        importOnnx(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(CompileError);
        expect((error as CompileError).message).not.toBe('');
      }
    }
    expect(applied).toBeGreaterThan(0);
  });
});

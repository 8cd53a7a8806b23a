/** Measures the calls of pallets in compiled wasm. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../paths.ts';
import type { Runtime, Tool } from './build.ts';
import { runChild } from './child.ts';
import type { WeightsRun } from './detail.ts';
import { readOutput, UnexpectedOutput } from './read-output.ts';

const BASELINE = { pallet: 'pallet_balances', call: 'transfer_keep_alive' } as const;
const TEMPLATES = join(ROOT, 'tools/weights/templates');

/** How thoroughly to measure. */
export interface Thoroughness {
  /** Values of each component, from its least to its greatest. */
  steps: number;
  /** Samples of each. */
  repeat: number;
  /** Steps are gone through again until a benchmark has taken so long. */
  minSeconds: number;
}

export interface Plan extends Thoroughness {
  tool: Tool;
  runtime: Runtime;
  /** An empty folder for what the tool writes. */
  scratch: string;
  signal: AbortSignal;
}

/** Common to all: the runtime, and the genesis it makes by itself. */
const runtimeArguments = ({ file }: Runtime): string[] => [
  `--runtime=${file}`,
  '--genesis-builder=runtime',
  '--genesis-builder-preset=development',
];

/** Names of a pallet's benchmarks. */
const listOf = async (pallet: string, { tool, runtime, signal }: Plan): Promise<string[]> => {
  const lines = await runChild(
    tool.binary,
    [
      'measure',
      ...runtimeArguments(runtime),
      ...[`--pallets=${pallet}`, '--extrinsic=*', '--list=all', '--no-csv-header'],
    ],
    { cwd: ROOT, signal },
  );
  const names = lines
    .split('\n')
    .map((line) => line.split(',').map((cell) => cell.trim()))
    .flatMap(([first, name]) => (first === pallet && name !== undefined ? [name] : []));
  if (names.length === 0) {
    throw new UnexpectedOutput(
      `the runtime has no benchmarks of ${pallet}: see define_benchmarks!`,
    );
  }
  return names;
};

/**
 * Measures a pallet beside a transfer, in one process, so that both see the same machine.
 *
 * Proofs are not recorded while time is taken: a chain of its own does not record any, and it would cost it time.
 * Accesses and proofs are counted in a run of their own. Of the tool's analyses least squares is the one used, which
 * `analysis.json.hbs` writes down; the printed ones are switched off.
 */
export const measurePallet = async (
  name: string,
  plan: Plan,
): Promise<{ run: WeightsRun; version: string }> => {
  const pallet = `pallet_${name}`;
  const calls = await listOf(pallet, plan);
  const folder = join(plan.scratch, name);
  mkdirSync(join(folder, 'analysis'), { recursive: true });
  const raw = join(folder, 'raw.json');
  const startedAt = new Date();
  await runChild(
    plan.tool.binary,
    [
      'measure',
      ...runtimeArguments(plan.runtime),
      `--pallets=${BASELINE.pallet},${pallet}`,
      `--extrinsic=${[BASELINE.call, ...calls].join(',')}`,
      `--steps=${plan.steps}`,
      `--repeat=${plan.repeat}`,
      `--min-duration=${plan.minSeconds}`,
      '--wasm-execution=compiled',
      '--disable-proof-recording',
      '--quiet',
      `--json-file=${raw}`,
      `--output=${join(folder, 'analysis')}`,
      `--template=${join(TEMPLATES, 'analysis.json.hbs')}`,
    ],
    { cwd: ROOT, signal: plan.signal },
  );
  const { version, measurements } = readOutput(
    readdirSync(join(folder, 'analysis')).map((file) =>
      readFileSync(join(folder, 'analysis', file), 'utf8'),
    ),
    readFileSync(raw, 'utf8'),
  );
  const isBaseline = (one: { pallet: string }) => `pallet_${one.pallet}` === BASELINE.pallet;
  const baseline = measurements.find(isBaseline);
  if (baseline === undefined) throw new UnexpectedOutput('the transfer was not measured');
  return {
    version,
    run: {
      pallet: name,
      startedAt: startedAt.toISOString(),
      seconds: (Date.now() - startedAt.getTime()) / 1_000,
      baseline,
      measurements: measurements.filter((one) => !isBaseline(one)),
    },
  };
};

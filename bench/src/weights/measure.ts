/** Measures the calls of pallets in compiled wasm. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../paths.ts';
import type { Runtime, Tool } from './build.ts';
import { runChild } from './child.ts';
import type { Measurement, Point, WeightsRun } from './detail.ts';
import { ordinaryValues } from './ordinary.ts';
import { readOutput, readPoints, UnexpectedOutput, type Unfinished } from './read-output.ts';

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

const measure = (
  calls: readonly string[],
  pallets: readonly string[],
  plan: Plan,
  rest: string[],
) =>
  runChild(
    plan.tool.binary,
    [
      'measure',
      ...runtimeArguments(plan.runtime),
      `--pallets=${pallets.join(',')}`,
      `--extrinsic=${calls.join(',')}`,
      `--repeat=${plan.repeat}`,
      '--wasm-execution=compiled',
      '--disable-proof-recording',
      '--quiet',
      ...rest,
    ],
    { cwd: ROOT, signal: plan.signal },
  );

/** Measures ordinary calls, one process for all whose components have the same values. */
const withOrdinary = async (
  pallet: string,
  folder: string,
  measurements: readonly Unfinished[],
  plan: Plan,
): Promise<Measurement[]> => {
  const groups = new Map<string, string[]>();
  for (const { components, name } of measurements) {
    if (components.length === 0) continue;
    const values = ordinaryValues(components).join(',');
    groups.set(values, [...(groups.get(values) ?? []), name]);
  }
  const found = new Map<string, Point>();
  for (const [values, names] of groups) {
    const raw = join(folder, 'ordinary.json');
    // Two steps are the least; both are the same point.
    await measure(names, [pallet], plan, [
      ...['--steps=2', `--low=${values}`, `--high=${values}`],
      ...[`--min-duration=${plan.minSeconds}`, `--json-file=${raw}`],
    ]);
    for (const [name, point] of readPoints(readFileSync(raw, 'utf8'))) found.set(name, point);
  }
  return measurements.map((one) => {
    const ordinary = one.components.length === 0 ? one.points[0] : found.get(one.name);
    if (ordinary === undefined) {
      throw new UnexpectedOutput(`an ordinary ${pallet}::${one.name} was not measured`);
    }
    return { ...one, ordinary };
  });
};

/**
 * Measures a pallet beside a transfer, in one process, so that both see the same machine; then its ordinary calls.
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
  const analysis = join(folder, 'analysis');
  mkdirSync(analysis, { recursive: true });
  const raw = join(folder, 'raw.json');
  const startedAt = new Date();
  await measure([BASELINE.call, ...calls], [BASELINE.pallet, pallet], plan, [
    ...[`--steps=${plan.steps}`, `--min-duration=${plan.minSeconds}`, `--json-file=${raw}`],
    ...[`--output=${analysis}`, `--template=${join(TEMPLATES, 'analysis.json.hbs')}`],
  ]);
  const { version, measurements } = readOutput(
    readdirSync(analysis).map((file) => readFileSync(join(analysis, file), 'utf8')),
    readFileSync(raw, 'utf8'),
  );
  const all = await withOrdinary(pallet, folder, measurements, plan);
  const isBaseline = (one: { pallet: string }) => `pallet_${one.pallet}` === BASELINE.pallet;
  const baseline = all.find(isBaseline);
  if (baseline === undefined) throw new UnexpectedOutput('the transfer was not measured');
  return {
    version,
    run: {
      pallet: name,
      startedAt: startedAt.toISOString(),
      seconds: (Date.now() - startedAt.getTime()) / 1_000,
      baseline,
      measurements: all.filter((one) => !isBaseline(one)),
    },
  };
};

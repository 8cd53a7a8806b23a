/** `npm run bench:weights`: what every call of our pallets costs, measured in compiled wasm beside a transfer. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { atLeast, deliver, note, runCommand } from './command.ts';
import { describeCommit, describeMachine } from './machine.ts';
import { createRandom, shuffled } from './random.ts';
import { type BenchResult, readResult } from './result.ts';
import { buildRuntime, buildTool } from './weights/build.ts';
import { type WeightsDetail, type WeightsRun, weightsDetailSchema } from './weights/detail.ts';
import { measurePallet, type Thoroughness } from './weights/measure.ts';
import { metricsOfDetail } from './weights/metrics.ts';
import { renderWeights, wrongIn } from './weights/table.ts';
import { writeRust } from './weights/write-rust.ts';

const PALLETS = ['models', 'workers', 'inference', 'disputes', 'payouts'] as const;

const release: Thoroughness = { steps: 50, repeat: 20, minSeconds: 10 };
const quick: Thoroughness = { steps: 6, repeat: 5, minSeconds: 1 };

interface Options {
  quick: boolean;
  steps?: number;
  repeat?: number;
  pallet?: string[];
  seed: number;
  from?: string;
  write?: boolean;
  out?: string;
  json: boolean;
}

const options = new Command('bench:weights')
  .description('measures every call of our pallets in compiled wasm, beside a transfer')
  .option('--quick', 'a few steps: figures to look at, not to release', false)
  .option('--steps <number>', `values of each component (${release.steps})`, atLeast(2, true))
  .option('--repeat <number>', `samples of each (${release.repeat})`, atLeast(1, true))
  .addOption(new Option('--pallet <names...>', 'only these pallets').choices(PALLETS))
  .option('--seed <number>', 'fixes the order of the pallets', atLeast(0, true), 1)
  .option('--from <file>', 'look at a stored result instead of measuring')
  .option('--write', 'write weights.rs (after a measurement, unless it was a quick one)')
  .option('--no-write', 'leave weights.rs as it is')
  .option('--out <file>', 'where the result goes (default: a new file in records/)')
  .option('--json', 'print the result as one JSON document', false)
  .parse()
  .opts<Options>();

const measure = async (
  { seed, pallet = [...PALLETS], ...wanted }: Options,
  signal: AbortSignal,
): Promise<BenchResult> => {
  const usual = wanted.quick ? quick : release;
  const thoroughness: Thoroughness = {
    steps: wanted.steps ?? usual.steps,
    repeat: wanted.repeat ?? usual.repeat,
    minSeconds: usual.minSeconds,
  };
  const startedAt = new Date().toISOString();
  const commit = describeCommit();
  const scratch = mkdtempSync(join(tmpdir(), 'veritrace-weights-'));
  try {
    const tool = await buildTool(signal);
    const runtime = await buildRuntime(join(scratch, 'runtime.wasm'), signal);
    const runs: WeightsRun[] = [];
    let executor = '';
    for (const name of shuffled(pallet, createRandom(seed, 'order of pallets'))) {
      note(`measuring ${name}, ${runs.length + 1} of ${pallet.length}`);
      const { run, version } = await measurePallet(name, {
        ...{ tool, runtime, scratch, signal },
        ...thoroughness,
      });
      runs.push(run);
      executor = `frame-benchmarking-cli ${version}`;
    }
    const order = (run: WeightsRun): number => pallet.indexOf(run.pallet);
    const detail: WeightsDetail = {
      runtime: { sha256: runtime.sha256, bytes: runtime.bytes },
      runs: runs.sort((a, b) => order(a) - order(b)),
    };
    return {
      format: 'veritrace-bench/1',
      benchmark: 'weights',
      startedAt,
      seed,
      ...(commit === undefined ? {} : { commit }),
      versions: { executor, rustc: runtime.compiler, node: process.version },
      machine: describeMachine(),
      settings: { quick: wanted.quick, ...thoroughness },
      metrics: metricsOfDetail(detail),
      detail,
    };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
};

await runCommand(async (signal) => {
  const { from, quick: isQuick, write } = options;
  const result = from === undefined ? await measure(options, signal) : readResult(from);
  const detail = weightsDetailSchema.parse(result.detail);
  if (write ?? (from === undefined && !isQuick)) {
    const files = await writeRust(result, detail, await buildTool(signal), signal);
    note(`written: ${files.join(', ')}`);
  }
  const table = () => renderWeights(result, detail);
  if (from === undefined) deliver(result, options, table);
  else process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : `${table()}\n`);
  return wrongIn(detail).length === 0 ? 0 : 1;
});

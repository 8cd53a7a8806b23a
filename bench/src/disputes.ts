/** `npm run bench:disputes`: what it takes to convict a liar, for every node and operator. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { atLeast, collect, deliver, note, type Output, runCommand } from './command.ts';
import { createExecutor } from './disputes/executor.ts';
import { type DisputesDetail, metricsOf, renderDisputes } from './disputes/report.ts';
import { type DisputesOptions, measureDisputes } from './disputes/run.ts';
import { chooseModels, findModels } from './inference/models.ts';
import { describeCommit, describeMachine } from './machine.ts';
import { MODELS } from './paths.ts';
import type { BenchResult } from './result.ts';
import { packageVersions, releaseDigests } from './versions.ts';

const options = new Command('bench:disputes')
  .description('proves lies at every node, times the checks, and has liars convicted on chain')
  .option('--model <name>', 'only this model; may be repeated', collect)
  .option('--models <folder>', 'where models are looked for', MODELS)
  .option('--nodes <number>', 'most nodes of a model; a sample of larger ones', atLeast(1, true))
  .option('--kinds', 'of each operator the node whose proof is the largest, not a sample', false)
  .option('--no-chain', 'leave out what is played on the embedded chain')
  .option('--no-operators', 'leave out the operators that no model here has')
  .option('--executor', 'time checks on the executor of a node too; builds with Rust', false)
  .option('--quick', 'fewer nodes and checks', false)
  .option('--seed <number>', 'fixes nodes, lies and orders', atLeast(0, true), 1)
  .option('--out <file>', 'where the result goes (default: a new file in records/)')
  .option('--json', 'print the result as one JSON document', false)
  .parse()
  .opts<
    Output & {
      model?: string[];
      models: string;
      nodes?: number;
      kinds: boolean;
      chain: boolean;
      operators: boolean;
      executor: boolean;
      quick: boolean;
      seed: number;
    }
  >();

const measure = async (signal: AbortSignal, what: DisputesOptions): Promise<DisputesDetail> => {
  if (!options.executor) return measureDisputes(what);
  const scratch = mkdtempSync(join(tmpdir(), 'veritrace-executor-'));
  try {
    note('building the runtime with its benchmarks, and what runs it');
    return await measureDisputes({ ...what, executor: await createExecutor(scratch, signal) });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
};

await runCommand(async (signal) => {
  const { quick, seed, chain, operators } = options;
  const models = chooseModels(findModels(options.models), options.model);
  const settings = {
    nodes: options.nodes ?? (quick ? 3 : 16),
    kinds: options.kinds,
    chain,
    rounds: quick ? 4 : 20,
    perRound: quick ? 5 : 20,
    milliseconds: quick ? 20 : 200,
    seed,
  };
  const startedAt = new Date().toISOString();
  const commit = describeCommit();
  const detail = await measure(signal, { ...settings, models, operators, signal, note });
  const result: BenchResult = {
    format: 'veritrace-bench/1',
    benchmark: 'disputes',
    startedAt,
    seed,
    ...(commit === undefined ? {} : { commit }),
    versions: {
      ...packageVersions('tinybench', '@acala-network/chopsticks'),
      ...releaseDigests('referee', 'runtime'),
    },
    machine: describeMachine(),
    settings: {
      ...settings,
      models: models.map(({ name }) => name),
      operators,
      quick,
      executor: options.executor,
    },
    metrics: metricsOf(detail),
    detail,
  };
  deliver(result, options, () => renderDisputes(detail));
  return 0;
});

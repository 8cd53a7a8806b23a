/** `npm run bench:disputes`: what it takes to convict a liar, for every node and operator. */
import { Command } from 'commander';
import { atLeast, collect, deliver, note, type Output, runCommand } from './command.ts';
import { executorTimes } from './disputes/executor-times.ts';
import { metricsOf, renderDisputes } from './disputes/report.ts';
import { measureDisputes } from './disputes/run.ts';
import { chooseModels, findModels } from './inference/models.ts';
import { describeCommit, describeMachine } from './machine.ts';
import { MODELS } from './paths.ts';
import { type BenchResult, readResult } from './result.ts';
import { packageVersions, releaseDigests } from './versions.ts';
import { weightsDetailSchema } from './weights/detail.ts';

const options = new Command('bench:disputes')
  .description('proves lies at every node, times the checks, and has liars convicted on chain')
  .option('--model <name>', 'only this model; may be repeated', collect)
  .option('--nodes <number>', 'most nodes of a model; a sample of larger ones', atLeast(1, true))
  .option('--no-chain', 'leave out what is played on the embedded chain')
  .option('--no-operators', 'leave out the operators that no model here has')
  .option('--weights <file>', 'a result of bench:weights, for times on the node’s executor')
  .option('--quick', 'fewer nodes and checks', false)
  .option('--seed <number>', 'fixes nodes, lies and orders', atLeast(0, true), 1)
  .option('--out <file>', 'where the result goes (default: a new file in records/)')
  .option('--json', 'print the result as one JSON document', false)
  .parse()
  .opts<
    Output & {
      model?: string[];
      nodes?: number;
      chain: boolean;
      operators: boolean;
      weights?: string;
      quick: boolean;
      seed: number;
    }
  >();

await runCommand(async (signal) => {
  const { quick, seed, chain, operators } = options;
  const executor =
    options.weights === undefined
      ? []
      : executorTimes(weightsDetailSchema.parse(readResult(options.weights).detail));
  const models = chooseModels(findModels(MODELS), options.model);
  const settings = {
    nodes: options.nodes ?? (quick ? 3 : 16),
    chain,
    rounds: quick ? 4 : 20,
    perRound: quick ? 5 : 20,
    milliseconds: quick ? 20 : 200,
    seed,
  };
  const startedAt = new Date().toISOString();
  const commit = describeCommit();
  const detail = await measureDisputes({ ...settings, models, operators, signal, note });
  const complete = { ...detail, executor };
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
    settings: { ...settings, models: models.map(({ name }) => name), operators, quick },
    metrics: metricsOf(complete),
    detail: complete,
  };
  deliver(result, options, () => renderDisputes(complete));
  return 0;
});

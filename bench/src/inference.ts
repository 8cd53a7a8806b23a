/** `npm run bench:inference`: how long a model takes on every engine. */
import { Command } from 'commander';
import { atLeast, collect, deliver, note, type Output, runCommand, someOf } from './command.ts';
import { samplesFor } from './early-stopping.ts';
import { cpuEngines, type EngineName, engineNames } from './inference/engines.ts';
import { chooseModels, findModels } from './inference/models.ts';
import { metricsOf, renderInference } from './inference/report.ts';
import { measureInference } from './inference/run.ts';
import { describeCommit, describeMachine } from './machine.ts';
import { MODELS } from './paths.ts';
import type { BenchResult } from './result.ts';
import { packageVersions, releaseDigests } from './versions.ts';

const threadsOf = (value: string, before: readonly number[] | undefined): number[] => [
  ...(before ?? []),
  atLeast(1, true)(value),
];

const options = new Command('bench:inference')
  .description('times every engine on every model: SingleStream, Server, Offline')
  .option('--model <name>', 'only this model; may be repeated', collect)
  .option('--models <folder>', 'where models are looked for', MODELS)
  .option(
    '--engine <name>',
    `only this engine: ${engineNames.join(', ')}; may be repeated`,
    someOf(engineNames),
  )
  .option('--threads <number>', 'threads in an operator, 1 and 2; may be repeated', threadsOf)
  .option('--samples <number>', 'samples of each, where there is time', atLeast(1, true))
  .option('--seconds <number>', 'most seconds of one engine in one scenario', atLeast(0.1, false))
  .option('--bound-ms <number>', 'what p99 may come to in Server', atLeast(0.001, false))
  .option('--quick', 'just enough samples for p99, of small models', false)
  .option('--seed <number>', 'fixes orders and arrivals', atLeast(0, true), 1)
  .option('--out <file>', 'where the result goes (default: a new file in records/)')
  .option('--json', 'print the result as one JSON document', false)
  .parse()
  .opts<
    Output & {
      model?: string[];
      models: string;
      engine?: EngineName[];
      threads?: number[];
      samples?: number;
      seconds?: number;
      boundMs?: number;
      quick: boolean;
      seed: number;
    }
  >();

const needed = samplesFor(0.99);

await runCommand(async (signal) => {
  const { quick, seed } = options;
  const models = chooseModels(findModels(options.models), options.model);
  const settings = {
    engines: options.engine ?? cpuEngines,
    threads: options.threads ?? [1, 2],
    samples: options.samples ?? (quick ? needed : 2 * needed),
    seconds: options.seconds ?? (quick ? 5 : 60),
    rounds: quick ? 5 : 20,
    searches: quick ? 1 : 3,
    boundMs: options.boundMs,
    seed,
  };
  const startedAt = new Date().toISOString();
  const commit = describeCommit();
  const detail = await measureInference({ ...settings, models, signal, note });
  const result: BenchResult = {
    format: 'veritrace-bench/1',
    benchmark: 'inference',
    startedAt,
    seed,
    ...(commit === undefined ? {} : { commit }),
    versions: {
      ...packageVersions('onnxruntime-node', 'tinybench', '@veritrace/compiler'),
      ...releaseDigests('referee'),
    },
    machine: describeMachine(),
    settings: { ...settings, models: models.map(({ name }) => name), quick },
    metrics: metricsOf(detail),
    detail,
  };
  deliver(result, options, () => renderInference(detail));
  return 0;
});

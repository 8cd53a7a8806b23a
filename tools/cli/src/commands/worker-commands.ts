/** The `veritrace worker` commands: what they take, and how flags go before what the config file says. */
import { resolve } from 'node:path';
import type { ExactProvider } from '@veritrace/compiler';
import type { WorkerOverrides } from '@veritrace/worker';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CommandError } from '../errors.ts';
import { examples } from '../examples.ts';
import type { Run } from '../program.ts';
import { oneFile } from './config-argument.ts';
import { wholeBetween } from './counts.ts';
import {
  commonOverrides,
  configOption,
  type DaemonFlags,
  endpointOption,
  executionProviderOption,
  journalOption,
  logLevelOption,
  modelOption,
  ownStoresOption,
  printConfigOption,
  secretOption,
  secretPlace,
  storeOption,
  threadsOption,
} from './daemon-flags.ts';
import { jsonOption } from './json-option.ts';
import type { SecretSource } from './on.ts';
import { workerCheck, workerConfig, workerRun, workerSidecar } from './worker.ts';

const amount = (text: string): string => {
  if (/^\d+$/.test(text)) return text;
  throw new InvalidArgumentError('smallest units, digits only');
};

/** The flags of `worker run`, as they were given. */
export interface WorkerFlags extends DaemonFlags {
  operator?: SecretSource;
  modelCache?: string;
  minPrice?: string;
  verifySampleTiles?: number;
  waitingTransactions?: number;
}

/** What the flags say before the file. Their paths are relative to the present folder, not to the file. */
export const overridesOf = (flags: WorkerFlags): WorkerOverrides => ({
  ...commonOverrides(flags),
  ...(flags.operator === undefined ? {} : { operator: secretPlace(flags.operator) }),
  ...(flags.modelCache === undefined ? {} : { modelCache: resolve(flags.modelCache) }),
  ...(flags.minPrice === undefined ? {} : { minPrice: flags.minPrice }),
  ...(flags.verifySampleTiles === undefined ? {} : { verifySampleTiles: flags.verifySampleTiles }),
  ...(flags.waitingTransactions === undefined
    ? {}
    : { limits: { waitingTransactions: flags.waitingTransactions } }),
});

/** The file that is meant: as an argument or as `--config`, one of them. */
const configFile = (argument: string | undefined, option: string | undefined): string => {
  const file = oneFile(argument, option);
  if (file === undefined) {
    throw new CommandError(
      'give a config file: --config FILE. tools/worker/worker.example.yaml shows every setting',
    );
  }
  return file;
};

/** Adds the commands. */
export const addWorkerCommands = (program: Command, run: Run): void => {
  const worker = program
    .command('worker')
    .description('run and check a worker')
    .addHelpText(
      'after',
      examples(
        'veritrace worker check tools/worker/worker.example.yaml',
        'veritrace worker run --config tools/worker/worker.example.yaml',
      ),
    );
  worker
    .command('run')
    .description('serve models until interrupted; flags go before what the config file says')
    .addHelpText(
      'after',
      examples(
        'veritrace worker run --config tools/worker/worker.example.yaml',
        'veritrace worker run worker.yaml --endpoint ws://127.0.0.1:9944 --operator env:OPERATOR --threads 4',
        'veritrace worker run worker.yaml --print-config',
      ),
    )
    .argument('[config]', 'the config file, as with --config')
    .addOption(configOption())
    .addOption(endpointOption())
    .addOption(secretOption('--operator <source>', 'the operator key'))
    .addOption(modelOption())
    .option('--model-cache <folder>', 'keeps graphs that were got from stores')
    .addOption(threadsOption())
    .addOption(executionProviderOption())
    .addOption(storeOption())
    .addOption(ownStoresOption())
    .addOption(journalOption())
    .addOption(
      new Option('--min-price <amount>', 'the least price to be drawn for').argParser(amount),
    )
    .addOption(
      new Option(
        '--verify-sample-tiles <number>',
        'tiles the referee recomputes before anything is published',
      ).argParser(wholeBetween(0, 10_000)),
    )
    .addOption(
      new Option(
        '--waiting-transactions <number>',
        'transactions that wait for inclusion at once',
      ).argParser(wholeBetween(1, 64)),
    )
    .addOption(logLevelOption())
    .addOption(printConfigOption())
    .addOption(jsonOption())
    .action(
      (
        argument: string | undefined,
        {
          config,
          printConfig,
          json: asJson,
          ...flags
        }: WorkerFlags & { config?: string; printConfig: boolean; json: boolean },
      ) =>
        run(asJson, async (output) => {
          const file = configFile(argument, config);
          const overrides = overridesOf(flags);
          return printConfig
            ? workerConfig(file, overrides, output)
            : workerRun(file, overrides, output);
        }),
    );
  worker
    .command('sidecar')
    .description("compute for a node's off-chain worker until interrupted")
    .addHelpText(
      'after',
      examples(
        'veritrace worker sidecar worker.yaml',
        'veritrace worker sidecar worker.yaml --port 0 --json',
      ),
    )
    .argument('[config]', 'the config file, as with --config')
    .addOption(configOption())
    .addOption(
      new Option('--port <number>', 'where it listens (default: as the file says)').argParser(
        wholeBetween(0, 65_535, '; 0 takes a free one'),
      ),
    )
    .addOption(jsonOption())
    .action(
      (argument: string | undefined, options: { config?: string; port?: number; json: boolean }) =>
        run(options.json, (output) =>
          workerSidecar(configFile(argument, options.config), { port: options.port }, output),
        ),
    );
  worker
    .command('check')
    .description('prove that this machine computes the models bit for bit, or every operator')
    .addHelpText(
      'after',
      examples(
        'veritrace worker check tools/worker/worker.example.yaml --vectors 100 --seed 7',
        'veritrace worker check --operators --elements 5000',
        'veritrace worker check --operators --execution-provider cuda --json',
      ),
    )
    .argument('[config]', 'the config file, as with --config')
    .addOption(configOption())
    .addOption(
      new Option('--seed <number>', 'fixes the vectors')
        .argParser(wholeBetween(0, Number.MAX_SAFE_INTEGER))
        .default(1),
    )
    .addOption(
      new Option('--vectors <number>', 'random inputs of each model, besides the extreme ones')
        .argParser(wholeBetween(0, 1_000_000))
        .default(8),
    )
    .addOption(
      new Option('--operators', 'every operator one by one, with or without a config file').default(
        false,
      ),
    )
    .addOption(
      new Option('--elements <number>', 'output elements of each operator, with --operators')
        .argParser(wholeBetween(1, 1_000_000_000))
        .default(20_000),
    )
    .addOption(executionProviderOption())
    .addOption(jsonOption())
    .action(
      (
        argument: string | undefined,
        {
          json: asJson,
          ...options
        }: {
          config?: string;
          seed: number;
          vectors: number;
          operators: boolean;
          elements: number;
          executionProvider?: ExactProvider;
          json: boolean;
        },
      ) =>
        run(asJson, (output) =>
          workerCheck(
            options.operators
              ? oneFile(argument, options.config)
              : configFile(argument, options.config),
            {
              seed: options.seed,
              vectors: options.vectors,
              elements: options.operators ? options.elements : undefined,
              executionProvider: options.executionProvider,
            },
            output,
          ),
        ),
    );
};

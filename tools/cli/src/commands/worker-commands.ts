/** The `veritrace worker` commands: what they take, and how flags go before what the config file says. */
import { resolve } from 'node:path';
import { logLevels, type WorkerOverrides } from '@veritrace/worker';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CommandError } from '../errors.ts';
import type { Run } from '../program.ts';
import { parseSecretSource, type SecretSource } from './on.ts';
import { workerCheck, workerConfig, workerRun, workerSidecar } from './worker.ts';

const wholeBetween =
  (least: number, most: number, hint = '') =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isSafeInteger(value) || value < least || value > most) {
      throw new InvalidArgumentError(`a whole number from ${least} to ${most}${hint}`);
    }
    return value;
  };

const endpoint = (text: string): string => {
  if (/^wss?:\/\//.test(text)) return text;
  throw new InvalidArgumentError('an address that begins with ws:// or wss://');
};

const amount = (text: string): string => {
  if (/^\d+$/.test(text)) return text;
  throw new InvalidArgumentError('smallest units, digits only');
};

const secretSource = (text: string): SecretSource => {
  const parsed = parseSecretSource(text);
  if (parsed !== undefined) return parsed;
  throw new InvalidArgumentError('env:NAME or file:PATH: a key itself would stay in your history');
};

const json = () =>
  new Option('--json', 'print one JSON document on standard output').default(false);

/** The flags of `worker run`, as they were given. */
export interface WorkerFlags {
  endpoint?: string;
  operator?: SecretSource;
  model?: string[];
  threads?: number;
  journal?: string;
  minPrice?: string;
  verifySampleTiles?: number;
  waitingTransactions?: number;
  logLevel?: (typeof logLevels)[number];
}

/** What the flags say before the file. Their paths are relative to the present folder, not to the file. */
export const overridesOf = (flags: WorkerFlags): WorkerOverrides => ({
  ...(flags.endpoint === undefined ? {} : { endpoint: flags.endpoint }),
  ...(flags.operator === undefined
    ? {}
    : {
        operator:
          'file' in flags.operator ? { file: resolve(flags.operator.file) } : flags.operator,
      }),
  ...(flags.model === undefined
    ? {}
    : { models: flags.model.map((dir) => ({ dir: resolve(dir) })) }),
  ...(flags.threads === undefined ? {} : { engine: { threads: flags.threads } }),
  ...(flags.journal === undefined ? {} : { journal: resolve(flags.journal) }),
  ...(flags.minPrice === undefined ? {} : { minPrice: flags.minPrice }),
  ...(flags.verifySampleTiles === undefined ? {} : { verifySampleTiles: flags.verifySampleTiles }),
  ...(flags.waitingTransactions === undefined
    ? {}
    : { limits: { waitingTransactions: flags.waitingTransactions } }),
  ...(flags.logLevel === undefined ? {} : { logLevel: flags.logLevel }),
});

const configOption = () => new Option('--config <file>', 'the config file');

/** The file that is meant: as an argument or as `--config`, one of them. */
const configFile = (argument: string | undefined, option: string | undefined): string => {
  if (argument !== undefined && option !== undefined) {
    throw new CommandError('give the config file once: as an argument or with --config');
  }
  const file = argument ?? option;
  if (file === undefined) {
    throw new CommandError(
      'give a config file: --config FILE. tools/worker/worker.example.yaml shows every setting',
    );
  }
  return file;
};

/** Adds the commands. */
export const addWorkerCommands = (program: Command, run: Run): void => {
  const worker = program.command('worker').description('run and check a worker');
  worker
    .command('run')
    .description('serve models until interrupted; flags go before what the config file says')
    .argument('[config]', 'the config file, as with --config')
    .addOption(configOption())
    .addOption(new Option('--endpoint <url>', 'the node to follow').argParser(endpoint))
    .addOption(
      new Option(
        '--operator <source>',
        'where the operator key is: env:NAME or file:PATH',
      ).argParser(secretSource),
    )
    .option('--model <dir...>', 'folders of compiled models')
    .addOption(
      new Option('--threads <number>', 'threads of the engine').argParser(wholeBetween(1, 256)),
    )
    .option('--journal <file>', 'where the lasting memory is')
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
    .addOption(new Option('--log-level <level>', 'how much is logged').choices(logLevels))
    .option('--print-config', 'print the settings as they are used, and end', false)
    .addOption(json())
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
    .argument('[config]', 'the config file, as with --config')
    .addOption(configOption())
    .addOption(
      new Option('--port <number>', 'where it listens (default: as the file says)').argParser(
        wholeBetween(0, 65_535, '; 0 takes a free one'),
      ),
    )
    .addOption(json())
    .action(
      (argument: string | undefined, options: { config?: string; port?: number; json: boolean }) =>
        run(options.json, (output) =>
          workerSidecar(configFile(argument, options.config), { port: options.port }, output),
        ),
    );
  worker
    .command('check')
    .description('prove that this machine computes the models bit for bit')
    .argument('[config]', 'the config file, as with --config')
    .addOption(configOption())
    .addOption(
      new Option('--seed <number>', 'fixes the vectors')
        .argParser(wholeBetween(0, Number.MAX_SAFE_INTEGER))
        .default(1),
    )
    .addOption(json())
    .action(
      (argument: string | undefined, options: { config?: string; seed: number; json: boolean }) =>
        run(options.json, (output) =>
          workerCheck(configFile(argument, options.config), { seed: options.seed }, output),
        ),
    );
};

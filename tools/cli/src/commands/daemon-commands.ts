/** `veritrace challenger run`, `veritrace keeper run` and `veritrace publisher run`. */
import {
  type ChallengerOverrides,
  type KeeperOverrides,
  type LogLevel,
  type PublisherOverrides,
  type RunOptions,
  readChallengerConfig,
  readKeeperConfig,
  readPublisherConfig,
  runChallenger,
  runKeeper,
  runPublisher,
  shownConfig,
  shownSettings,
} from '@veritrace/worker';
import { type Command, Option } from 'commander';
import { pino } from 'pino';
import { examples } from '../examples.ts';
import { onInterrupt } from '../interrupt.ts';
import type { Output } from '../output.ts';
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

interface Flags extends DaemonFlags {
  key?: SecretSource;
  seals?: boolean;
  patience?: number;
  forAll?: boolean;
}

/** A daemon that a command runs. */
interface DaemonCommand<Settings extends { logLevel: LogLevel }> {
  name: string;
  /** What the command group is for. */
  about: string;
  /** What `run` does. */
  does: string;
  whoseKey: string;
  /** What follows `veritrace NAME run` in the examples. */
  shown: readonly [string, string];
  /** Flags besides those that all have. */
  flags: Option[];
  read(file: string | undefined, flags: Flags): Promise<Settings>;
  run(settings: Settings, options: RunOptions): Promise<void>;
}

/** What all of the three say before their files. */
const acting = (flags: Flags) => ({
  ...commonOverrides(flags),
  ...(flags.key === undefined ? {} : { key: secretPlace(flags.key) }),
});

export const challengerOverrides = (flags: Flags): ChallengerOverrides => ({
  ...acting(flags),
  ...(flags.seals === false ? { seals: false } : {}),
});

export const keeperOverrides = (flags: Flags): KeeperOverrides => ({
  ...acting(flags),
  ...(flags.patience === undefined ? {} : { patience: flags.patience }),
});

export const publisherOverrides = (flags: Flags): PublisherOverrides => ({
  ...acting(flags),
  ...(flags.forAll === true ? { forAll: true } : {}),
});

/** Runs a daemon until it is interrupted; logs on standard error. The result is what it ran with. */
export const runUntilInterrupted = async <Settings extends { logLevel: LogLevel }>(
  name: string,
  settings: Settings,
  start: (settings: Settings, options: RunOptions) => Promise<void>,
  output: Output,
): Promise<boolean> => {
  const { signal, release } = onInterrupt();
  const logger = pino({ name, level: settings.logLevel }, pino.destination(2));
  try {
    await start(settings, { logger, signal });
  } finally {
    release();
  }
  if (output.json) output.result({ stopped: true, config: shownSettings(settings) }, () => '');
  return true;
};

/** Shows what a daemon would run with: the file, and the flags before it. It holds no secret. */
export const showConfig = (settings: object, output: Output): boolean => {
  output.result(shownSettings(settings), () => shownConfig(settings));
  return true;
};

const addDaemon = <Settings extends { logLevel: LogLevel }>(
  program: Command,
  run: Run,
  { name, about, does, whoseKey, shown, flags, read, run: start }: DaemonCommand<Settings>,
): void => {
  const lines = examples(...shown.map((flags) => `veritrace ${name} run ${flags}`));
  const command = program
    .command(name)
    .description(about)
    .addHelpText('after', lines)
    .command('run')
    .description(`${does}, until interrupted; flags go before what the config file says`)
    .addHelpText('after', lines)
    .argument('[config]', 'the config file, as with --config; none is needed where flags say all')
    .addOption(configOption())
    .addOption(endpointOption())
    .addOption(secretOption('--key <source>', whoseKey))
    .addOption(journalOption());
  for (const flag of flags) command.addOption(flag);
  command
    .addOption(logLevelOption())
    .addOption(printConfigOption())
    .addOption(jsonOption())
    .action(
      (
        argument: string | undefined,
        {
          config,
          printConfig,
          json,
          ...given
        }: Flags & { config?: string; printConfig: boolean; json: boolean },
      ) =>
        run(json, async (output) => {
          const settings = await read(oneFile(argument, config), given);
          return printConfig
            ? showConfig(settings, output)
            : runUntilInterrupted(name, settings, start, output);
        }),
    );
};

/** Adds the commands. */
export const addDaemonCommands = (program: Command, run: Run): void => {
  addDaemon(program, run, {
    name: 'challenger',
    about: 'convict false claims',
    does: 'recompute the claims of models and convict the false ones',
    whoseKey: 'the key that pays bonds',
    shown: [
      '--endpoint ws://127.0.0.1:9944 --key env:CHALLENGER --model scenarios/models/digits-cnn/compiled',
      '--config challenger.yaml --threads 4 --print-config',
    ],
    flags: [
      modelOption(),
      threadsOption(),
      executionProviderOption(),
      storeOption(),
      ownStoresOption(),
      new Option('--no-seals', 'accuse at once: a block earlier, and copyists may have the bounty'),
    ],
    read: (file, flags) => readChallengerConfig(file, challengerOverrides(flags)),
    run: runChallenger,
  });
  addDaemon(program, run, {
    name: 'keeper',
    about: 'settle what is due',
    does: 'settle what the sweep of the chain has left over',
    whoseKey: 'the key that is paid rewards',
    shown: ['--endpoint ws://127.0.0.1:9944 --key env:KEEPER', '--config keeper.yaml --patience 3'],
    flags: [
      new Option(
        '--patience <blocks>',
        'blocks left to the sweep before the keeper steps in',
      ).argParser(wholeBetween(1, 1_000)),
    ],
    read: (file, flags) => readKeeperConfig(file, keeperOverrides(flags)),
    run: runKeeper,
  });
  addDaemon(program, run, {
    name: 'publisher',
    about: 'publish inputs that are demanded',
    does: 'put inputs on chain that workers cannot get, out of the stores',
    whoseKey: 'the key of the user whose inputs they are',
    shown: [
      '--endpoint ws://127.0.0.1:9944 --key env:USER_KEY --store kept',
      '--config publisher.yaml --for-all',
    ],
    flags: [
      storeOption(),
      ownStoresOption(),
      new Option('--for-all', "publish others' inputs, too, if a store has them"),
    ],
    read: (file, flags) => readPublisherConfig(file, publisherOverrides(flags)),
    run: runPublisher,
  });
};

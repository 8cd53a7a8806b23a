/** `veritrace replay` and `veritrace record`: what an auditor runs. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { examples } from '../examples.ts';
import type { Run } from '../program.ts';
import { jsonOption } from './json-option.ts';
import { type FetchFlags, recordFetch } from './record-fetch.ts';
import { type ReplayFlags, replay } from './replay.ts';

const root = (text: string): string => {
  if (/^[0-9a-f]{64}$/.test(text)) return text;
  throw new InvalidArgumentError('64 lower-case hex digits, as a run prints them');
};

const block = (text: string): number => {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('the number of a block');
};

/** Adds both commands. */
export const addReplayCommands = (program: Command, run: Run): void => {
  program
    .command('replay')
    .description('execute a record’s blocks again and compare everything that follows from them')
    .addHelpText(
      'after',
      examples(
        'veritrace replay records/demo-1-2026-11-26T10-25-50-058Z',
        'veritrace replay records/demo-1-2026-11-26T10-25-50-058Z --block 12',
        'veritrace replay records/demo-1-2026-11-26T10-25-50-058Z --against runtime.wasm --from 5',
      ),
    )
    .argument('<record>', 'the folder of a record')
    .addOption(
      new Option('--expect-root <hex>', 'the root that the record was published under').argParser(
        root,
      ),
    )
    .option('--models <dir...>', 'folders with compiled models and inputs that the record lacks')
    .addOption(
      new Option(
        '--block <number>',
        'show one block: extrinsics, events and what changed in storage',
      )
        .argParser(block)
        .conflicts('against'),
    )
    .option('--against <wasm>', 'rehearse an upgrade: list what is different under this runtime')
    .addOption(
      new Option(
        '--from <number>',
        'with --against: the first block that the other runtime executes',
      )
        .argParser(block)
        .conflicts('block'),
    )
    .option('--quiet', 'tell nothing while it runs', false)
    .addOption(jsonOption())
    .action((folder: string, options: ReplayFlags & { json: boolean }) =>
      run(options.json, (output) => replay(folder, options, output)),
    );

  const record = program
    .command('record')
    .description('records of chains that run')
    .addHelpText(
      'after',
      examples(
        'veritrace record fetch ws://127.0.0.1:9944',
        'veritrace record fetch ws://127.0.0.1:9944 --out records/mine',
      ),
    );
  record
    .command('fetch')
    .description('make a record of a running chain, which replay can execute again')
    .addHelpText(
      'after',
      examples(
        'veritrace record fetch ws://127.0.0.1:9944',
        'veritrace record fetch ws://127.0.0.1:9944 --from 100 --to 200 --out records/mine --models scenarios/models/digits-cnn/compiled',
      ),
    )
    .argument('<endpoint>', 'ws://HOST:PORT of a node that keeps what is asked for')
    .option('--out <dir>', 'where the record goes (default: a new folder in records/)')
    .addOption(
      new Option(
        '--from <number>',
        'the block to begin with, with its state (default: the genesis)',
      )
        .argParser(block)
        .default(0),
    )
    .addOption(
      new Option('--to <number>', 'the last block (default: the newest that is final)').argParser(
        block,
      ),
    )
    .option(
      '--models <dir...>',
      'compiled models to put into the record, by which claims are judged',
    )
    .option('--quiet', 'tell nothing while it runs', false)
    .addOption(jsonOption())
    .action((endpoint: string, options: FetchFlags & { json: boolean }) =>
      run(options.json, (output) => recordFetch(endpoint, options, output)),
    );
};

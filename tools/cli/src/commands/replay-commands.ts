/** `veritrace replay` and `veritrace record`: what an auditor runs. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Run } from '../program.ts';
import { type ReplayFlags, replay } from './replay.ts';

const root = (text: string): string => {
  if (/^[0-9a-f]{64}$/.test(text)) return text;
  throw new InvalidArgumentError('64 lower-case hex digits, as a run prints them');
};

/** Adds both commands. */
export const addReplayCommands = (program: Command, run: Run): void => {
  program
    .command('replay')
    .description('execute a record’s blocks again and compare everything that follows from them')
    .argument('<record>', 'the folder of a record')
    .addOption(
      new Option('--expect-root <hex>', 'the root that the record was published under').argParser(
        root,
      ),
    )
    .option('--models <dir...>', 'folders with compiled models and inputs that the record lacks')
    .option('--quiet', 'tell nothing while it runs', false)
    .addOption(new Option('--json', 'print one JSON document on standard output').default(false))
    .action((folder: string, options: ReplayFlags & { json: boolean }) =>
      run(options.json, (output) => replay(folder, options, output)),
    );
};

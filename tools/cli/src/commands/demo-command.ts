/** `veritrace demo` as the command line has it. */
import type { Command } from 'commander';
import { examples } from '../examples.ts';
import type { Run } from '../program.ts';
import { seedOption } from './counts.ts';
import { jsonOption } from './json-option.ts';

/** Adds the command. */
export const addDemoCommand = (program: Command, run: Run): void => {
  program
    .command('demo')
    .description('play the whole story on a chain in this process')
    .addHelpText(
      'after',
      examples('veritrace demo', 'veritrace demo --seed 7 --record records/mine'),
    )
    .addOption(seedOption())
    .option('--record <dir>', 'where the record goes (default: a new folder in records/)')
    .addOption(jsonOption())
    .action((options: { seed: number; record?: string; json: boolean }) =>
      run(options.json, async (output) => {
        const { demo } = await import('./demo.ts');
        return demo({ seed: options.seed, record: options.record }, output);
      }),
    );
};

/** `veritrace scenario new` as the command line has it. */
import { draftBehaviours, MOST_HONEST } from '@veritrace/harness/scenario';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { examples } from '../examples.ts';
import type { Run } from '../program.ts';
import { wholeBetween } from './counts.ts';
import { jsonOption } from './json-option.ts';
import type { ScenarioNewOptions } from './scenario-new.ts';

const nodeToLieAt = (text: string): number | 'random' => {
  if (text === 'random') return text;
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('the index of a node, as model inspect shows it, or random');
};

/** Adds the command to its group. */
export const addScenarioNew = (scenario: Command, run: Run): void => {
  scenario
    .command('new')
    .description(
      'write a scenario to begin with: a cheat, and who convicts it, every part explained',
    )
    .argument('[scenario.yaml]', 'the file (default: NAME.yaml)')
    .addHelpText(
      'after',
      examples(
        'veritrace scenario new my-scenario.yaml',
        'veritrace scenario new scenarios/bad-bit.yaml --behaviour flip-one-bit --node 1',
        'veritrace scenario new --name all-well --behaviour honest --workers 3',
      ),
    )
    .option('--name <name>', 'what it is called (default: as the file is)')
    .addOption(
      new Option('--behaviour <behaviour>', 'what the worker does that it is about')
        .choices(draftBehaviours)
        .default('wrong-node'),
    )
    .addOption(
      new Option(
        '--node <node>',
        'where it lies, of those that lie somewhere: an index, or random (default: one that suits)',
      ).argParser(nodeToLieAt),
    )
    .addOption(
      new Option('--workers <number>', 'honest workers (default: as few as it takes)').argParser(
        wholeBetween(1, MOST_HONEST),
      ),
    )
    .option('--model <dir>', 'a compiled model (default: the perceptron of the digits)')
    .option('--input <file>', 'what it is asked about (default: a scanned seven)')
    .option('--force', 'write over a file that exists', false)
    .addOption(jsonOption())
    .action((file: string | undefined, options: ScenarioNewOptions & { json: boolean }) =>
      run(options.json, async (output) => {
        const { scenarioNew } = await import('./scenario-new.ts');
        return scenarioNew(file, options, output);
      }),
    );
};

/** `veritrace scenario` as the command line has it. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { examples } from '../examples.ts';
import type { Run } from '../program.ts';
import { jobs, seedOption } from './counts.ts';
import { jsonOption } from './json-option.ts';
import { type Place, parsePlace, readSecretAt, type SecretSource, secretSourceOf } from './on.ts';
import { addScenarioNew } from './scenario-new-command.ts';

const place = (text: string): Place => {
  const parsed = parsePlace(text);
  if (parsed !== undefined) return parsed;
  throw new InvalidArgumentError('Expected embedded, ws://HOST:PORT or network:SPEC.toml');
};

/** Adds the group. */
export const addScenarioCommands = (program: Command, run: Run): void => {
  const scenario = program
    .command('scenario')
    .description('write, check and run scenario files')
    .addHelpText(
      'after',
      examples(
        'veritrace scenario new my-scenario.yaml --behaviour lazy',
        'veritrace scenario check scenarios/happy-k1.yaml',
        'veritrace scenario run scenarios/convicted-in-three.yaml',
      ),
    );
  addScenarioNew(scenario, run);
  scenario
    .command('check')
    .description('check files without running them')
    .addHelpText(
      'after',
      examples(
        'veritrace scenario check scenarios/happy-k1.yaml',
        'veritrace scenario check scenarios/*.yaml --json',
      ),
    )
    .argument('<scenario...>', 'scenario files')
    .addOption(jsonOption())
    .action((files: string[], options: { json: boolean }) =>
      run(options.json, async (output) => {
        const { scenarioCheck } = await import('./scenario-check.ts');
        return scenarioCheck(files, output);
      }),
    );
  scenario
    .command('run')
    .description('run scenarios; the exit code is 0 only if everything held')
    .addHelpText(
      'after',
      examples(
        'veritrace scenario run scenarios/convicted-in-three.yaml',
        'veritrace scenario run scenarios/*.yaml --jobs 2 --quiet',
        'veritrace scenario run scenarios/happy-k2.yaml --on network:e2e/networks/local.toml',
      ),
    )
    .argument('<scenario...>', 'scenario files')
    .addOption(
      new Option(
        '--on <chain>',
        'what runs the chain: embedded, ws://HOST:PORT (several with commas), or network:SPEC.toml',
      )
        .argParser(place)
        .default({ kind: 'embedded' }, 'embedded'),
    )
    .addOption(
      new Option(
        '--faucet <source>',
        'where the key is that funds actors on a live chain: env:NAME or file:PATH (default: a development account)',
      ).argParser(secretSourceOf('--faucet')),
    )
    .addOption(seedOption())
    .option('--record <dir>', 'where the record goes (default: a new folder in records/)')
    .addOption(
      new Option(
        '--jobs <number>',
        'scenarios that are played at the same time, when there are several',
      )
        .argParser(jobs)
        .default(1),
    )
    .option('--quiet', 'tell nothing while it runs', false)
    .addOption(jsonOption())
    .action(
      (
        files: string[],
        options: {
          on: Place;
          faucet?: SecretSource;
          seed: number;
          record?: string;
          jobs: number;
          quiet: boolean;
          json: boolean;
        },
      ) =>
        run(options.json, async (output) => {
          const { scenarioRun } = await import('./scenario-run.ts');
          return scenarioRun(
            files,
            {
              on: options.on,
              faucet: options.faucet === undefined ? undefined : readSecretAt(options.faucet),
              seed: options.seed,
              record: options.record,
              jobs: options.jobs,
              quiet: options.quiet,
            },
            output,
          );
        }),
    );
};

/** `veritrace scenario new [FILE]`: a scenario file to begin with. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type DraftBehaviour,
  type DraftPath,
  draftBehaviours,
  draftScenario,
  endEmbedded,
  MOST_HONEST,
  scenarioName,
  wholeLimit,
} from '@veritrace/harness';
import { createReferee } from '@veritrace/referee';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CommandError } from '../errors.ts';
import { examples } from '../examples.ts';
import type { Output } from '../output.ts';
import type { Run } from '../program.ts';
import { jsonOption, wholeBetween } from './daemon-flags.ts';

const shipped = (path: string): string =>
  fileURLToPath(new URL(`../../../../scenarios/${path}`, import.meta.url));

export interface ScenarioNewOptions {
  name: string | undefined;
  behaviour: DraftBehaviour;
  workers: number | undefined;
  node: number | 'random' | undefined;
  /** Folder of a compiled model; the digits' perceptron when absent. */
  model: string | undefined;
  input: string | undefined;
  force: boolean;
}

/** What a scenario is called in a file of that name, and the file. Throws a `CommandError` where they do not agree. */
const named = (
  file: string | undefined,
  name: string | undefined,
): { file: string; name: string } => {
  const path = file ?? `${name ?? 'my-scenario'}.yaml`;
  const stem = /^(.+)\.ya?ml$/.exec(basename(path))?.[1];
  if (stem === undefined) {
    throw new CommandError(`${path}: a scenario is a .yaml file; call it ${path}.yaml`);
  }
  if (name !== undefined && name !== stem) {
    throw new CommandError(
      `a scenario is called as its file is: give --name ${stem}, or the file ${name}.yaml`,
    );
  }
  if (scenarioName.safeParse(stem).success) return { file: path, name: stem };
  throw new CommandError(
    `"${stem}" is no name of a scenario: lower-case letters, digits and dashes, at most 32, a letter first`,
  );
};

const wayFrom = (folder: string, path: string): string =>
  relative(folder, resolve(path)).split(sep).join('/');

/** The schema for editors as a file in that folder names it: they want a path that begins with a dot. */
export const schemaFrom = (folder: string): string => {
  const way = wayFrom(folder, shipped('scenario.schema.json'));
  return way.startsWith('.') ? way : `./${way}`;
};

/** Writes a scenario that checks and plays as it is. Throws a `CommandError` when there is such a file already. */
export const scenarioNew = async (
  given: string | undefined,
  options: ScenarioNewOptions,
  output: Output,
): Promise<boolean> => {
  const { file, name } = named(given, options.name);
  const exists = () => new CommandError(`${file} exists; --force writes over it`);
  if (!options.force && existsSync(file)) throw exists();
  const folder = dirname(resolve(file));
  const from = (path: string): DraftPath => ({ path, written: wayFrom(folder, path) });
  try {
    const text = await draftScenario({
      name,
      behaviour: options.behaviour,
      workers: options.workers,
      node: options.node,
      model: from(options.model ?? shipped('models/digits-mlp/compiled')),
      input: from(options.input ?? shipped('inputs/digits/samples/7-0.png')),
      generatedInput: from(shipped('inputs/deep/sixteen.json')).written,
      schema: schemaFrom(folder),
      referee: createReferee(),
      maxWholeBytes: await wholeLimit(),
    });
    await mkdir(folder, { recursive: true });
    await writeFile(file, text, { flag: options.force ? 'w' : 'wx' }).catch(
      (error: NodeJS.ErrnoException) => {
        throw error.code === 'EEXIST' ? exists() : error;
      },
    );
  } finally {
    await endEmbedded();
  }
  const next = ['check', 'run'].map((verb) => `npx veritrace scenario ${verb} ${file}`);
  output.result({ file, name, behaviour: options.behaviour, next }, () =>
    [`${file}: a story of "${options.behaviour}". Next:`, ...next.map((one) => `  ${one}`)].join(
      '\n',
    ),
  );
  return true;
};

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
      run(options.json, (output) => scenarioNew(file, options, output)),
    );
};

/** `veritrace scenario new [FILE]`: a scenario file to begin with. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DraftPath, draftScenario, endEmbedded, wholeLimit } from '@veritrace/harness';
import { type DraftBehaviour, scenarioName } from '@veritrace/harness/scenario';
import { createReferee } from '@veritrace/referee';
import { CommandError } from '../errors.ts';
import type { Output } from '../output.ts';

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

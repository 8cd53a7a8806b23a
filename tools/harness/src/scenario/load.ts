/** Reads scenario files. */
import { basename, dirname, resolve } from 'node:path';
import { parseDeclared, readDeclared } from '../declared/load.ts';
import { checkScenario } from './check.ts';
import { type Scenario, scenarioSchema } from './schema.ts';
import { parseYaml } from './yaml.ts';

/** A scenario with where it came from. */
export interface LoadedScenario {
  scenario: Scenario;
  /** As it was named. */
  file: string;
  /** Absolute folder that relative paths in the scenario start from. */
  folder: string;
  /** The file's text. */
  text: string;
}

/** Reads a scenario from text. Throws an `InvalidFile` with every mistake found. */
export const parseScenario = (text: string, file: string): Scenario => {
  const stem = /^(.*)\.ya?ml$/.exec(basename(file))?.[1];
  return parseDeclared(text, file, {
    what: 'a scenario',
    read: parseYaml,
    schema: scenarioSchema,
    check: (scenario) => checkScenario(scenario, stem),
  }).content;
};

/** Reads a scenario file. Throws an `InvalidFile`, for a file that cannot be read as well. */
export const loadScenario = async (file: string): Promise<LoadedScenario> => {
  const text = await readDeclared(file);
  return { scenario: parseScenario(text, file), file, folder: dirname(resolve(file)), text };
};

/** Reads scenario files. */
import { basename, dirname, resolve } from 'node:path';
import { parseDeclared, readDeclared } from '../declared/load.ts';
import { InvalidFile, type Path } from '../declared/problem.ts';
import { checkScenario } from './check.ts';
import { countNodes, nodesBeyond } from './nodes.ts';
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

const parse = (text: string, file: string) => {
  const stem = /^(.*)\.ya?ml$/.exec(basename(file))?.[1];
  return parseDeclared(text, file, {
    what: 'a scenario',
    read: parseYaml,
    schema: scenarioSchema,
    check: (scenario) => checkScenario(scenario, stem),
  });
};

/** Tells the line of a scenario's text where what is at a path is written. */
export const linesOf = (text: string): ((path: Path) => number) => {
  const written = parseYaml(text);
  return (path) => written.locate({ path, at: 'value', message: '' }).line;
};

/** Reads a scenario from text. Throws an `InvalidFile` with every mistake found. */
export const parseScenario = (text: string, file: string): Scenario => parse(text, file).content;

/**
 * Reads a scenario file, and looks at the models that it names as far as they are there. Throws an `InvalidFile`, for a file that
 * cannot be read as well.
 */
export const loadScenario = async (file: string): Promise<LoadedScenario> => {
  const text = await readDeclared(file);
  const { content: scenario, written } = parse(text, file);
  const folder = dirname(resolve(file));
  const issues = nodesBeyond(scenario, await countNodes(scenario, folder));
  if (issues.length > 0) {
    throw new InvalidFile(
      issues.map((issue) => ({ file, ...written.locate(issue), message: issue.message })),
    );
  }
  return { scenario, file, folder, text };
};

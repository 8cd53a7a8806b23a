/** Reads scenario files. */
import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { isAlias, LineCounter, parseDocument, visit } from 'yaml';
import { checkScenario } from './check.ts';
import { explainIssues } from './explain.ts';
import { scenarioJsonSchema } from './json-schema.ts';
import { locate } from './locate.ts';
import { InvalidScenario, type Issue, type Problem } from './problem.ts';
import { type Scenario, scenarioSchema } from './schema.ts';

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

/** More than this is no scenario. */
const MAX_BYTES = 1 << 20;

/** Reads a scenario from text. Throws an `InvalidScenario` with every mistake found. */
export const parseScenario = (text: string, file: string): Scenario => {
  const at = (line: number, column: number, message: string): Problem => ({
    file,
    line,
    column,
    message,
  });
  if (text.length > MAX_BYTES) {
    throw new InvalidScenario([at(1, 1, 'a scenario has at most 1 MiB')]);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const fail = (issues: readonly Issue[]): never => {
    const problems = issues.map((issue) => {
      const { line, column } = locate(document, lines, issue);
      return at(line, column, issue.message);
    });
    throw new InvalidScenario(problems.sort((a, b) => a.line - b.line || a.column - b.column));
  };

  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    throw new InvalidScenario(
      faults.map((fault) => {
        const { line, col } = lines.linePos(fault.pos[0]);
        const [summary = fault.message] = fault.message.split('\n');
        return at(
          line,
          col,
          summary.replace(/^./, (first) => first.toLowerCase()),
        );
      }),
    );
  }
  visit(document, (_key, node) => {
    if (!isAlias(node)) return undefined;
    const { line, col } = lines.linePos(node.range?.[0] ?? 0);
    throw new InvalidScenario([at(line, col, 'aliases are not used in scenarios: write it out')]);
  });

  const data: unknown = document.toJS();
  const parsed = scenarioSchema.safeParse(data);
  if (!parsed.success) return fail(explainIssues(parsed.error.issues, data, scenarioJsonSchema()));
  const stem = /^(.*)\.ya?ml$/.exec(basename(file))?.[1];
  const issues = checkScenario(parsed.data, stem);
  return issues.length > 0 ? fail(issues) : parsed.data;
};

/** Reads a scenario file. Throws an `InvalidScenario`, for a file that cannot be read as well. */
export const loadScenario = async (file: string): Promise<LoadedScenario> => {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ENOENT' ? 'no such file' : (error.code ?? 'cannot be read');
    throw new InvalidScenario([{ file, line: 1, column: 1, message: reason }]);
  });
  return { scenario: parseScenario(text, file), file, folder: dirname(resolve(file)), text };
};

// Mutants for which there is no switch: the sources are built anew for each, with nothing else changed.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileTests, refresh } from './build.mjs';
import { tryMutant } from './tests.mjs';

/** A source with the mutant's replacement in its place. Lines and columns count characters from one. */
export const changed = (source, { span, replacement }) => {
  const lines = source.split('\n');
  const before = ({ line, column }) => [
    ...lines.slice(0, line - 1),
    [...(lines[line - 1] ?? '')].slice(0, column - 1).join(''),
  ];
  const [start, end] = [span.start, span.end].map((place) => before(place).join('\n'));
  return start + replacement + source.slice(end.length);
};

/** The tests as programs that were built anew have them. All are tried: which of them a constant reaches is not known. */
export const testsOf = (tests, programs, id) =>
  tests.map((test) => {
    const built = programs.find(({ name }) => test.name === `${name}:${test.test}`);
    if (built === undefined) throw new Error(`${test.name} was not built anew`);
    return { ...test, program: built.program, folder: built.folder, reached: [id] };
  });

/** A copy of the sources of its own: the programs in which the others are woven are used again. */
export const copySources = (folder) => {
  const tree = join(folder, 'anew');
  refresh(tree);
  return tree;
};

// What the compiler says of a mutant is of no interest.
const compile = (tree, command) =>
  compileTests(tree, command, { stdio: ['ignore', 'pipe', 'ignore'] });

/** A test that fails in the copy without a mutant is an error: it would seem to catch all of them. */
export const checkUnchanged = async ({ tests, tree, command }) => {
  const built = compile(tree, command);
  if (!built.isCompiled) throw new Error('the sources do not compile without a mutant');
  const { outcome, by } = await tryMutant({ id: 0 }, testsOf(tests, built.programs, 0));
  if (outcome !== 'missed') throw new Error(`${by} fails without a mutant`);
};

/**
 * Builds a copy of the sources with one mutant in it and tries it: its outcome, 'unviable' where it does not compile. Undefined
 * where there is no build for another reason.
 */
export const tryAnew = async ({ mutant, tests, tree, command }) => {
  const path = join(tree, mutant.file);
  const source = readFileSync(path, 'utf8');
  writeFileSync(path, changed(source, mutant));
  try {
    const built = compile(tree, command);
    if (built.isCompiled) return await tryMutant(mutant, testsOf(tests, built.programs, mutant.id));
    return built.errors.length > 0 ? { outcome: 'unviable' } : undefined;
  } finally {
    writeFileSync(path, source);
  }
};

// All mutants that can be chosen while a program runs, in one build, each behind a switch.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from '../sources.mjs';
import { compileTests, refresh, run } from './build.mjs';

const MOST_ROUNDS = 30;

/** The program that rewrites sources, compiled if it is not. */
const weaver = (toolchain, env) => {
  const target = join(env.CARGO_TARGET_DIR, 'weaver');
  const result = run(
    toolchain.cargo,
    ['build', '--release', '--locked', '--manifest-path', join(ROOT, 'tools/mutants/Cargo.toml')],
    { env: { ...env, CARGO_TARGET_DIR: target } },
  );
  if (result.status !== 0) throw new Error('tools/mutants does not compile');
  return join(target, 'release', 'veritrace-mutants');
};

const libraryOf = (file) => `${/^(.*\/src)\//.exec(file)?.[1]}/lib.rs`;

/**
 * Weaves the mutants into a copy of the sources and compiles its tests. A mutant that does not compile is left out, and
 * all is woven again. Returns the test programs, the mutants that are `unviable`, and those `unwoven`, for which there is
 * no switch.
 */
export const weaveAndBuild = ({ toolchain, env, folder, mutants, command, say }) => {
  const tree = join(folder, 'tree');
  const program = weaver(toolchain, env);
  const book = join(folder, 'left-out.json');
  const known = existsSync(book) ? JSON.parse(readFileSync(book, 'utf8')) : {};
  const byId = new Map(mutants.map((mutant) => [mutant.id, mutant]));
  const unviable = new Set();
  const unwoven = new Set();
  for (const { key, id, isApart } of mutants) {
    if (isApart || known[key] === 'unwoven') unwoven.add(id);
    else if (known[key] === 'unviable') unviable.add(id);
  }
  for (let round = 1; round <= MOST_ROUNDS; round += 1) {
    refresh(tree);
    const left = mutants.filter(({ id }) => !unviable.has(id) && !unwoven.has(id));
    const order = {
      root: tree,
      crates: [...new Set(mutants.map(({ file }) => libraryOf(file)))],
      mutants: left,
    };
    const woven = run(program, [], { input: JSON.stringify(order) });
    if (woven.status !== 0) throw new Error('the mutants could not be woven in');
    const { segments, unwoven: placeless } = JSON.parse(woven.stdout);
    for (const id of placeless) unwoven.add(id);
    say(`round ${round}: compiling ${left.length} mutants`);
    const built = compileTests(tree, command);
    const before = unviable.size + unwoven.size;
    const strange = [];
    for (const { spans, rendered } of built.errors) {
      const guilty = spans
        .filter((span) => span.is_primary)
        .concat(spans)
        .map((span) => innermost(segments, relative(tree, join(tree, span.file_name)), span))
        .find((segment) => segment !== undefined);
      if (guilty === undefined) {
        if (spans.length > 0) strange.push(rendered);
        continue;
      }
      for (const id of guilty.mutants) {
        if (guilty.mutants.length === 1 && guilty.alternative) unviable.add(id);
        else unwoven.add(id);
      }
    }
    for (const id of unviable) known[byId.get(id).key] = 'unviable';
    for (const id of unwoven) known[byId.get(id).key] = 'unwoven';
    writeFileSync(book, JSON.stringify(known));
    if (built.isCompiled) return { programs: built.programs, unviable, unwoven };
    if (unviable.size + unwoven.size === before) {
      throw new Error(
        `the woven sources do not compile, and no mutant is to blame:\n${strange.join('\n')}`,
      );
    }
  }
  rmSync(join(folder, 'tree'), { recursive: true, force: true });
  throw new Error(`still does not compile after ${MOST_ROUNDS} rounds`);
};

/** The smallest segment that has a part of the span. */
const innermost = (segments, file, span) =>
  segments
    .filter(
      (segment) =>
        segment.file === file && segment.start < span.byte_end && span.byte_start < segment.end,
    )
    .sort((a, b) => {
      const holds = (segment) => segment.start <= span.byte_start && span.byte_end <= segment.end;
      return Number(holds(b)) - Number(holds(a)) || a.end - a.start - (b.end - b.start);
    })[0];

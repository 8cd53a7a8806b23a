#!/usr/bin/env node
// Whether the tests of pallets and primitives notice what is changed in them: the mutants of cargo-mutants, compiled into
// one build, each tried by the tests that reach it; those of constants in builds of their own, by all tests.
//   npm run mutants                          primitives, by their own tests
//   npm run mutants -- --package pallets     the pallets, by the tests of pallets and runtime
//   npm run mutants -- --files GLOB …        of those, the files that a glob names
//   npm run mutants -- --shard 1/4           the first quarter
//   npm run mutants -- --iterate             without those of which an earlier run knows that they are caught
//   npm run mutants -- --jobs N              so many tests at a time: half of the cores unless told otherwise
//   npm run mutants -- --write               and put all that is known into pallets/MUTANTS.md
//   npm run mutants -- --json                one JSON document
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { checkUnchanged, copySources, tryAnew } from './mutants/anew.mjs';
import { listMutants } from './mutants/list.mjs';
import { appendOutcome, readOutcomes, renderOutcomes, summarise } from './mutants/outcomes.mjs';
import { forEach, stopTests, surveyTests, tryMutant } from './mutants/tests.mjs';
import { weaveAndBuild } from './mutants/weave.mjs';
import { cargoEnvironment, findToolchain, NO_TOOLCHAIN, targetDir } from './rust.mjs';
import { ROOT } from './sources.mjs';
import { workspaceTest } from './workspace-build.mjs';

const DOCUMENT = join(ROOT, 'pallets', 'MUTANTS.md');

/** Tests that take less processor time go first. */
const QUICK_SECONDS = 0.7;

/** What `--iterate` does not try again. */
const SETTLED = ['caught', 'timeout', 'unviable'];

const say = (message) => console.error(`mutants: ${message}`);

const SCOPES = {
  primitives: {
    globs: ['pallets/primitives/src/**'],
    // What only the pallets compile is tried with them.
    not: /\/(traits|walk)\.rs$/,
    command: (toolchain, env) => ({
      program: toolchain.cargo,
      args: [
        ...['test', '--locked', '--no-run', '--message-format=json'],
        ...['--lib', '--tests', '--manifest-path', 'pallets/primitives/Cargo.toml'],
        // What is there for benchmarks alone has tests too.
        ...['--features', 'runtime-benchmarks'],
      ],
      env,
    }),
  },
  pallets: {
    globs: ['disputes', 'inference', 'models', 'payouts', 'workers']
      .map((name) => `pallets/${name}/src/**`)
      .concat('pallets/primitives/src/traits.rs', 'pallets/primitives/src/walk.rs'),
    not: /\/migrations\//,
    command: () => {
      const { command, args, env } = workspaceTest(['--no-run', '--message-format=json']);
      return { program: command, args, env };
    },
  },
};

const options = () => {
  const { values } = parseArgs({
    options: {
      package: { type: 'string', default: 'primitives' },
      files: { type: 'string', multiple: true },
      shard: { type: 'string' },
      iterate: { type: 'boolean', default: false },
      jobs: { type: 'string', default: String(Math.max(1, Math.floor(cpus().length / 2))) },
      write: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const scope = SCOPES[values.package];
  if (scope === undefined)
    throw new Error(`--package is ${Object.keys(SCOPES).join(' or ')}, not ${values.package}`);
  const shard = /^(\d+)\/(\d+)$/.exec(values.shard ?? '1/1');
  const [part, parts] = [Number(shard?.[1]), Number(shard?.[2])];
  if (!(part >= 1 && part <= parts)) throw new Error(`--shard is K/N, not ${values.shard}`);
  const jobs = Number(values.jobs);
  if (!Number.isInteger(jobs) || jobs < 1)
    throw new Error(`--jobs is a number, not ${values.jobs}`);
  return { ...values, name: values.package, scope, part, parts, jobs };
};

const main = async () => {
  const { name, scope, files, part, parts, jobs, iterate, write, json } = options();
  const toolchain = findToolchain();
  if (toolchain === undefined) throw new Error(NO_TOOLCHAIN);
  const env = cargoEnvironment(toolchain);
  const folder = join(process.env.VERITRACE_MUTANTS || join(targetDir(), 'mutants'), name);
  mkdirSync(folder, { recursive: true });

  const listed = listMutants(toolchain, env, scope.globs);
  const mutants = listed.mutants.filter(({ file }) => !scope.not.test(file));
  const justified = listed.justified.filter(({ file }) => !scope.not.test(file));
  const outcomes = readOutcomes(folder);
  say(`${mutants.length} mutants, and ${justified.length} that are justified`);

  const command = scope.command(toolchain, env);
  // Now, so that it is what the list is of.
  const tree = copySources(folder);
  const built = weaveAndBuild({ toolchain, env, folder, mutants, command, say });
  const chosen =
    files === undefined
      ? mutants
      : mutants.filter(({ file }) => files.some((part) => file.includes(part.replaceAll('*', ''))));
  const [from, to] = [part - 1, part].map((edge) => Math.floor((chosen.length * edge) / parts));
  const todo = chosen
    .slice(from, to)
    .filter(({ key }) => !iterate || !SETTLED.includes(outcomes.get(key)?.outcome));
  const note = (mutant, outcome) => {
    outcomes.set(mutant.key, outcome);
    appendOutcome(folder, mutant, outcome);
  };
  for (const mutant of todo) {
    if (built.unviable.has(mutant.id)) note(mutant, { outcome: 'unviable' });
  }

  say(`${built.programs.length} test programs`);
  const tests = await surveyTests({ programs: built.programs, folder, jobs, say });
  const slowest = [...tests].sort((a, b) => b.seconds - a.seconds).slice(0, 5);
  say(
    `${tests.length} tests take ${tests.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(0)} s of processor time; slowest: ` +
      slowest.map((test) => `${test.name} ${test.seconds.toFixed(1)} s`).join(', '),
  );
  const woven = todo.filter(({ id }) => !built.unviable.has(id) && !built.unwoven.has(id));
  // Most are caught by tests that take no time; the others wait for those that do.
  const quick = tests.filter(({ seconds }) => seconds < QUICK_SECONDS);
  const waiting = [];
  const told = (mutant, outcome) => {
    note(mutant, outcome);
    if (outcome.outcome === 'missed' || outcome.outcome === 'unreached')
      say(`${outcome.outcome}: ${mutant.name}`);
  };
  let done = 0;
  await forEach(woven, jobs, async (mutant) => {
    const outcome = await tryMutant(mutant, quick);
    if (outcome.outcome === 'caught' || outcome.outcome === 'timeout') note(mutant, outcome);
    else waiting.push(mutant);
    done += 1;
    if (done % 50 === 0)
      say(`${done} of ${woven.length} by quick tests; ${waiting.length} wait for the slow`);
  });
  done = 0;
  await forEach(waiting, jobs, async (mutant) => {
    told(mutant, await tryMutant(mutant, tests));
    done += 1;
    if (done % 20 === 0) say(`${done} of ${waiting.length} by all tests`);
  });
  const apart = todo.filter(({ id }) => built.unwoven.has(id));
  if (apart.length > 0) {
    say('building anew without a mutant');
    await checkUnchanged({ tests, tree, command });
  }
  for (const [index, mutant] of apart.entries()) {
    say(`building anew for ${index + 1} of ${apart.length}: ${mutant.name}`);
    const outcome = await tryAnew({ mutant, tests, tree, command });
    if (outcome === undefined)
      say(`could not be built, and the compiler does not say why: ${mutant.name}`);
    else told(mutant, outcome);
  }

  const summary = summarise({ mutants, justified, outcomes });
  writeFileSync(join(folder, 'summary.json'), `${JSON.stringify({ name, ...summary }, null, 1)}\n`);
  const text = renderOutcomes(summary);
  if (write) {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const document = existsSync(DOCUMENT) ? readFileSync(DOCUMENT, 'utf8') : '';
    const [start, stop] = [document.indexOf(begin), document.indexOf(end)];
    if (start < 0 || stop < start) throw new Error(`${DOCUMENT} has no ${begin} … ${end}`);
    writeFileSync(
      DOCUMENT,
      `${document.slice(0, start + begin.length)}\n${text}\n${document.slice(stop)}`,
    );
    say(`written to ${relative(ROOT, DOCUMENT)}`);
  }
  console.log(json ? JSON.stringify(summary) : text);
  if (summary.total.missed > 0) process.exitCode = 1;
};

for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    stopTests();
    process.exit(130);
  });

main().catch((error) => {
  stopTests();
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
});

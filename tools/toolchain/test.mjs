#!/usr/bin/env node
// `npm test`: installs what is missing, then checks, builds and runs everything. The last line it prints is
// `N passed, N failed`, and it exits with 1 unless nothing failed.
//   npm test                       everything
//   npm test -- rust type          only the stages whose name begins so
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { countCargo, countScenarios, countVitest } from './counts.mjs';
import { installPackages, packagesAreStale, requireNode } from './packages.mjs';
import { ROOT } from './sources.mjs';
import { oneCheck, runStages } from './stages.mjs';
import { suiteCommand } from './suites.mjs';
import { nodeBinary, workspaceTest } from './workspace-build.mjs';

const TOOLCHAIN = join(ROOT, 'tools', 'toolchain');
const SCENARIOS = join(ROOT, 'scenarios');

/** A command of an installed package, run without a shell. */
const packageCommand = (name) => join(ROOT, 'node_modules', '.bin', name);

const check = (command, args) => async (run) => oneCheck((await run(command, args)).code === 0);
const checkScript = (script, ...args) =>
  check(process.execPath, [join(TOOLCHAIN, script), ...args]);

const packages = async (_run, note) => {
  requireNode();
  if (packagesAreStale()) await installPackages((seconds) => note(`npm ci, ${seconds} s`));
  return oneCheck(true);
};

/** Random commands and transactions have a stage of their own: here a few cases of each. */
const rustTests = async (run) => {
  const { command, args, env } = workspaceTest(['--no-fail-fast']);
  const { code, stdout } = await run(command, args, {
    env: { VERITRACE_FUZZ_SECONDS: '0', ...env },
  });
  return countCargo(stdout, code);
};

/** Five minutes of each, with what the networks beside leave of the processor. */
const randomCommands = async (run) => {
  const { command, args, env } = workspaceTest(['--test', 'state_machine']);
  const { code, stdout } = await run(command, args, {
    env: { VERITRACE_FUZZ_SECONDS: '300', ...env },
    isPatient: true,
  });
  return countCargo(stdout, code);
};

const typescriptTests = async (run) => {
  const report = join(tmpdir(), `veritrace-vitest-${process.pid}.json`);
  try {
    const { code } = await run(packageCommand('vitest'), [
      ...['run', '--exclude', '**/node_modules/**', '--exclude', 'e2e/**'],
      ...['--reporter', 'default', '--reporter', 'json', '--outputFile', report],
    ]);
    return countVitest(readFileSync(report, 'utf8'), code);
  } finally {
    rmSync(report, { force: true });
  }
};

/** The scenario files of a folder. */
const scenariosIn = (folder) => {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => join(folder, name));
  if (files.length < 2) throw new Error(`the scenarios are missing in ${folder}`);
  return files;
};

/**
 * Every scenario on the embedded driver, as many at the same time as there are cores, up to four. Those with faults that
 * are none without nodes are left out there, by their own declaration.
 */
const scenarios = async (run) => {
  const files = [...scenariosIn(SCENARIOS), ...scenariosIn(join(SCENARIOS, 'faults'))];
  const jobs = Math.min(4, availableParallelism());
  const { code, stdout } = await run(process.execPath, [
    join(ROOT, 'tools', 'cli', 'bin', 'veritrace.mjs'),
    ...['scenario', 'run', ...files, '--jobs', String(jobs), '--json'],
  ]);
  return countScenarios(stdout, code);
};

/** The core of the suites on real nodes; the node was built with the Rust tests. */
const liveNetworks = async (run) => {
  const report = join(tmpdir(), `veritrace-e2e-${process.pid}.json`);
  try {
    const { command, args } = suiteCommand(
      ['core'],
      ['--reporter', 'default', '--reporter', 'json', '--outputFile', report],
    );
    const { code } = await run(command, args, { env: { VERITRACE_NODE: nodeBinary() } });
    return countVitest(readFileSync(report, 'utf8'), code);
  } finally {
    rmSync(report, { force: true });
  }
};

/** Compiled anew with what the networks beside leave of the processor. */
const releasedWasm = async (run) => {
  const script = join(TOOLCHAIN, 'build-runtime.mjs');
  const { code } = await run(process.execPath, [script, '--check'], { isPatient: true });
  return oneCheck(code === 0);
};

const STAGES = [
  { name: 'packages', vital: true, run: packages },
  { name: 'rust toolchain', vital: true, run: checkScript('ensure-rust.mjs') },
  { name: 'browser', run: checkScript('ensure-browser.mjs') },
  { name: 'lint', run: check(packageCommand('biome'), ['ci', '--colors=off', '.']) },
  { name: 'type check', run: check(packageCommand('tsc'), ['--noEmit']) },
  { name: 'rust format', run: checkScript('cargo.mjs', 'fmt', '--all', '--check') },
  { name: 'rust lint and tests', run: rustTests },
  { name: 'typescript tests', run: typescriptTests },
  { name: 'scenarios', run: scenarios },
  { name: 'live networks', run: liveNetworks },
  { name: 'random commands', run: randomCommands, beside: 'live networks' },
  { name: 'released wasm', run: releasedWasm, beside: 'live networks' },
];

const wanted = process.argv.slice(2);
const chosen = STAGES.filter(
  ({ name }) => wanted.length === 0 || wanted.some((prefix) => name.startsWith(prefix)),
);
if (chosen.length === 0) {
  console.error(`no such stage; there are: ${STAGES.map(({ name }) => name).join(', ')}`);
  process.exit(1);
}
process.exit((await runStages(chosen)) ? 0 : 1);

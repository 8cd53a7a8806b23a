#!/usr/bin/env node
// Which lines of the pallets and primitives the Rust tests go through.
//   npm run coverage               build, run, print
//   npm run coverage -- --json     the same as one JSON document
//   npm run coverage -- --write    and put it into pallets/README.md
// Only the workspace's own crates are compiled anew: dependencies are those of `npm test`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { byCrate, readLcov, renderCoverage } from './coverage/lines.mjs';
import { ensureLlvm } from './coverage/llvm.mjs';
import { ROOT } from './sources.mjs';
import { workspaceTest } from './workspace-build.mjs';

const README = join(ROOT, 'pallets', 'README.md');
const [BEGIN, END] = ['<!-- coverage -->', '<!-- /coverage -->'];

const say = (message) => console.error(`coverage: ${message}`);

const run = (command, args, options = {}) => {
  const result = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    stdio: ['ignore', 'pipe', 2],
    ...options,
  });
  if (result.error !== undefined)
    throw new Error(`cannot start ${command}: ${result.error.message}`);
  if (result.status !== 0) {
    throw new Error(`${[command, ...args.slice(0, 3)].join(' ')} failed\n${result.stdout ?? ''}`);
  }
  return result.stdout;
};

/** The test programs of pallets and runtime, built with counters. */
const build = () => {
  const { command, args, env } = workspaceTest(['--no-run', '--message-format=json']);
  const output = run(command, args, {
    cwd: ROOT,
    env: {
      ...env,
      RUSTC_WORKSPACE_WRAPPER: join(ROOT, 'tools', 'toolchain', 'coverage', 'instrument.mjs'),
      // Build scripts and macros of the workspace have counters too, and nobody wants to know.
      LLVM_PROFILE_FILE: '/dev/null',
    },
  });
  return output.split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return [];
    const message = JSON.parse(line);
    const isTest = message.reason === 'compiler-artifact' && message.profile.test;
    if (!isTest || message.executable === null) return [];
    const place = relative(ROOT, message.manifest_path);
    return /^(pallets|runtime)\//.test(place) ? [{ place, program: message.executable }] : [];
  });
};

const measure = (scratch) => {
  const llvm = ensureLlvm();
  say('building the tests with counters');
  const programs = build();
  if (programs.length === 0) throw new Error('cargo built no tests of the pallets');
  for (const { place, program } of programs) {
    say(`running tests of ${place.replace('/Cargo.toml', '')}`);
    const cwd = join(ROOT, place, '..');
    run(program, ['--quiet'], {
      cwd,
      // As cargo would run it.
      env: {
        ...process.env,
        CARGO_MANIFEST_DIR: cwd,
        LLVM_PROFILE_FILE: join(scratch, '%m-%p.profraw'),
      },
    });
  }
  const profile = join(scratch, 'all.profdata');
  const raw = readdirSync(scratch).filter((name) => name.endsWith('.profraw'));
  run(llvm.profdata, [
    'merge',
    '-sparse',
    ...raw.map((name) => join(scratch, name)),
    '-o',
    profile,
  ]);
  const [first, ...others] = programs.map(({ program }) => program);
  const lcov = run(llvm.cov, [
    ...['export', '--format=lcov', '--skip-functions', `--instr-profile=${profile}`, first],
    ...others.flatMap((program) => ['--object', program]),
  ]);
  const read = (path) => readFileSync(join(ROOT, path), 'utf8');
  return readLcov(lcov, (path) => relative(ROOT, path), read);
};

const write = (text) => {
  const readme = readFileSync(README, 'utf8');
  const [from, to] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${README} has no ${BEGIN} … ${END}`);
  writeFileSync(README, `${readme.slice(0, from + BEGIN.length)}\n${text}\n${readme.slice(to)}`);
  say(`written to ${relative(ROOT, README)}`);
};

const scratch = mkdtempSync(join(tmpdir(), 'veritrace-coverage-'));
try {
  const unknown = process.argv.slice(2).filter((arg) => !['--json', '--write'].includes(arg));
  if (unknown.length > 0)
    throw new Error(`unknown: ${unknown.join(' ')}; there are --json and --write`);
  const files = measure(scratch);
  const text = renderCoverage(files);
  if (process.argv.includes('--write')) write(text);
  const result = { crates: byCrate(files), files };
  console.log(process.argv.includes('--json') ? JSON.stringify(result) : text);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  if (existsSync(scratch)) rmSync(scratch, { recursive: true, force: true });
}

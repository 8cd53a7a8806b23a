#!/usr/bin/env node
// `npm run fuzz`: fuzzes one target, guided by the branches it takes.
//   npm run fuzz -- --list
//   npm run fuzz -- state-machine --seconds 600 --jobs 2
//   npm run fuzz -- state-machine --reproduce FILE     runs one input and tells what happens in it
//   npm run fuzz -- state-machine --book LOG           adds a run that was made by the program alone, from what it printed
// Options: --seed N, --json, --corpus DIR, --findings DIR, --no-ledger. Only the workspace's own crates are compiled anew, with
// counters: dependencies are those of `npm test`. Each run is added to HOURS.md.
import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { cacheDir, targetDir } from '../toolchain/rust.mjs';
import { ROOT } from '../toolchain/sources.mjs';
import { workspaceTest } from '../toolchain/workspace-build.mjs';
import { addRun } from './hours.mjs';

const LEDGER = join(ROOT, 'tools', 'fuzz', 'HOURS.md');
const TARGETS = join(ROOT, 'tools', 'fuzz', 'targets');
const HOME = join(cacheDir(), 'fuzz');

const say = (message) => console.error(`fuzz: ${message}`);
const fail = (message) => {
  console.error(message);
  process.exit(2);
};

const targets = readdirSync(TARGETS)
  .filter((name) => name.endsWith('.rs'))
  .map((name) => name.replace('.rs', '').replaceAll('_', '-'))
  .sort();

const readArguments = () => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        seconds: { type: 'string', default: '60' },
        jobs: { type: 'string', default: '1' },
        seed: { type: 'string', default: String(Date.now() % 1_000_000) },
        corpus: { type: 'string' },
        findings: { type: 'string', default: join(HOME, 'findings') },
        reproduce: { type: 'string' },
        book: { type: 'string' },
        outcomes: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        'no-ledger': { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    return fail(error.message);
  }
};

const { values, positionals } = readArguments();
if (values.list) {
  console.log(values.json ? JSON.stringify(targets) : targets.join('\n'));
  process.exit(0);
}
const [target] = positionals;
if (positionals.length !== 1 || !targets.includes(target)) {
  fail(`name one target; there are: ${targets.join(', ')}`);
}
const count = (name) => {
  const number = Number(values[name]);
  if (!Number.isSafeInteger(number) || number < (name === 'seed' ? 0 : 1)) {
    fail(`--${name} is a whole number, not ${values[name]}`);
  }
  return number;
};
const [seconds, jobs, seed] = [count('seconds'), count('jobs'), count('seed')];

/** Adds a run to the ledger. */
const book = (began, report, fuzzed) => {
  const before = existsSync(LEDGER) ? readFileSync(LEDGER, 'utf8') : '';
  const run = {
    day: began.toISOString().slice(0, 10),
    target,
    seconds: report.coreSeconds,
    executions: report.executions,
    findings: report.findings.length,
    commit: fuzzed,
  };
  writeFileSync(LEDGER, addRun(before, run));
};

/** Builds the fuzzer with counters, and puts it where no other build does. */
const build = () => {
  say('building with counters');
  const { command, args, env } = workspaceTest(['--no-run', '--test', 'state_machine']);
  const built = spawnSync(command, args, {
    cwd: ROOT,
    env: {
      ...env,
      RUSTC_WORKSPACE_WRAPPER: join(ROOT, 'tools', 'fuzz', 'instrument.mjs'),
    },
    stdio: ['ignore', 2, 2],
  });
  if (built.status !== 0) fail('the fuzzer could not be built; cargo says why above');
  const program = join(HOME, 'veritrace-fuzz');
  mkdirSync(HOME, { recursive: true });
  copyFileSync(join(targetDir(), 'debug', 'veritrace-fuzz'), program);
  return program;
};

/** What was fuzzed: the commit, with a plus when the checkout differs from it. */
const commit = () => {
  const git = (...args) => spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' });
  const head = git('rev-parse', '--short=9', 'HEAD').stdout.trim();
  const changed = git('status', '--porcelain', '--', 'pallets', 'runtime', 'tools/fuzz/src').stdout;
  return head === '' ? 'unknown' : `${head}${changed.trim() === '' ? '' : '+'}`;
};

const fuzzed = commit();
if (values.book !== undefined) {
  // A program that is still running, or was killed, has said how far it came.
  const lines = readFileSync(values.book, 'utf8').split('\n');
  const last = lines.filter((line) => line.startsWith('{')).at(-1);
  if (last === undefined) fail(`${values.book} has no report of a run in it`);
  const report = JSON.parse(last);
  if (report.target !== target) fail(`${values.book} is about ${report.target}`);
  book(statSync(values.book).mtime, report, fuzzed);
  process.exit(0);
}
const program = build();
if (values.reproduce !== undefined) {
  const { status } = spawnSync(program, [target, '--reproduce', values.reproduce], {
    env: { ...process.env, VERITRACE_FUZZ_STORY: '1', RUST_BACKTRACE: '1' },
    stdio: 'inherit',
  });
  process.exit(status ?? 1);
}

const corpus = values.corpus ?? join(HOME, 'corpus', target);
mkdirSync(corpus, { recursive: true });
const began = Date.now();
const reports = new Map();
const sum = (field) => [...reports.values()].reduce((all, report) => all + report[field], 0);
const most = (field) => Math.max(0, ...[...reports.values()].map((report) => report[field]));
const findings = () => [...reports.values()].flatMap((report) => report.findings);
const total = () => ({
  target,
  seed,
  jobs,
  commit: fuzzed,
  coreSeconds: Math.round(sum('coreSeconds')),
  executions: sum('executions'),
  branches: most('branches'),
  ofBranches: most('ofBranches'),
  outcomes: most('outcomes'),
  findings: findings(),
});

const children = Array.from({ length: jobs }, (_, job) => {
  const child = spawn(
    program,
    [
      target,
      ...['--seconds', String(seconds), '--seed', String(seed + job)],
      ...['--corpus', corpus, '--findings', values.findings],
      ...(values.outcomes ? ['--outcomes'] : []),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('{')) reports.set(job, JSON.parse(line));
  });
  const ended = new Promise((resolve) => {
    child.on('error', (error) => fail(`cannot start ${program}: ${error.message}`));
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  return { child, ended };
});

const progress = setInterval(() => {
  const { executions, branches, ofBranches, outcomes } = total();
  const passed = Math.round((Date.now() - began) / 1000);
  say(
    `${passed} of ${seconds} s: ${executions} executions, ${branches} of ${ofBranches} branches, ${outcomes} outcomes of calls, ${findings().length} findings`,
  );
}, 10_000);
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    for (const { child } of children) child.kill('SIGTERM');
  });
}
const ends = await Promise.all(children.map(({ ended }) => ended));
clearInterval(progress);

const done = total();
if (!values['no-ledger'] && done.executions > 0) {
  book(new Date(began), done, fuzzed);
}
if (values.json) console.log(JSON.stringify(done, null, 2));
else {
  console.log(
    `${target}: ${done.executions} executions in ${done.coreSeconds} core-seconds, ${done.branches} of ${done.ofBranches} branches, ${done.outcomes} outcomes of calls`,
  );
  for (const { message, input, bytes } of done.findings) {
    console.log(`  finding: ${message}\n    ${bytes} bytes in ${input}`);
    console.log(`    npm run fuzz -- ${target} --reproduce ${input}`);
  }
  if (done.findings.length === 0) console.log('  no findings');
}
const broken = ends.some(({ code, signal }) => signal === null && code !== 0 && code !== 1);
process.exit(broken ? 2 : done.findings.length > 0 ? 1 : 0);

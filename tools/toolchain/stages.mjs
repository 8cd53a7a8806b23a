// Runs a list of stages one after another, says how each went, and adds up what they tested.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, rmSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './sources.mjs';

const LOGS = join(ROOT, 'test-results');
const HEARTBEAT_MS = 30_000;
const TAIL_LINES = 60;
const PLAIN = { ...process.env, FORCE_COLOR: '0', NO_COLOR: '1', CARGO_TERM_COLOR: 'never' };

/** What a stage that consists of a single check counts for. */
export const oneCheck = (ok) => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1 });

const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;

/** Of the priorities of processes, the last. */
const LEAST = 19;

/**
 * Runs a command. Its output goes to the stage's log, and its latest line to the heartbeat. One that is patient only gets
 * what others leave of the processor. Resolves to its exit code and output.
 */
const runLogged =
  (log, note) =>
  (command, args, { env = {}, isPatient = false } = {}) =>
    new Promise((resolve) => {
      log.write(`$ ${command} ${args.join(' ')}\n`);
      const child = spawn(command, args, {
        cwd: ROOT,
        env: { ...PLAIN, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      if (isPatient && child.pid !== undefined) setPriority(child.pid, LEAST);
      const streams = { stdout: '', stderr: '' };
      for (const name of ['stdout', 'stderr']) {
        child[name].setEncoding('utf8');
        child[name].on('data', (text) => {
          streams[name] += text;
          log.write(text);
          const line = text.trimEnd().split('\n').at(-1)?.trim();
          if (line) note(line);
        });
      }
      const finish = (code, message = '') => {
        if (message) log.write(`${message}\n`);
        resolve({ code, ...streams, stderr: streams.stderr + message });
      };
      child.on('error', (error) => finish(127, error.message));
      child.on('close', (code, signal) =>
        finish(code ?? 1, signal === null ? '' : `killed by ${signal}`),
      );
    });

const runStage = async ({ name, run }) => {
  const file = join(LOGS, `${name.replaceAll(/[^a-z0-9]+/gi, '-')}.log`);
  const log = createWriteStream(file);
  const written = [];
  const recorder = {
    write: (text) => {
      written.push(text);
      log.write(text);
    },
  };
  const begun = Date.now();
  let latest = '';
  const heartbeat = setInterval(() => {
    console.log(`        ${name}: ${seconds(begun)}, ${latest.slice(0, 100)}`);
  }, HEARTBEAT_MS);
  const note = (line) => {
    latest = line;
  };
  let counts;
  try {
    counts = await run(runLogged(recorder, note), note);
  } catch (error) {
    recorder.write(`${error instanceof Error ? (error.stack ?? error.message) : error}\n`);
    counts = oneCheck(false);
  }
  clearInterval(heartbeat);
  await new Promise((resolve) => log.end(resolve));
  const ok = counts.failed === 0;
  const skipped = counts.skipped ?? [];
  const summary = [
    `${counts.passed} passed`,
    ...(ok ? [] : [`${counts.failed} failed`]),
    ...(skipped.length === 0 ? [] : [`${skipped.length} skipped`]),
    seconds(begun),
  ].join(', ');
  console.log(`${ok ? 'ok    ' : 'FAILED'}  ${name}  (${summary})`);
  for (const one of skipped) console.log(`        skipped ${one}`);
  if (ok) rmSync(file);
  else {
    const tail = written.join('').trimEnd().split('\n').slice(-TAIL_LINES);
    console.log(tail.map((line) => `        | ${line}`).join('\n'));
    console.log(`        the whole log: ${file}`);
  }
  return counts;
};

/** What failed in a stage, a line each; the stage itself where it does not say what. */
const namesOf = (stage, { failures = [] }) =>
  failures.length === 0 ? [stage] : failures.map((failure) => `${stage}: ${failure}`);

/** Stages that run at the same time: one, and those that are declared to run `beside` it and follow it. */
export const groupsOf = (stages) => {
  const groups = [];
  for (const stage of stages) {
    const last = groups.at(-1);
    if (last !== undefined && stage.beside === last[0].name) last.push(stage);
    else groups.push([stage]);
  }
  return groups;
};

/**
 * Runs the stages in order. One marked `vital` that fails ends the run, since nothing after it could work. What a stage
 * skipped is told and counts for nothing. Names everything that failed once more, prints the totals as its last line, and
 * returns whether nothing failed.
 */
export const runStages = async (stages) => {
  rmSync(LOGS, { recursive: true, force: true });
  mkdirSync(LOGS, { recursive: true });
  const total = { passed: 0, failed: 0 };
  const failures = [];
  for (const group of groupsOf(stages)) {
    const all = await Promise.all(group.map(runStage));
    for (const [index, counts] of all.entries()) {
      total.passed += counts.passed;
      total.failed += counts.failed;
      if (counts.failed > 0) failures.push(...namesOf(group[index].name, counts));
    }
    if (group.some(({ vital }, index) => vital && all[index].failed > 0)) {
      console.log('        nothing after this can run');
      break;
    }
  }
  // What failed may lie far above by now, behind what its stage printed.
  for (const failure of failures) console.log(`FAILED  ${failure}`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0;
};

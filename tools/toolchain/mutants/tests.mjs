// Runs tests of woven programs, each in a process with a limit.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Of address space, in KiB: a mutant that allocates without end is stopped before the machine is. */
const MEMORY = 8 << 20;

/** Runs the rest of its arguments within limits, and tells the processor time that they took. */
const WITHIN = `
TIMEFORMAT='took %U %S'
ulimit -c 0; ulimit -v ${MEMORY} 2>/dev/null; ulimit -t "$1"; shift
time "$@" 2>/dev/null
`;

/**
 * Runs a program with at most so many seconds of processor time: other load on the machine makes no mutant look slow.
 * Resolves to 'passed', 'failed' or 'stopped', and the seconds of processor time that it took.
 */
const execute = ({ program, folder, args, env, seconds, output }) =>
  new Promise((resolve, reject) => {
    const limit = String(Math.ceil(seconds));
    const child = spawn('bash', ['-c', WITHIN, 'bash', limit, program, ...args], {
      cwd: folder,
      // A group of its own, so that all of it can be ended.
      detached: true,
      stdio: ['ignore', output === undefined ? 'ignore' : 'pipe', 'pipe'],
      env: {
        ...process.env,
        CARGO_MANIFEST_DIR: folder,
        // Whether it fails is all there is to know: the smallest failure is nobody's.
        PROPTEST_MAX_SHRINK_ITERS: '0',
        PROPTEST_DISABLE_FAILURE_PERSISTENCE: 'true',
        RUST_BACKTRACE: '0',
        ...env,
      },
    });
    // Blocked threads use no processor time.
    const deadline = setTimeout(() => end(child), Math.max(60, seconds) * 60_000);
    let [text, times] = ['', ''];
    child.stdout?.on('data', (chunk) => {
      text += chunk;
    });
    child.stderr.on('data', (chunk) => {
      times += chunk;
    });
    running.add(child);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(deadline);
      running.delete(child);
      const took = /took ([\d.]+) ([\d.]+)/.exec(times);
      const result = code === 0 ? 'passed' : STOPPED.includes(code) ? 'stopped' : 'failed';
      resolve({ result, seconds: Number(took?.[1] ?? 0) + Number(took?.[2] ?? 0), text });
    });
  });

/** What a shell makes of SIGKILL and SIGXCPU; no code where the shell itself was ended. */
const STOPPED = [137, 152, null];

const end = (child) => {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
};

const running = new Set();

/** Ends what runs. */
export const stopTests = () => {
  for (const child of running) end(child);
};

/**
 * Every test, with the mutants that it reaches and the seconds that it takes. A test that fails without a mutant is an
 * error: it would seem to catch all of them.
 */
export const surveyTests = async ({ programs, folder, jobs, say }) => {
  const tests = [];
  // What was found out about the very same programs holds.
  const book = join(folder, 'survey.jsonl');
  const built = programs.map(({ program }) => [program, statSync(program).mtimeMs]);
  const key = createHash('sha256').update(JSON.stringify(built)).digest('hex');
  const lines = existsSync(book) ? readFileSync(book, 'utf8').split('\n').filter(Boolean) : [];
  const known = new Map(
    lines
      .map((line) => JSON.parse(line))
      .filter((each) => each.key === key)
      .map(({ name, seconds, reached }) => [name, { seconds, reached }]),
  );
  if (known.size === 0) rmSync(book, { force: true });
  for (const { name, program, folder: cwd } of programs) {
    const listed = await execute({
      program,
      folder: cwd,
      args: ['--list', '--format=terse'],
      env: { VERITRACE_MUTANT: 'none' },
      seconds: 60,
      output: true,
    });
    for (const line of listed.text.split('\n')) {
      const test = /^(.*): test$/.exec(line)?.[1];
      if (test !== undefined) tests.push({ name: `${name}:${test}`, test, program, folder: cwd });
    }
  }
  const scratch = join(folder, 'reached');
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  let done = 0;
  await forEach(tests, jobs, async (test, index) => {
    done += 1;
    const before = known.get(test.name);
    if (before !== undefined) {
      Object.assign(test, before);
      return;
    }
    const file = join(scratch, String(index));
    const { result, seconds } = await execute({
      ...test,
      args: ['--exact', test.test, '--test-threads=1'],
      env: { VERITRACE_MUTANT_REACHED: file },
      seconds: 3_600,
    });
    if (result !== 'passed') throw new Error(`${test.name} fails without a mutant`);
    const reached = existsSync(file)
      ? readFileSync(file, 'utf8').split('\n').filter(Boolean).map(Number)
      : [];
    const found = { seconds, reached: [...new Set(reached)] };
    Object.assign(test, found);
    appendFileSync(book, `${JSON.stringify({ key, name: test.name, ...found })}\n`);
    if (done % 20 === 0) say(`surveyed ${done} of ${tests.length} tests`);
  });
  return tests;
};

/** Tests in groups that take about so many seconds each, so that few mutants wait for slow tests. */
const groups = (tests) => {
  const grouped = [];
  let [group, left] = [[], 0.2];
  for (const test of [...tests].sort((a, b) => a.seconds - b.seconds)) {
    if (
      group.length > 0 &&
      (test.seconds > left || group[0].program !== test.program || group.length >= 64)
    ) {
      grouped.push(group);
      [group, left] = [[], Math.max(0.2, 2 * test.seconds)];
    }
    group.push(test);
    left -= test.seconds;
  }
  if (group.length > 0) grouped.push(group);
  return grouped;
};

/**
 * Whether any test tells the mutant from the original: 'caught' with the tests that did, 'timeout' where they never
 * came to an end, 'missed', or 'unreached'.
 */
export const tryMutant = async (mutant, tests) => {
  const reaching = tests.filter((test) => test.reached.includes(mutant.id));
  if (reaching.length === 0) return { outcome: 'unreached' };
  for (const group of groups(reaching)) {
    const [{ program, folder }] = group;
    const usual = group.reduce((sum, test) => sum + test.seconds, 0);
    const { result } = await execute({
      program,
      folder,
      args: ['--exact', ...group.map(({ test }) => test), '--test-threads=1'],
      env: { VERITRACE_MUTANT: String(mutant.id) },
      seconds: Math.max(3, 5 * usual),
    });
    const by = group.length === 1 ? group[0].name : `${group[0].name} and ${group.length - 1} more`;
    if (result === 'failed') return { outcome: 'caught', by };
    if (result === 'stopped') return { outcome: 'timeout', by };
  }
  return { outcome: 'missed', tests: reaching.length };
};

/** Calls `work` for each item, so many at a time. */
export const forEach = async (items, jobs, work) => {
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const index = next;
      next += 1;
      await work(items[index], index);
    }
  };
  await Promise.all(Array.from({ length: jobs }, lane));
};

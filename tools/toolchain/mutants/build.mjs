// Copies of the sources in which mutants are compiled.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ROOT } from '../sources.mjs';

/** Processor time of one compiler, in seconds: a changed constant may never be evaluated to its end. */
const MOST_SECONDS = 3_600;

export const run = (command, args, options) => {
  const result = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 2],
    ...options,
  });
  if (result.error !== undefined)
    throw new Error(`cannot start ${command}: ${result.error.message}`);
  return result;
};

/** Copies what is tracked into `tree`; files that are the same keep their times, so that cargo sees what has changed. */
export const refresh = (tree) => {
  const listed = run('git', ['ls-files', '-z'], { cwd: ROOT }).stdout.split('\0').filter(Boolean);
  for (const path of listed) {
    const from = join(ROOT, path);
    if (!existsSync(from) || !statSync(from).isFile()) continue;
    const to = join(tree, path);
    if (existsSync(to) && readFileSync(to).equals(readFileSync(from))) continue;
    mkdirSync(dirname(to), { recursive: true });
    cpSync(from, to);
  }
};

/** What stands between cargo and the compiler: the tree's own, since cargo tells by its path what was compiled of which tree. */
const WRAPPER = join('tools', 'toolchain', 'mutants', 'compile.mjs');

/** Compiles the tests of a tree. Returns whether all did compile, what the compiler said, and the test programs. */
export const compileTests = (tree, command, options = {}) => {
  const limited = ['-c', `ulimit -t ${MOST_SECONDS}; exec "$@"`, 'bash'];
  const { status, stdout } = run('bash', [...limited, command.program, ...command.args], {
    cwd: tree,
    env: { ...command.env, RUSTC_WORKSPACE_WRAPPER: join(tree, WRAPPER) },
    ...options,
  });
  const messages = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
  return {
    isCompiled: status === 0,
    errors: messages
      .filter(({ reason, message }) => reason === 'compiler-message' && message.level === 'error')
      .map(({ message }) => message),
    programs: testPrograms(messages, tree),
  };
};

const testPrograms = (messages, tree) =>
  messages.flatMap((message) => {
    const isTest = message.reason === 'compiler-artifact' && message.profile.test;
    if (!isTest || message.executable === null) return [];
    const folder = dirname(message.manifest_path);
    if (!/^(pallets|runtime)(\/|$)/.test(relative(tree, folder))) return [];
    return [
      {
        name: `${relative(tree, folder)}:${message.target.name}`,
        folder,
        program: message.executable,
      },
    ];
  });

// The mutants there are, as cargo-mutants tells them.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { ROOT } from '../sources.mjs';

/** Files that are no part of what runs on a chain, or whose worth is measured elsewhere. */
const LEFT_OUT = [
  '**/benchmarking.rs',
  '**/weights.rs',
  '**/fixture.rs',
  '**/integration.rs',
  '**/mock.rs',
  '**/tests.rs',
];

const TOO_OLD = [
  'cargo-mutants cannot be run. Install it:',
  '  cargo install --locked cargo-mutants --version 27.1.0',
].join('\n');

/** A name that outlives changes elsewhere in the file: the change itself, without line numbers. */
const keyOf = (mutant) =>
  createHash('sha256')
    .update(`${mutant.file}\n${mutant.diff.replace(/^@@.*$/gm, '')}`)
    .digest('hex')
    .slice(0, 16);

/** Whether there can be no switch for a mutant. */
export const isApart = ({ genre, function: within }) =>
  // A constant, which the compiler evaluates.
  within === null ||
  // A value of another type cannot stand beside the original's where the function's signature does not name it.
  (genre === 'FnValue' && /\bimpl\b/.test(within.return_type));

const ask = (toolchain, env, args) => {
  const program = process.env.VERITRACE_CARGO_MUTANTS || 'cargo-mutants';
  const result = spawnSync(
    program,
    ['mutants', '--list', '--json', ...LEFT_OUT.flatMap((glob) => ['--exclude', glob]), ...args],
    { cwd: ROOT, env: { ...env, CARGO: toolchain.cargo }, encoding: 'utf8', maxBuffer: 1 << 30 },
  );
  if (result.error !== undefined) throw new Error(`${TOO_OLD}\n(${result.error.message})`);
  if (result.status !== 0) throw new Error(`cargo-mutants failed:\n${result.stderr}`);
  return JSON.parse(result.stdout);
};

/**
 * The mutants of the files that the globs name, in the order of the sources, and those that `.cargo/mutants.toml` says
 * no test can tell from the original.
 */
export const listMutants = (toolchain, env, globs) => {
  const files = globs.flatMap((glob) => ['--file', glob]);
  const numbered = (mutants) => {
    const seen = new Map();
    return mutants.map((mutant) => {
      // The same change may be there twice with the same lines around it.
      const same = keyOf(mutant);
      const count = (seen.get(same) ?? 0) + 1;
      seen.set(same, count);
      const { file, genre, replacement, span, name } = mutant;
      return {
        ...{ key: `${same}-${count}`, name, file, genre, replacement, span },
        isApart: isApart(mutant),
      };
    });
  };
  const all = numbered(ask(toolchain, env, ['--no-config', ...files]));
  const kept = new Set(ask(toolchain, env, files).map((mutant) => mutant.name));
  return {
    mutants: all.filter((mutant) => kept.has(mutant.name)).map((mutant, id) => ({ ...mutant, id })),
    justified: all.filter((mutant) => !kept.has(mutant.name)),
  };
};

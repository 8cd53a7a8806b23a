#!/usr/bin/env node
// What cargo calls in place of the compiler for the workspace's own crates when mutants are woven in: the same, without
// lints (mutants overflow, compare with themselves, and never return), and with what lets a switch be asked in `const fn`.
import { spawnSync } from 'node:child_process';

const [, , compiler, ...args] = process.argv;
const { status } = spawnSync(
  compiler,
  [
    ...args,
    '--cap-lints=allow',
    '-Aarithmetic_overflow',
    '-Aunconditional_panic',
    '-Zcrate-attr=feature(const_eval_select, core_intrinsics)',
  ],
  { stdio: 'inherit', env: { ...process.env, RUSTC_BOOTSTRAP: '1' } },
);
process.exit(status ?? 1);

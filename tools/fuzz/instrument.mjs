#!/usr/bin/env node
// What cargo calls in place of the compiler for the workspace's own crates: the same, optimised, with a counter at each branch.
// These flags are no nightly ones. The node is not fuzzed, and is not slowed. No shell, for some drop variables whose names
// they don't like, and cargo has such.
import { spawnSync } from 'node:child_process';

const COUNTERS = [
  '-Cpasses=sancov-module',
  '-Cllvm-args=-sanitizer-coverage-level=3',
  '-Cllvm-args=-sanitizer-coverage-inline-8bit-counters',
  '-Cllvm-args=-sanitizer-coverage-pc-table',
  '-Copt-level=2',
];

const [, , compiler, ...args] = process.argv;
const counters = process.env.CARGO_PKG_NAME === 'veritrace-node' ? [] : COUNTERS;
// Of the pipe that cargo hands out turns through, the compiler would find no end here, and say so each time.
const { CARGO_MAKEFLAGS: _, ...env } = process.env;
const { status } = spawnSync(compiler, [...args, ...counters], { stdio: 'inherit', env });
process.exit(status ?? 1);

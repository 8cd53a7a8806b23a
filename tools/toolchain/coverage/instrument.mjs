#!/usr/bin/env node
// What cargo calls in place of the compiler for the workspace's own crates: the same, with counters for coverage. No shell,
// for some drop variables whose names they don't like, and cargo has such. The node is nobody's to cover, and is not slowed.
import { spawnSync } from 'node:child_process';

const [, , compiler, ...args] = process.argv;
const counters =
  process.env.CARGO_PKG_NAME === 'veritrace-node' ? [] : ['-C', 'instrument-coverage'];
const { status } = spawnSync(compiler, [...args, ...counters], { stdio: 'inherit' });
process.exit(status ?? 1);

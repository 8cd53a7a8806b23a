#!/usr/bin/env node
import { requireNode } from '../../toolchain/packages.mjs';

/** Whether this Node can run anything of it; says why not. */
const isNodeNewEnough = () => {
  try {
    requireNode();
    return true;
  } catch (error) {
    console.error(error.message);
    process.exitCode = 2;
    return false;
  }
};

// The doctor is plain Node: it has to speak where nothing else can be loaded.
if (process.argv[2] === 'doctor') {
  const { doctor } = await import('../../toolchain/doctor.mjs');
  process.exitCode = await doctor(process.argv.slice(3));
} else if (isNodeNewEnough()) {
  const { register } = await import('tsx/esm/api');
  register();
  await import('../src/main.ts');
}

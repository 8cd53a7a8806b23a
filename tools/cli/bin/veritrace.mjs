#!/usr/bin/env node
// The doctor is plain Node: it has to speak where nothing else can be loaded.
if (process.argv[2] === 'doctor') {
  const { doctor } = await import('../../toolchain/doctor.mjs');
  process.exitCode = await doctor(process.argv.slice(3));
} else {
  const { register } = await import('tsx/esm/api');
  register();
  await import('../src/main.ts');
}

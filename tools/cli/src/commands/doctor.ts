/** `veritrace doctor`: bin/veritrace.mjs runs it without coming here; this is for those who start main.ts themselves. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';

const script = fileURLToPath(new URL('../../../toolchain/doctor.mjs', import.meta.url));

/** Adds the command, which is a script of plain Node, so that it runs where nothing else does. */
export const addDoctorCommand = (program: Command): void => {
  program
    .command('doctor')
    .description('what is installed, what is missing, what to do')
    .option('--json', 'print one JSON document on standard output', false)
    .option('--store <place...>', 'whether these stores answer, too')
    .action(({ json, store }: { json: boolean; store?: string[] }) => {
      const args = [
        ...(json ? ['--json'] : []),
        ...(store === undefined ? [] : ['--store', ...store]),
      ];
      const { status } = spawnSync(process.execPath, [script, ...args], { stdio: 'inherit' });
      process.exitCode = status ?? 2;
    });
};

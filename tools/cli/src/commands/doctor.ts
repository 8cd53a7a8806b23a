/** `veritrace doctor`: bin/veritrace.mjs runs it without coming here; this is for those who start main.ts themselves. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { examples } from '../examples.ts';
import type { Run } from '../program.ts';

const script = fileURLToPath(new URL('../../../toolchain/doctor.mjs', import.meta.url));

/** Adds the command, which is a script of plain Node, so that it runs where nothing else does. */
export const addDoctorCommand = (program: Command, run: Run): void => {
  program
    .command('doctor')
    .description('what is installed, what is missing, what to do')
    .addHelpText(
      'after',
      examples('veritrace doctor', 'veritrace doctor --store kept https://store.example --json'),
    )
    .option('--json', 'print one JSON document on standard output', false)
    .option('--store <place...>', 'whether these stores answer, too')
    .action(({ json, store }: { json: boolean; store?: string[] }) => {
      const args = [
        ...(json ? ['--json'] : []),
        ...(store === undefined ? [] : ['--store', ...store]),
      ];
      return run(json, async () => {
        const { status } = spawnSync(process.execPath, [script, ...args], { stdio: 'inherit' });
        return status ?? 2;
      });
    });
};

/** The veritrace command. Exit code 0: everything held. 1: something did not. 2: it could not be tried. */
import { InvalidFile } from '@veritrace/harness';
import { messageOf } from './errors.ts';
import { Interrupted } from './interrupt.ts';
import type { Output } from './output.ts';
import { createProgram, runWith } from './program.ts';

let output: Output | undefined;
const program = createProgram(
  runWith((created) => {
    output = created;
  }),
);

try {
  await program.parseAsync();
} catch (error) {
  const message = messageOf(error);
  process.stderr.write(`${message}\n`);
  if (output?.json === true) {
    const problems = error instanceof InvalidFile ? error.problems : undefined;
    output.result(
      { error: { message, ...(problems === undefined ? {} : { problems }) } },
      () => '',
    );
  }
  process.exitCode = error instanceof Interrupted ? 130 : 2;
}

/**
 * From arguments to an exit code. 0: everything held. 1: something did not. 2: it could not be tried.
 * 130: interrupted.
 */
import { InvalidFile } from '@veritrace/harness/scenario';
import { CommanderError } from 'commander';
import { messageOf } from './errors.ts';
import { Interrupted } from './interrupt.ts';
import { createOutput, type Output } from './output.ts';
import { createProgram, type Run } from './program.ts';

/** What was written wrongly, in one message; a command that is missing is told by help alone. */
const mistakeOf = ({ code, message }: CommanderError): string =>
  code === 'commander.help' ? 'a command is missing' : message.replace(/^error: /, '');

/** Runs a command; resolves with the exit code. Every error has been told when it does. */
export const runCommandLine = async (args: readonly string[]): Promise<number> => {
  let output: Output | undefined;
  let code = 0;
  const run: Run = async (asJson, body) => {
    output = createOutput(asJson);
    const held = await body(output);
    code = typeof held === 'number' ? held : held ? 0 : 1;
  };
  try {
    const program = await createProgram(run, args);
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    // Help that was asked for is thrown, too.
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const isMistake = error instanceof CommanderError;
    const message = isMistake ? mistakeOf(error) : messageOf(error);
    if (!isMistake) process.stderr.write(`${message}\n`);
    output ??= createOutput(args.includes('--json'));
    if (output.json) {
      const problems = error instanceof InvalidFile ? error.problems : undefined;
      output.result(
        { error: { message, ...(problems === undefined ? {} : { problems }) } },
        () => '',
      );
    }
    return error instanceof Interrupted ? 130 : 2;
  }
};

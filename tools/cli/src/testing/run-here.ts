/** The command in this process, as a user runs it: the same arguments, the same texts, the same exit code. */
import { runCommandLine } from '../command-line.ts';

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a command; one at a time, since standard output and the environment are the process's. */
export const runHere = async (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> => {
  const ran: Ran = { code: 0, stdout: '', stderr: '' };
  const { write: out } = process.stdout;
  const { write: err } = process.stderr;
  const before = { ...process.env };
  const into = (stream: 'stdout' | 'stderr') =>
    ((chunk: string | Uint8Array) => {
      ran[stream] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
      return true;
    }) as typeof process.stdout.write;
  process.stdout.write = into('stdout');
  process.stderr.write = into('stderr');
  Object.assign(process.env, env);
  try {
    ran.code = await runCommandLine(args);
    return ran;
  } finally {
    process.stdout.write = out;
    process.stderr.write = err;
    process.env = before;
  }
};

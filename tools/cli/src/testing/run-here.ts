/** The command in this process, as a user runs it: the same arguments, the same texts, the same exit code. */
import { runCommandLine } from '../command-line.ts';

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Sets variables of the environment, or unsets them; returns what undoes it. */
const setEnvironment = (env: Readonly<Record<string, string | undefined>>): (() => void) => {
  const before = Object.keys(env).map((name) => [name, process.env[name]] as const);
  const set = (name: string, value: string | undefined): void => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  for (const [name, value] of Object.entries(env)) set(name, value);
  return () => {
    for (const [name, value] of before) set(name, value);
  };
};

/** Runs a command; one at a time, since standard output and the environment are the process's. */
export const runHere = async (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Ran> => {
  const ran: Ran = { code: 0, stdout: '', stderr: '' };
  const { write: out } = process.stdout;
  const { write: err } = process.stderr;
  const into = (stream: 'stdout' | 'stderr') =>
    ((chunk: string | Uint8Array) => {
      ran[stream] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
      return true;
    }) as typeof process.stdout.write;
  process.stdout.write = into('stdout');
  process.stderr.write = into('stderr');
  const restore = setEnvironment(env);
  try {
    ran.code = await runCommandLine(args);
    return ran;
  } finally {
    process.stdout.write = out;
    process.stderr.write = err;
    restore();
  }
};

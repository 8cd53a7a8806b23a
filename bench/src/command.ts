/** What the benchmarks' commands have in common. */
import { InvalidArgumentError } from 'commander';
import { type BenchResult, defaultResultFile, writeResult } from './result.ts';

/** An option that is a number. */
export const atLeast =
  (least: number, whole: boolean) =>
  (text: string): number => {
    const value = Number(text);
    if (
      text.trim() === '' ||
      !Number.isFinite(value) ||
      value < least ||
      (whole && !Number.isInteger(value))
    ) {
      throw new InvalidArgumentError(`a ${whole ? 'whole ' : ''}number from ${least}`);
    }
    return value;
  };

/** An option that may be given several times. */
export const collect = (value: string, before: readonly string[] | undefined): string[] => [
  ...(before ?? []),
  value,
];

/** An option that is one of some names, and may be given several times. */
export const someOf =
  <T extends string>(names: readonly T[]) =>
  (value: string, before: readonly T[] | undefined): T[] => {
    const name = names.find((one) => one === value);
    if (name === undefined) throw new InvalidArgumentError(`one of ${names.join(', ')}`);
    return [...(before ?? []), name];
  };

/** Tells on stderr what is going on. */
export const note = (text: string): void => {
  process.stderr.write(`· ${text}\n`);
};

export interface Output {
  /** Where the result goes; a new file in `records/` when absent. */
  out?: string;
  /** The result as a document instead of its table. */
  json: boolean;
}

/** Writes a result to its file and prints it. */
export const deliver = (
  result: BenchResult,
  { out, json }: Output,
  table: (result: BenchResult) => string,
): void => {
  const file = out ?? defaultResultFile(result.benchmark, result.startedAt);
  writeResult(file, result);
  process.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : `${table(result)}\n`);
  process.stderr.write(`Result: ${file}\n`);
};

/**
 * Runs a benchmark: a first Ctrl-C ends in good order what it has started, a second one at once. The exit code is what
 * `run` says, 2 when it could not be finished.
 */
export const runCommand = async (run: (signal: AbortSignal) => Promise<number>): Promise<void> => {
  const stopping = new AbortController();
  const stop = () => {
    if (stopping.signal.aborted) process.exit(130);
    stopping.abort(new Error('interrupted; everything that was started has been stopped'));
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, stop);
  try {
    process.exitCode = await run(stopping.signal);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  } finally {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, stop);
  }
};

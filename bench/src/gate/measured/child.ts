/**
 * A measured process: runs benchmarks of the checkout it lies in, as it is told on standard input.
 *
 * Its clock is the processor time of the process: what else runs on the machine takes none of it. A benchmark that waits
 * would look fast, so none may.
 *
 * `--plant SHARE` repeats that share of every sample's iterations, unreported: the slowdown that the gate's power is
 * measured with.
 */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { Prepared } from '../timed/benchmark.ts';
import { timedBenchmarks } from '../timed/index.ts';
import type { Answer, Request } from './protocol.ts';

const { values } = parseArgs({ options: { plant: { type: 'string', default: '0' } } });
const planted = Number(values.plant);

// Standard output belongs to the protocol; what libraries print goes to standard error.
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr) as typeof process.stdout.write;
const answer = (message: Answer): void => {
  write(`${JSON.stringify(message)}\n`);
};

const ready = new Map<string, Prepared>();

const prepare = async (name: string): Promise<Answer> => {
  try {
    const timing = timedBenchmarks[name];
    if (timing === undefined) return { is: 'missing', reason: 'it has no such benchmark' };
    const prepared = await (await timing.load())();
    await prepared.run();
    ready.set(name, prepared);
    return { is: 'ready' };
  } catch (error) {
    return { is: 'missing', reason: error instanceof Error ? error.message : String(error) };
  }
};

const repeat = async ({ run }: Prepared, times: number): Promise<void> => {
  for (let done = 0; done < times; done += 1) {
    const pending = run();
    if (pending !== undefined) await pending;
  }
};

const measure = async (name: string, lead: number, iterations: number): Promise<Answer> => {
  const benchmark = ready.get(name);
  if (benchmark === undefined) throw new Error(`${name} was not prepared`);
  await repeat(benchmark, lead);
  const times = iterations + Math.round(iterations * planted);
  const before = process.cpuUsage();
  await repeat(benchmark, times);
  const { user, system } = process.cpuUsage(before);
  return { is: 'sample', nanoseconds: (user + system) * 1_000 };
};

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line) as Request;
  switch (message.do) {
    case 'prepare':
      answer(await prepare(message.benchmark));
      break;
    case 'measure':
      answer(await measure(message.benchmark, message.lead, message.iterations));
      break;
  }
}

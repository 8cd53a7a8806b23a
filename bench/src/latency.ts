/** `npm run bench:latency`: how long a request takes on a network of real nodes. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { plainJson } from '@veritrace/harness';
import { Command, InvalidArgumentError } from 'commander';
import { renderLatency } from './latency/report.ts';
import { measureLatency } from './latency/run.ts';

const atLeast =
  (least: number, whole: boolean) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isFinite(value) || value < least || (whole && !Number.isInteger(value))) {
      throw new InvalidArgumentError(`a ${whole ? 'whole ' : ''}number from ${least}`);
    }
    return value;
  };

const { network, requests, rate, redundancy, seed, out, json } = new Command('bench:latency')
  .description('asks a network of real nodes and measures soft and hard results')
  .option(
    '--network <spec>',
    'the network to start',
    resolve(import.meta.dirname, '../../e2e/networks/local.toml'),
  )
  .option('--requests <number>', 'how many requests', atLeast(1, true), 200)
  .option('--rate <number>', 'requests a second, on average', atLeast(0.01, false), 0.5)
  .option('--redundancy <number>', 'workers for each', atLeast(1, true), 1)
  .option('--seed <number>', 'fixes when requests come', atLeast(0, true), 1)
  .option('--out <file>', 'where the result goes (default: a new file in records/)')
  .option('--json', 'print the result as one JSON document', false)
  .parse()
  .opts<{
    network: string;
    requests: number;
    rate: number;
    redundancy: number;
    seed: number;
    out?: string;
    json: boolean;
  }>();

const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => stopping.abort(new Error('interrupted; the network has been stopped')));
}
try {
  const report = await measureLatency({
    network,
    requests,
    rate,
    redundancy,
    seed,
    signal: stopping.signal,
    note: (text) => process.stderr.write(`· ${text}\n`),
  });
  const file = out ?? join('records', `latency-${report.startedAt.replace(/[:.]/g, '-')}.json`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${plainJson(report, 2)}\n`);
  process.stdout.write(json ? `${plainJson(report, 2)}\n` : `${renderLatency(report)}\n`);
  process.stderr.write(`Result: ${file}\n`);
  process.exitCode = report.unsettled.length === 0 ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}

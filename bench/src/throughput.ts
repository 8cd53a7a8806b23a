/** `npm run bench:throughput`: how many inferences a network of real nodes settles as load grows. */
import { Command, InvalidArgumentError } from 'commander';
import { atLeast, deliver, note, type Output, runCommand } from './command.ts';
import { describeCommit, describeMachine } from './machine.ts';
import { LOCAL_NETWORK } from './paths.ts';
import type { BenchResult } from './result.ts';
import { metricsOf, renderThroughput } from './throughput/report.ts';
import { measureThroughput } from './throughput/run.ts';
import { packageVersions, releaseDigests } from './versions.ts';

const ratesIn = (text: string): number[] => {
  const rates = text.split(',').map(atLeast(0.01, false));
  if (rates.some((rate, index) => rate <= (rates[index - 1] ?? 0))) {
    throw new InvalidArgumentError('rates are to rise, like 0.25,0.5,1,2');
  }
  return rates;
};

const options = new Command('bench:throughput')
  .description(
    'loads a network of real nodes more and more, until it no longer settles what is asked',
  )
  .option('--network <spec>', 'the network to start', LOCAL_NETWORK)
  .option('--rates <list>', 'requests a second, rising', ratesIn, [0.25, 0.5, 1, 2])
  .option('--seconds <number>', 'for how long each is offered', atLeast(1, false), 180)
  .option('--redundancy <number>', 'workers for each', atLeast(1, true), 1)
  .option('--soft-bound <seconds>', 'what p99 of the soft result may be', atLeast(1, false), 30)
  .option('--seed <number>', 'fixes when requests come', atLeast(0, true), 1)
  .option('--out <file>', 'where the result goes (default: a new file in records/)')
  .option('--json', 'print the result as one JSON document', false)
  .parse()
  .opts<
    Output & {
      network: string;
      rates: number[];
      seconds: number;
      redundancy: number;
      softBound: number;
      seed: number;
    }
  >();

await runCommand(async (signal) => {
  const { network, rates, seconds, redundancy, softBound, seed } = options;
  const settings = { network, rates, seconds, redundancy, softBound, seed };
  const startedAt = new Date().toISOString();
  const commit = describeCommit();
  const detail = await measureThroughput({ ...settings, signal, note });
  const result: BenchResult = {
    format: 'veritrace-bench/1',
    benchmark: 'throughput',
    startedAt,
    seed,
    ...(commit === undefined ? {} : { commit }),
    versions: {
      ...packageVersions('@polkadot/api', '@zombienet/cli'),
      ...releaseDigests('runtime'),
    },
    machine: describeMachine(),
    settings,
    metrics: metricsOf(detail),
    detail,
  };
  deliver(result, options, () => renderThroughput(detail));
  return 0;
});

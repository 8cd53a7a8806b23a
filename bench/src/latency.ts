/** `npm run bench:latency`: how long a request takes on a network of real nodes. */
import { Command } from 'commander';
import { atLeast, deliver, note, type Output, runCommand } from './command.ts';
import { renderLatency, resultOf } from './latency/report.ts';
import { measureLatency } from './latency/run.ts';
import { LOCAL_NETWORK } from './paths.ts';
import { packageVersions, releaseDigests } from './versions.ts';

const options = new Command('bench:latency')
  .description('asks a network of real nodes and measures soft and hard results')
  .option('--network <spec>', 'the network to start', LOCAL_NETWORK)
  .option('--requests <number>', 'how many requests', atLeast(1, true), 200)
  .option('--rate <number>', 'requests a second, on average', atLeast(0.01, false), 0.5)
  .option('--redundancy <number>', 'workers for each', atLeast(1, true), 1)
  .option('--seed <number>', 'fixes when requests come', atLeast(0, true), 1)
  .option('--out <file>', 'where the result goes (default: a new file in records/)')
  .option('--json', 'print the result as one JSON document', false)
  .parse()
  .opts<
    Output & {
      network: string;
      requests: number;
      rate: number;
      redundancy: number;
      seed: number;
    }
  >();

await runCommand(async (signal) => {
  const { network, requests, rate, redundancy, seed } = options;
  const report = await measureLatency({
    network,
    requests,
    rate,
    redundancy,
    seed,
    signal,
    note,
  });
  const versions = {
    ...packageVersions('@polkadot/api', '@zombienet/cli'),
    ...releaseDigests('runtime'),
  };
  deliver(resultOf(report, versions), options, () => renderLatency(report));
  return report.unsettled.length === 0 ? 0 : 1;
});

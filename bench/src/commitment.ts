/** `npm run bench:commitment`: what a worker pays for committing to every output. */
import { readFile } from 'node:fs/promises';
import { decodeGraph } from '@veritrace/referee';
import { Command } from 'commander';
import { atLeast, deliver, note, type Output, runCommand } from './command.ts';
import {
  hasherNames,
  measureRates,
  measureShare,
  wayNames,
  wayTitles,
} from './commitment/measure.ts';
import { mobileNetwork } from './commitment/network.ts';
import { describeCommit, describeMachine } from './machine.ts';
import type { BenchResult } from './result.ts';
import { medianOf } from './statistics.ts';
import { figure, textTable, whole } from './table.ts';
import { packageVersions, releaseDigests } from './versions.ts';

const options = new Command('bench:commitment')
  .description('times the commitment to every output, by shape and beside the exact program')
  .option('--side <pixels>', 'of the image of the network', atLeast(32, true), 224)
  .option('--graph <file>', 'graph.bin of a compiled model, instead of that network')
  .option('--rounds <number>', 'samples of each', atLeast(1, true), 20)
  .option('--threads <number>', 'threads in an operator', atLeast(1, true), 1)
  .option('--seed <number>', 'fixes weights and input', atLeast(0, true), 1)
  .option('--out <file>', 'where the result goes (default: a new file in records/)')
  .option('--json', 'print the result as one JSON document', false)
  .parse()
  .opts<Output & { side: number; graph?: string; rounds: number; threads: number; seed: number }>();

await runCommand(async () => {
  const { side, rounds, threads, seed } = options;
  const startedAt = new Date().toISOString();
  const commit = describeCommit();
  note('tensors by shape');
  const rates = measureRates(rounds);
  note(options.graph ?? `a network of the shapes of MobileNetV2 at ${side} pixels`);
  const graph =
    options.graph === undefined
      ? mobileNetwork(side, seed)
      : decodeGraph(new Uint8Array(await readFile(options.graph)));
  const share = await measureShare(graph, { rounds, threads, seed });
  const result: BenchResult = {
    format: 'veritrace-bench/1',
    benchmark: 'commitment',
    startedAt,
    seed,
    ...(commit === undefined ? {} : { commit }),
    versions: {
      ...packageVersions('onnxruntime-node', '@veritrace/compiler'),
      ...releaseDigests('referee'),
    },
    machine: describeMachine(),
    settings: { side, rounds, threads },
    metrics: [
      ...rates.flatMap(({ shape, samples }) =>
        hasherNames.map((hasher) => ({
          kind: 'sampled' as const,
          name: `commitment/rate/${hasher}/${shape.join('x')}`,
          unit: 'MB/s',
          better: 'higher' as const,
          samples: samples[hasher],
        })),
      ),
      ...wayNames.map((way) => ({
        kind: 'sampled' as const,
        name: `commitment/${way}/thread-time`,
        unit: 'ms',
        better: 'lower' as const,
        samples: share.ways[way].thread,
      })),
    ],
    detail: { rates, share },
  };
  deliver(result, options, () => {
    const base = medianOf(share.ways.outputs.thread);
    return [
      textTable(
        ['shape', 'MB/s in layout 1', 'in layout 2', 'the same in the module'],
        rates.map(({ shape, samples }) => [
          shape.join('×'),
          ...hasherNames.map((hasher) => figure(medianOf(samples[hasher]))),
        ]),
      ),
      '',
      `${share.nodes} nodes, ${figure(share.bytes / 1e6)} MB of outputs; medians of ${rounds} rounds`,
      textTable(
        ['way', 'ms of the thread', 'ms by the clock', 'beyond the outputs'],
        wayNames.map((way) => [
          wayTitles[way],
          figure(medianOf(share.ways[way].thread)),
          figure(medianOf(share.ways[way].clock)),
          way === 'exact'
            ? ''
            : `${whole((100 * (medianOf(share.ways[way].thread) - base)) / base)} %`,
        ]),
      ),
    ].join('\n');
  });
  return 0;
});

/** `npm run bench:harness`: how long it takes until something happens, and how much of it is not the chain. */

import { join } from 'node:path';
import { endEmbedded } from '@veritrace/harness';
import { Command } from 'commander';
import { atLeast, collect, deliver, note, type Output, runCommand, someOf } from './command.ts';
import { startEmbedded, startLive } from './harness/first-block.ts';
import { type NpmCommand, npmCommands, timeNpm } from './harness/npm.ts';
import { type HarnessDetail, metricsOf, renderHarness } from './harness/report.ts';
import { timeScenario } from './harness/scenario-overhead.ts';
import { describeCommit, describeMachine } from './machine.ts';
import { ROOT } from './paths.ts';
import type { BenchResult } from './result.ts';
import { packageVersions, releaseDigests } from './versions.ts';

const SCENARIOS = ['scenarios/happy-k1.yaml', 'scenarios/demo.yaml'];

const options = new Command('bench:harness')
  .description('times first blocks, scenarios and the two commands')
  .option('--repeat <number>', 'samples of each', atLeast(1, true), 5)
  .option(
    '--scenario <file>',
    `play this one; may be repeated (default: ${SCENARIOS.join(', ')})`,
    collect,
  )
  .option('--network <spec>', 'start this network too; may be repeated', collect)
  .option(
    '--npm <command>',
    'in fresh clones with empty caches: start (minutes) or test (an hour); may be repeated',
    someOf(npmCommands),
  )
  .option('--npm-repeat <number>', 'clones for each', atLeast(1, true), 1)
  .option('--seed <number>', 'of the scenarios', atLeast(0, true), 1)
  .option('--out <file>', 'where the result goes (default: a new file in records/)')
  .option('--json', 'print the result as one JSON document', false)
  .parse()
  .opts<
    Output & {
      repeat: number;
      scenario?: string[];
      network?: string[];
      npm?: NpmCommand[];
      npmRepeat: number;
      seed: number;
    }
  >();

await runCommand(async (signal) => {
  const { repeat, npmRepeat, seed } = options;
  const scenarios = options.scenario ?? SCENARIOS.map((file) => join(ROOT, file));
  const [networks, npm] = [options.network ?? [], options.npm ?? []];
  const startedAt = new Date().toISOString();
  const commit = describeCommit();
  const detail: HarnessDetail = { embedded: [], networks: [], scenarios: [], npm: [] };
  try {
    // One of each in turn: what the machine does besides meets them all.
    for (let index = 1; index <= repeat; index += 1) {
      note(`round ${index} of ${repeat}`);
      signal.throwIfAborted();
      detail.embedded.push(await startEmbedded(signal));
      for (const file of scenarios) detail.scenarios.push(await timeScenario(file, seed, signal));
      for (const spec of networks) detail.networks.push(await startLive(spec, signal));
    }
  } finally {
    await endEmbedded();
  }
  for (let index = 1; index <= npmRepeat; index += 1) {
    for (const command of npm) {
      note(`npm ${command} in a fresh clone, cold and warm, ${index} of ${npmRepeat}`);
      detail.npm.push(await timeNpm(command, signal));
    }
  }
  const result: BenchResult = {
    format: 'veritrace-bench/1',
    benchmark: 'harness',
    startedAt,
    seed,
    ...(commit === undefined ? {} : { commit }),
    versions: {
      ...packageVersions('@acala-network/chopsticks', '@zombienet/cli'),
      ...releaseDigests('runtime'),
    },
    machine: describeMachine(),
    settings: { repeat, scenarios, networks, npm, npmRepeat, seed },
    metrics: metricsOf(detail),
    detail,
  };
  deliver(result, options, () => renderHarness(detail));
  return 0;
});

/** `npm run bench:disputes`: what it takes to convict a liar, for every node and operator. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { Command } from 'commander';
import { atLeast, collect, deliver, note, type Output, runCommand } from './command.ts';
import {
  type Conviction,
  convictionOf,
  MARKERS,
  renderConviction,
  writeConviction,
} from './disputes/conviction.ts';
import { createExecutor } from './disputes/executor.ts';
import { type DisputesDetail, metricsOf, renderDisputes } from './disputes/report.ts';
import { type DisputesOptions, measureDisputes } from './disputes/run.ts';
import { chooseModels, findModels } from './inference/models.ts';
import { describeCommit, describeMachine } from './machine.ts';
import { withPart } from './marked.ts';
import { CONVICTION_DATA, CONVICTION_PAGE, MODELS, ROOT } from './paths.ts';
import { type BenchResult, readResult } from './result.ts';
import { packageVersions, releaseDigests } from './versions.ts';

const options = new Command('bench:disputes')
  .description('proves lies at every node, times the checks, and has liars convicted on chain')
  .option('--model <name>', 'only this model; may be repeated', collect)
  .option('--models <folder>', 'where models are looked for', MODELS)
  .option('--nodes <number>', 'most nodes of a model; a sample of larger ones', atLeast(1, true))
  .option('--kinds', 'of each operator the node whose proof is the largest, not a sample', false)
  .option('--no-chain', 'leave out what is played on the embedded chain')
  .option('--no-operators', 'leave out the operators that no model here has')
  .option('--executor', 'time checks on the executor of a node too; builds with Rust', false)
  .option('--quick', 'fewer nodes and checks', false)
  .option('--seed <number>', 'fixes nodes, lies and orders', atLeast(0, true), 1)
  .option('--from <file>', 'tell of stored results, and measure nothing; may be repeated', collect)
  .option('--markdown', 'print what it takes to convict, as Markdown', false)
  .option('--write', 'write that into the documentation, too; with --from', false)
  .option('--out <file>', 'where the result goes (default: a new file in records/)')
  .option('--json', 'print the result as one JSON document', false)
  .parse()
  .opts<
    Output & {
      model?: string[];
      models: string;
      nodes?: number;
      kinds: boolean;
      chain: boolean;
      operators: boolean;
      executor: boolean;
      quick: boolean;
      from?: string[];
      markdown: boolean;
      write: boolean;
      seed: number;
    }
  >();

/** Puts the tables into the page, and what they are made from beside it. */
const writePage = (conviction: Conviction): void => {
  const page = resolve(ROOT, CONVICTION_PAGE);
  const data = resolve(ROOT, CONVICTION_DATA);
  writeFileSync(page, withPart(readFileSync(page, 'utf8'), MARKERS, renderConviction(conviction)));
  writeFileSync(data, writeConviction(conviction));
  for (const file of [page, data]) note(`written: ${relative(process.cwd(), file)}`);
};

const tellOf = (files: readonly string[]): void => {
  const conviction = convictionOf(files.map((file) => ({ file, result: readResult(file) })));
  const text = options.json ? JSON.stringify(conviction, null, 2) : renderConviction(conviction);
  process.stdout.write(`${text}\n`);
  if (options.write) writePage(conviction);
};

const measure = async (signal: AbortSignal, what: DisputesOptions): Promise<DisputesDetail> => {
  if (!options.executor) return measureDisputes(what);
  const scratch = mkdtempSync(join(tmpdir(), 'veritrace-executor-'));
  try {
    note('building the runtime with its benchmarks, and what runs it');
    return await measureDisputes({ ...what, executor: await createExecutor(scratch, signal) });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
};

await runCommand(async (signal) => {
  if (options.from !== undefined) {
    tellOf(options.from);
    return 0;
  }
  if (options.write) {
    throw new Error(
      '--write is for stored results: measure first, then name the files with --from',
    );
  }
  const { quick, seed, chain, operators } = options;
  const models = chooseModels(findModels(options.models), options.model);
  const settings = {
    nodes: options.nodes ?? (quick ? 3 : 16),
    kinds: options.kinds,
    chain,
    rounds: quick ? 4 : 20,
    perRound: quick ? 5 : 20,
    milliseconds: quick ? 20 : 200,
    seed,
  };
  const startedAt = new Date().toISOString();
  const commit = describeCommit();
  const detail = await measure(signal, { ...settings, models, operators, signal, note });
  const result: BenchResult = {
    format: 'veritrace-bench/1',
    benchmark: 'disputes',
    startedAt,
    seed,
    ...(commit === undefined ? {} : { commit }),
    versions: {
      ...packageVersions('tinybench', '@acala-network/chopsticks'),
      ...releaseDigests('referee', 'runtime'),
    },
    machine: describeMachine(),
    settings: {
      ...settings,
      models: models.map(({ name }) => name),
      operators,
      quick,
      executor: options.executor,
    },
    metrics: metricsOf(detail),
    detail,
  };
  deliver(result, options, (one) =>
    options.markdown
      ? renderConviction(convictionOf([{ file: 'this run', result: one }]))
      : renderDisputes(detail),
  );
  return 0;
});

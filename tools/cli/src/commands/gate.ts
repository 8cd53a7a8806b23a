/** `veritrace gate`: whether a change makes something worse than it may. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  BUDGETS_FILE,
  exitCodes,
  explain,
  type GateReport,
  gateRefs,
  gateResults,
  hasChanged,
  lineOf,
  ranked,
  renderMarkdown,
  summaryOf,
  titles,
} from '@veritrace/bench';
import { type Command, InvalidArgumentError, Option } from 'commander';
import colors from 'picocolors';
import { CommandError } from '../errors.ts';
import { examples } from '../examples.ts';
import { onInterrupt } from '../interrupt.ts';
import type { Output } from '../output.ts';
import type { Run } from '../program.ts';
import { table } from '../table.ts';

interface Options {
  base?: string;
  head: string;
  baseResult?: string[];
  headResult?: string[];
  budgets?: string;
  only: string[];
  except: string[];
  seed: number;
  mostRounds: number;
  strict: boolean;
  ignoreChanges: boolean;
  markdown?: string;
  out?: string;
  json: boolean;
}

const paint = (verdict: string): string => {
  switch (verdict) {
    case 'pass':
      return colors.green(verdict);
    case 'FAIL':
      return colors.red(verdict);
    default:
      return colors.yellow(verdict);
  }
};

/** What changed, why it fails, what to do. */
const picture = (report: GateReport): string => {
  const all = ranked(report.comparisons);
  const shown = all.filter((one) => one.kind !== 'uncompared' && hasChanged(one));
  const rows = shown.map((one) => {
    const line = lineOf(one);
    return titles.map((title) => (title === 'verdict' ? paint(line.verdict) : line[title]));
  });
  return [
    ...(rows.length === 0 ? [] : [table(titles, rows), '']),
    ...all.flatMap((one) => explain(one) ?? []).map((reason) => `- ${reason}`),
    ...all.flatMap((one) =>
      one.kind === 'uncompared' ? [colors.dim(`- ${one.name} not compared: ${one.reason}`)] : [],
    ),
    ...report.advice.map((line) => `- ${line}`),
    summaryOf(report),
  ].join('\n');
};

const write = (file: string, content: string): void => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
};

const compare = async (options: Options, output: Output): Promise<GateReport> => {
  const { base, baseResult, headResult, seed, strict } = options;
  const common = { selection: { only: options.only, except: options.except }, seed, strict };
  if (baseResult !== undefined || headResult !== undefined) {
    if (baseResult === undefined || headResult === undefined || base !== undefined) {
      throw new CommandError(
        'give either --base and --head, or --base-result and --head-result, both of them',
      );
    }
    return gateResults({
      ...common,
      base: baseResult,
      head: headResult,
      budgets: options.budgets ?? BUDGETS_FILE,
    });
  }
  if (base === undefined) {
    throw new CommandError('what is the head compared with? Give --base REF, or stored results');
  }
  const { signal, release } = onInterrupt();
  try {
    return await gateRefs({
      ...common,
      folder: process.cwd(),
      base,
      head: options.head,
      budgets: options.budgets,
      mostRounds: options.mostRounds,
      ignoreChanges: options.ignoreChanges,
      signal,
      note: (text) => output.note(colors.dim(`· ${text}`)),
    });
  } finally {
    release();
  }
};

/** Returns the exit code. */
const gate = async (options: Options, output: Output): Promise<number> => {
  const report = await compare(options, output);
  if (options.markdown !== undefined) write(options.markdown, renderMarkdown(report));
  const file =
    options.out ?? join('records', `gate-${report.startedAt.replace(/[:.]/g, '-')}.json`);
  write(file, `${JSON.stringify(report, null, 2)}\n`);
  output.result(report, () => picture(report));
  output.note(`Report with all samples: ${file}`);
  return exitCodes[report.outcome];
};

const wholeFrom =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`a whole number from ${least}`);
    }
    return value;
  };

/** Adds the command. */
export const addGateCommand = (program: Command, run: Run): void => {
  program
    .command('gate')
    .description('compare two commits, or stored results, and fail when the head is worse')
    .addHelpText(
      'after',
      examples(
        'veritrace gate --base main',
        'veritrace gate --base v1 --head v2 --only time/kernel/* --markdown gate.md',
        'veritrace gate --base-result before.json --head-result after.json',
      ),
    )
    .option('--base <ref>', 'what the head is compared with')
    .option('--head <ref>', 'what is judged', 'HEAD')
    .option('--base-result <file...>', 'stored results instead of commits')
    .option('--head-result <file...>', 'the same of the head')
    .option('--budgets <file>', `what may change (default: ${BUDGETS_FILE} of the head)`)
    .addOption(
      new Option('--only <pattern...>', 'only these metrics: weights/**, time/kernel/*').default(
        [],
        'all',
      ),
    )
    .addOption(new Option('--except <pattern...>', 'without these').default([], 'none'))
    .addOption(
      new Option('--seed <number>', 'fixes the order of measuring')
        .argParser(wholeFrom(0))
        .default(1),
    )
    .addOption(
      new Option('--most-rounds <number>', 'pairs of processes that a time may take')
        .argParser(wholeFrom(10))
        .default(40),
    )
    .option('--strict', 'fail when something is undecided, or gone in the head', false)
    .option('--ignore-changes', 'judge the commit though files differ from it', false)
    .option('--markdown <file>', 'write a summary for a pull request')
    .option('--out <file>', 'where the report goes (default: a new file in records/)')
    .addOption(new Option('--json', 'print one JSON document on standard output').default(false))
    .action((options: Options) => run(options.json, (output) => gate(options, output)));
};

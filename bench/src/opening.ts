/** `npm run bench:opening`: how long the page takes to open a record in a browser. */
import { openRecord, readRecordFolder } from '@veritrace/dashboard';
import { demoFiles, fromEmbedded, longRecord, startBrowser } from '@veritrace/dashboard/testing';
import { Command } from 'commander';
import { atLeast, deliver, note, type Output, runCommand } from './command.ts';
import { describeCommit, describeMachine } from './machine.ts';
import { measureOpenings, type Opening } from './opening/measure.ts';
import type { BenchResult } from './result.ts';
import { medianOf, percentileOf, renderPercentile, spreadOf } from './statistics.ts';
import { textTable, whole } from './table.ts';
import { packageVersions } from './versions.ts';

const options = new Command('bench:opening')
  .description('opens a record in a browser, again and again, and tells how long it takes')
  .option('--blocks <number>', 'of the record that is made', atLeast(1, true), 1000)
  .option('--record <folder>', 'a record, instead of one that is made')
  .option('--rounds <number>', 'how often it is opened', atLeast(1, true), 64)
  .option('--out <file>', 'where the result goes (default: a new file in records/)')
  .option('--json', 'print the result as one JSON document', false)
  .parse()
  .opts<Output & { blocks: number; record?: string; rounds: number }>();

const parts = [
  { name: 'first-view', title: 'first view', of: ({ firstView }: Opening) => firstView },
  { name: 'interactive', title: 'interactive', of: ({ interactive }: Opening) => interactive },
  {
    name: 'thread-time',
    title: 'of it the page’s thread',
    of: ({ threadTime }: Opening) => threadTime,
  },
] as const;

await runCommand(async (signal) => {
  const startedAt = new Date().toISOString();
  const commit = describeCommit();
  const files =
    options.record === undefined
      ? longRecord(await demoFiles(), options.blocks)
      : await readRecordFolder(options.record);
  const bytes = Object.values(files.files).reduce(
    (sum, file) => sum + ('text' in file ? file.text.length : file.base64.length),
    0,
  );
  const blocks = openRecord(fromEmbedded(files)).blocks.length;
  const browser = await startBrowser();
  try {
    const url = await browser.write({ record: files });
    note(`${blocks} blocks, ${whole(bytes / 1000)} KB, Chromium ${browser.version}`);
    const openings = await measureOpenings(browser, url, options.rounds, signal, (round) => {
      if (round > 0 && round % 16 === 0) note(`${round} of ${options.rounds}`);
    });
    const result: BenchResult = {
      format: 'veritrace-bench/1',
      benchmark: 'opening',
      startedAt,
      // Nothing is drawn.
      seed: 0,
      ...(commit === undefined ? {} : { commit }),
      versions: { ...packageVersions('preact', 'playwright-core'), chromium: browser.version },
      machine: describeMachine(),
      settings: { blocks, bytes, rounds: options.rounds },
      metrics: parts.map(({ name, of }) => ({
        kind: 'sampled' as const,
        name: `opening/blocks-${blocks}/${name}`,
        unit: 'ms',
        better: 'lower' as const,
        samples: openings.map(of),
      })),
      detail: { openings },
    };
    deliver(result, options, () =>
      [
        `A record of ${whole(blocks)} blocks, ${whole(bytes / 1000)} KB, opened ${openings.length} times; milliseconds`,
        textTable(
          ['until', 'median', 'p90', 'least', 'most'],
          parts.map(({ title, of }) => {
            const samples = openings.map(of);
            const spread = spreadOf(samples);
            return [
              title,
              whole(medianOf(samples)),
              renderPercentile(percentileOf(samples, 0.9), whole),
              whole(spread?.min ?? Number.NaN),
              whole(spread?.max ?? Number.NaN),
            ];
          }),
        ),
      ].join('\n'),
    );
    return 0;
  } finally {
    await browser.close();
  }
});

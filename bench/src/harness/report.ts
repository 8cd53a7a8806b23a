/** The result of the harness benchmark, and its table. */
import type { Metric } from '../result.ts';
import { medianOf, spreadOf } from '../statistics.ts';
import { figure, textTable } from '../table.ts';
import type { EmbeddedStart, NetworkStart } from './first-block.ts';
import type { NpmRun } from './npm.ts';
import { restOf, type ScenarioRun } from './scenario-overhead.ts';

export interface HarnessDetail {
  embedded: EmbeddedStart[];
  networks: NetworkStart[];
  scenarios: ScenarioRun[];
  npm: NpmRun[];
}

/** Samples of one thing. Times are milliseconds. */
interface Series {
  name: string;
  says: string;
  unit: 'ms' | 'share';
  samples: number[];
}

const grouped = <T>(items: readonly T[], key: (item: T) => string): [string, T[]][] => {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups];
};

const times = (name: string, says: string, samples: number[]): Series => ({
  name,
  says,
  unit: 'ms',
  samples,
});

const seriesOf = ({ embedded, networks, scenarios, npm }: HarnessDetail): Series[] =>
  [
    times(
      'first-block/embedded',
      'first block, embedded: from the command',
      embedded.map(({ totalMs }) => totalMs),
    ),
    times(
      'first-block/embedded/import',
      '  loading code',
      embedded.map(({ importMs }) => importMs),
    ),
    times(
      'first-block/embedded/start',
      '  making the chain',
      embedded.map(({ startMs }) => startMs),
    ),
    times(
      'first-block/embedded/block',
      '  making the block',
      embedded.map(({ blockMs }) => blockMs),
    ),
    ...grouped(networks, ({ name }) => name).flatMap(([name, starts]) => [
      times(
        `first-block/network/${name}`,
        `first block, network ${name}`,
        starts.map(({ firstBlockMs }) => firstBlockMs),
      ),
      times(
        `ready/network/${name}`,
        '  until it is ready: finalized, workers at work',
        starts.map(({ readyMs }) => readyMs),
      ),
    ]),
    ...grouped(scenarios, ({ scenario }) => scenario).flatMap(([name, runs]): Series[] => [
      times(
        `scenario/${name}/per-block`,
        `scenario ${name}, ${runs[0]?.blocks} blocks: a block`,
        runs.map(({ wallMs, blocks }) => wallMs / blocks),
      ),
      times(
        `scenario/${name}/building-per-block`,
        '  making it',
        runs.map(({ buildingMs, blocks }) => buildingMs / blocks),
      ),
      times(
        `scenario/${name}/watching-per-block`,
        '  reading the state, invariants',
        runs.map(({ watchingMs, blocks }) => watchingMs / blocks),
      ),
      {
        name: `scenario/${name}/overhead`,
        says: '  share of the run that is not making blocks',
        unit: 'share',
        samples: runs.map(({ wallMs, buildingMs }) => (wallMs - buildingMs) / wallMs),
      },
      {
        name: `scenario/${name}/rest`,
        says: '  share of daemons, steps and the end',
        unit: 'share',
        samples: runs.map((run) => restOf(run) / run.wallMs),
      },
    ]),
    ...grouped(npm, ({ command }) => command).flatMap(([command, runs]) => [
      times(
        `npm/${command}/cold`,
        `npm ${command}, cold`,
        runs.map(({ coldMs }) => coldMs),
      ),
      times(
        `npm/${command}/warm`,
        `npm ${command}, warm`,
        runs.map(({ warmMs }) => warmMs),
      ),
    ]),
  ].filter(({ samples }) => samples.length > 0);

export const metricsOf = (detail: HarnessDetail): Metric[] =>
  seriesOf(detail).map(({ name, unit, samples }) => ({
    kind: 'sampled',
    name: `harness/${name}`,
    unit,
    better: 'lower',
    samples,
  }));

const cell = (unit: Series['unit'], value: number | undefined): string => {
  if (value === undefined) return '–';
  return unit === 'share' ? `${figure(100 * value)} %` : figure(value / 1000);
};

/** The report for people; times in seconds. */
export const renderHarness = (detail: HarnessDetail): string =>
  textTable(
    ['', 'samples', 'median', 'least', 'most'],
    seriesOf(detail).map(({ says, unit, samples }) => {
      const spread = spreadOf(samples);
      return [
        says,
        String(samples.length),
        cell(unit, medianOf(samples)),
        cell(unit, spread?.min),
        cell(unit, spread?.max),
      ];
    }),
  ).replace(/^ {7}/, 'seconds');

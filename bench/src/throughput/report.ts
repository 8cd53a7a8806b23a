/** The result of the throughput benchmark: what was settled at each load, what was full, what an inference costs. */
import type { Metric } from '../result.ts';
import { medianOf, percentileOf, renderPercentile, spreadOf } from '../statistics.ts';
import { figure, textTable, whole } from '../table.ts';
import type { Stage } from './chain-watch.ts';

/** Something that can be full, and the share of it that was used, on average over the step. */
export interface Use {
  what: string;
  share: number;
}

/** One offered load. */
export interface Step {
  /** Requests a second, as asked for; and as they came. */
  rate: number;
  offered: number;
  requests: number;
  settled: number;
  /** Not taken by a node, refused by the chain, or not settled. */
  lost: number;
  refusals: string[];
  /** Settled a second, over the time in which requests came, or in which they were settled if that is longer. */
  settledRate: number;
  /** Seconds from when a request was to be sent to its first claim, and to its settlement. */
  softSeconds: number[];
  hardSeconds: number[];
  /** Pending transactions at the users' node, at each of its heads. */
  pool: number[];
  /** Transactions of each worker in a block, on average. */
  perWorkerAndBlock: Record<string, number>;
  uses: Use[];
}

/** One transaction of a stage, of all that were made. Fees are smallest units. */
export interface StageCost {
  stage: Stage;
  count: number;
  fee: number[];
  refTime: number[];
  proofSize: number[];
  bytes: number[];
}

export interface ThroughputDetail {
  network: string;
  redundancy: number;
  /** Seconds that the p99 of the soft result may come to. */
  softBound: number;
  steps: Step[];
  costs: StageCost[];
  /** Inferences settled in all steps. */
  inferences: number;
  /** Picoseconds of hooks beyond those of an idle block, for each inference. */
  hooksPerInference: number;
}

/** Of what is offered, this share has to be settled. */
export const SETTLED_SHARE = 0.95;
/** From this share on something counts as full. */
export const FULL = 0.85;

/** Whether a load is sustained: enough of it is settled, and soft results come soon enough. */
export const isSustained = (
  { offered, settledRate, softSeconds, lost }: Step,
  softBound: number,
): boolean => {
  const soft = spreadOf(softSeconds);
  return (
    lost === 0 &&
    settledRate >= SETTLED_SHARE * offered &&
    soft !== undefined &&
    soft.p99 <= softBound
  );
};

/** The highest load that is sustained, with all below it; `undefined` when the lowest is not. */
export const kneeOf = (steps: readonly Step[], softBound: number): Step | undefined => {
  let knee: Step | undefined;
  for (const step of [...steps].sort((a, b) => a.rate - b.rate)) {
    if (!isSustained(step, softBound)) break;
    knee = step;
  }
  return knee;
};

/** What was full, the fullest first. */
export const fullIn = ({ uses }: Step): Use[] =>
  uses.filter(({ share }) => share >= FULL).sort((a, b) => b.share - a.share);

const percent = (share: number): string => `${figure(100 * share)} %`;

const inWords = ({ what, share }: Use): string => `${what} (${percent(share)})`;

/** The step that shows what gives way first: the lowest that is not sustained, else the highest. */
const tellingStep = (steps: readonly Step[], softBound: number): Step | undefined => {
  const ordered = [...steps].sort((a, b) => a.rate - b.rate);
  return ordered.find((step) => !isSustained(step, softBound)) ?? ordered.at(-1);
};

const isDefined = <T>(value: T | undefined): value is T => value !== undefined;

export const metricsOf = (detail: ThroughputDetail): Metric[] => {
  const { redundancy, steps, costs, softBound } = detail;
  const sampled = (
    what: string,
    unit: string,
    better: 'lower' | 'higher',
    samples: number[],
  ): Metric | undefined =>
    samples.length === 0
      ? undefined
      : {
          kind: 'sampled',
          name: `throughput/k-${redundancy}/${what}`,
          unit,
          better,
          samples,
        };
  const knee = kneeOf(steps, softBound);
  return [
    sampled('knee', 'requests/s', 'higher', knee === undefined ? [] : [knee.rate]),
    ...steps.flatMap(({ rate, settledRate, softSeconds, hardSeconds }) => [
      sampled(`rate-${rate}/settled`, 'inferences/s', 'higher', [settledRate]),
      sampled(`rate-${rate}/soft-seconds`, 's', 'lower', softSeconds),
      sampled(`rate-${rate}/hard-seconds`, 's', 'lower', hardSeconds),
    ]),
    ...costs.flatMap(({ stage, fee, refTime, proofSize, bytes }) => [
      sampled(`cost/${stage}/fee`, 'units', 'lower', fee),
      sampled(`cost/${stage}/ref-time`, 'ps', 'lower', refTime),
      sampled(`cost/${stage}/proof-size`, 'bytes', 'lower', proofSize),
      sampled(`cost/${stage}/bytes`, 'bytes', 'lower', bytes),
    ]),
  ].filter(isDefined);
};

const costRows = ({ costs, inferences, hooksPerInference }: ThroughputDetail): string[][] => {
  const each = (samples: readonly number[]): number =>
    samples.reduce((sum, value) => sum + value, 0) / Math.max(1, inferences);
  const rows = costs.map(({ stage, count, fee, refTime, proofSize, bytes }) => [
    stage,
    figure(count / Math.max(1, inferences)),
    figure(medianOf(fee) / 1e12),
    whole(medianOf(refTime) / 1e6),
    whole(medianOf(proofSize)),
    whole(medianOf(bytes)),
  ]);
  const total = (of: (cost: StageCost) => readonly number[]): number =>
    costs.reduce((sum, cost) => sum + each(of(cost)), 0);
  return [
    ...rows,
    ['hooks', '', '', whole(hooksPerInference / 1e6), '', ''],
    [
      'an inference',
      '',
      figure(total(({ fee }) => fee) / 1e12),
      whole((total(({ refTime }) => refTime) + hooksPerInference) / 1e6),
      whole(total(({ proofSize }) => proofSize)),
      whole(total(({ bytes }) => bytes)),
    ],
  ];
};

/** The report for people. */
export const renderThroughput = (detail: ThroughputDetail): string => {
  const { network, redundancy, softBound, steps } = detail;
  const knee = kneeOf(steps, softBound);
  const telling = tellingStep(steps, softBound);
  const full = telling === undefined ? [] : fullIn(telling);
  const busiest = (step: Step) => [...step.uses].sort((a, b) => b.share - a.share)[0];
  const loads = textTable(
    [
      'rate',
      'offered /s',
      'settled /s',
      'of it',
      'lost',
      'soft p50 s',
      'soft p99 s',
      'hard p50 s',
      'pool, most',
      'sustained',
      'fullest',
    ],
    steps.map((step) => {
      const top = busiest(step);
      const p99 = percentileOf(step.softSeconds, 0.99);
      const most = spreadOf(step.softSeconds);
      return [
        String(step.rate),
        figure(step.offered),
        figure(step.settledRate),
        percent(step.settledRate / step.offered),
        String(step.lost),
        figure(medianOf(step.softSeconds)),
        p99.type === 'known'
          ? figure(p99.value)
          : `${figure(most?.p99)}, ${renderPercentile(p99, figure)}`,
        figure(medianOf(step.hardSeconds)),
        step.pool.length === 0 ? '–' : String(Math.max(...step.pool)),
        isSustained(step, softBound) ? 'yes' : 'no',
        top === undefined ? '–' : inWords(top),
      ];
    }),
  );
  const costs = textTable(
    ['stage', 'in an inference', 'fee', 'weight µs', 'proof size', 'bytes'],
    costRows(detail),
  );
  return [
    `${network}, k = ${redundancy}`,
    loads,
    '',
    knee === undefined
      ? `No load is sustained: less than ${percent(SETTLED_SHARE)} settled, or p99 of the soft result above ${softBound} s.`
      : `Knee: ${knee.rate} requests a second; up to there ${percent(SETTLED_SHARE)} and more are settled, p99 of the soft result within ${softBound} s.`,
    telling === undefined
      ? ''
      : full.length > 0
        ? `At ${telling.rate} a second full: ${full.map(inWords).join(', ')}.`
        : `At ${telling.rate} a second nothing that was measured is full; the fullest: ${[
            ...telling.uses,
          ]
            .sort((a, b) => b.share - a.share)
            .slice(0, 3)
            .map(inWords)
            .join(', ')}.`,
    '',
    `Cost of an inference, medians of each transaction (fee in tokens)`,
    costs,
  ].join('\n');
};

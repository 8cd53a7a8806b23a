/** What the gate compares: accesses and proofs exactly, times as multiples of the transfer measured by the same process. */
import type { ExactMetric, Metric, SampledMetric } from '../result.ts';
import { medianOf } from '../statistics.ts';
import { fullName, type Measurement, type Point, type WeightsDetail } from './detail.ts';

/**
 * The ends of what was measured, by name: `high`, where every component is greatest, and for each component the point
 * where it alone is least (`low-b`); besides them `ordinary`. Without components there is one point, of no name.
 */
export const cornersOf = ({ components, points, ordinary }: Measurement): Map<string, Point> => {
  const at = (values: Readonly<Record<string, number>>): Point | undefined =>
    points.find((point) => components.every(({ name }) => point.components[name] === values[name]));
  const high = Object.fromEntries(components.map(({ name, max }) => [name, max]));
  const wanted: [string, Record<string, number>][] =
    components.length === 0
      ? [['', {}]]
      : [
          ['high', high],
          ...components.map(({ name, min }): [string, Record<string, number>] => [
            `low-${name}`,
            { ...high, [name]: min },
          ]),
        ];
  const ends = wanted.flatMap(([name, values]): [string, Point][] => {
    const point = at(values);
    return point === undefined ? [] : [[name, point]];
  });
  return new Map(components.length === 0 ? ends : [...ends, ['ordinary', ordinary]]);
};

/**
 * Bytes that proofs of all the storage a call reads can have at most. Unlike the estimate in the weight, which takes the
 * dearest item alone, it grows with every item that is read and with every byte that any of them may grow to.
 */
export const proofBound = ({ storage }: Measurement): number =>
  storage.reduce((sum, { reads, maxSize = 0 }) => sum + reads * (TRIE_BYTES + maxSize), 0);

/** Of inner trie nodes beside a value among a million: five layers of 15 hashes with their lengths. */
const TRIE_BYTES = 5 * 15 * 33;

const metricsOf = (measurement: Measurement, transfer: number): Metric[] => {
  const base = `weights/${fullName(measurement)}`;
  const exact = (name: string, unit: string, value: number): ExactMetric => ({
    kind: 'exact',
    name: `${base}/${name}`,
    unit,
    value,
  });
  const atCorners = [...cornersOf(measurement)].flatMap(([corner, point]): Metric[] => {
    const suffix = corner === '' ? '' : `/${corner}`;
    const time: SampledMetric = {
      kind: 'sampled',
      name: `${base}/time${suffix}`,
      unit: 'transfers',
      better: 'lower',
      samples: point.nanoseconds.map((nanoseconds) => nanoseconds / transfer),
    };
    return [
      exact(`reads${suffix}`, 'reads', point.reads),
      exact(`writes${suffix}`, 'writes', point.writes),
      exact(`recorded-proof${suffix}`, 'bytes', point.proofBytes),
      time,
    ];
  });
  return [...atCorners, exact('proof-bound', 'bytes', proofBound(measurement))];
};

export const metricsOfDetail = ({ runs }: WeightsDetail): Metric[] =>
  runs.flatMap(({ baseline, measurements }) => {
    const transfer = medianOf(baseline.points.flatMap(({ nanoseconds }) => nanoseconds));
    return measurements.flatMap((measurement) => metricsOf(measurement, transfer));
  });

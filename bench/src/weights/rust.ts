/** What fills `weights.rs.hbs`: measurements as the functions of a pallet's `WeightInfo`. */
import type { BenchResult } from '../result.ts';
import type { Linear, Measurement, WeightsRun } from './detail.ts';

/** `1_234_567` */
const grouped = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, '_');

const counted = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? '' : 's'}`;

const isUsed = ({ refTime, reads, writes, proofSize }: Measurement, name: string): boolean =>
  [refTime, reads, writes, proofSize].some(({ slopes }) => slopes[name]);

const parameters = (measurement: Measurement, unused: string): string =>
  measurement.components
    .map(({ name }) => `${isUsed(measurement, name) ? '' : unused}${name}: u32`)
    .join(', ');

const accesses = (db: string, kind: 'reads' | 'writes', { base, slopes }: Linear): string[] => [
  ...(base === 0 ? [] : [`${db}.${kind}(${base})`]),
  ...Object.entries(slopes).map(
    ([name, slope]) => `${db}.${kind}(${slope}_u64.saturating_mul(${name}.into()))`,
  ),
];

const terms = ({ components, refTime, reads, writes, proofSize }: Measurement, db: string) => [
  ...components.flatMap(({ name }) => {
    const [time, proof] = [refTime.slopes[name] ?? 0, proofSize.slopes[name] ?? 0];
    if (time === 0 && proof === 0) return [];
    return [
      `Weight::from_parts(${grouped(time)}, ${grouped(proof)}).saturating_mul(${name}.into())`,
    ];
  }),
  ...accesses(db, 'reads', reads),
  ...accesses(db, 'writes', writes),
];

const docs = ({ components, storage }: Measurement): string[] => [
  ...components.map(({ name, min, max }) => `\`${name}\` from ${grouped(min)} to ${grouped(max)}.`),
  ...(components.length > 0 && storage.length > 0 ? [''] : []),
  ...(storage.length === 0 ? ['No storage of its own.'] : []),
  ...storage.map(({ name, reads, writes, maxSize }) => {
    const size = maxSize === undefined ? 'unbounded' : `${grouped(maxSize)} bytes at most`;
    return `- \`${name}\` (${size}): ${counted(reads, 'read')}, ${counted(writes, 'write')}`;
  }),
];

/** Fills the template for the pallet of a run. */
export const rustData = (
  { pallet, startedAt, baseline, measurements }: WeightsRun,
  result: Pick<BenchResult, 'machine' | 'commit' | 'settings' | 'versions'>,
) => {
  const { machine, commit, settings, versions } = result;
  const implementation = (head: string, db: string) => ({
    head,
    functions: measurements.map((measurement) => ({
      name: measurement.name,
      parameters: parameters(measurement, '_'),
      refTime: grouped(measurement.refTime.base),
      proofSize: grouped(measurement.proofSize.base),
      terms: terms(measurement, db),
    })),
  });
  return {
    header: [
      `Weights of the ${pallet} pallet, as measured. Written by \`npm run bench:weights\`: not to be edited.`,
      '',
      `- ${startedAt.slice(0, 10)}, commit ${commit ?? 'unknown'}`,
      `- ${machine.processor}, ${machine.cores} cores`,
      `- ${settings.steps} steps of ${settings.repeat} repetitions, in compiled wasm, by ${versions.executor}`,
      `- runtime compiled by ${versions.rustc}`,
      `- \`balances::transfer_keep_alive\` took ${grouped(baseline.refTime.base)} ps in the same run`,
    ],
    functions: measurements.map((measurement) => ({
      name: measurement.name,
      declaration: parameters(measurement, ''),
      docs: docs(measurement),
    })),
    implementations: [
      implementation(
        'impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T>',
        'T::DbWeight::get()',
      ),
      implementation('impl WeightInfo for ()', 'RocksDbWeight::get()'),
    ],
  };
};

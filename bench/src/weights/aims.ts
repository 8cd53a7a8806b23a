/** What calls should cost at most, in the time of a transfer and in accesses, and whether they do. */
import { medianOf } from '../statistics.ts';
import { evaluate, fullName, greatest, type Measurement } from './detail.ts';

/** Limits of a group of calls. Time is in transfers: `balances::transfer_keep_alive` of the same run. */
interface Aim {
  transfers: number;
  reads?: number;
  writes?: number;
}

/** Most bytes of proof that any of them may need, inputs and outputs of the request itself left out. */
export const MOST_PROOF_BYTES = 10_000;

const aims = {
  request: { transfers: 3, reads: 12, writes: 10 },
  settlement: { transfers: 4 },
  lifecycle: { transfers: 2, reads: 6, writes: 6 },
} as const satisfies Record<string, Aim>;

/** `data`: its time is that of the data it carries. `part`: no call, but a part of others, or of a hook. */
export type Group = keyof typeof aims | 'data' | 'part';

const groups: Record<string, Group> = {
  'inference.submit_inference_request': 'request',
  'inference.submit_request_to_latest': 'request',
  'inference.convict': 'part',
  'inference.end_audit': 'part',
  'inference.reward_keeper': 'part',
  'workers.draw_hit': 'part',
  'workers.draw_void': 'part',
  'models.submit_graph_page': 'data',
  'models.submit_last_graph_page': 'data',
  'models.condemn_model': 'data',
  'models.look_up_facts': 'part',
  'models.forget_facts': 'part',
  'inference.publish_input': 'data',
  'inference.publish_input_resumes': 'data',
};

export const groupOf = (measurement: Measurement): Group => {
  const { pallet, name } = measurement;
  const known = groups[fullName(measurement)];
  if (known !== undefined) return known;
  if (pallet === 'inference' && name.startsWith('settle_')) return 'settlement';
  if (pallet === 'inference' && name.startsWith('sweep_')) return 'part';
  if (name.startsWith('migrate_')) return 'part';
  if (pallet === 'disputes' && /^(contradict|open|challenge|attest)_/.test(name)) return 'data';
  return 'lifecycle';
};

/** A call in figures. Those of an ordinary call are what the aims are about; the greatest is the worst that can happen. */
export interface Cost {
  refTime: number;
  transfers: number;
  reads: number;
  writes: number;
  proofBytes: number;
}

/** As it was measured. */
const ordinaryCost = ({ ordinary, proofSize }: Measurement, baseline: Measurement): Cost => {
  const refTime = medianOf(ordinary.nanoseconds) * 1_000;
  return {
    refTime,
    transfers: refTime / baseline.refTime.base,
    reads: ordinary.reads,
    writes: ordinary.writes,
    proofBytes: evaluate(proofSize, ordinary.components),
  };
};

/** As the weight has it. */
const greatestCost = (measurement: Measurement, baseline: Measurement): Cost => {
  const values = greatest(measurement);
  const refTime = evaluate(measurement.refTime, values);
  return {
    refTime,
    transfers: refTime / baseline.refTime.base,
    reads: evaluate(measurement.reads, values),
    writes: evaluate(measurement.writes, values),
    proofBytes: evaluate(measurement.proofSize, values),
  };
};

export interface Judgement {
  measurement: Measurement;
  group: Group;
  ordinary: Cost;
  greatest: Cost;
  /** Aims that do not hold, in words. */
  missed: string[];
  /** What must not be in a measurement at all. */
  wrong: string[];
}

const missedBy = (cost: Cost, group: Group): string[] => {
  if (group === 'part' || group === 'data') return [];
  const aim: Aim = aims[group];
  const missed: string[] = [];
  if (cost.transfers > aim.transfers) {
    missed.push(`${cost.transfers.toFixed(1)} of ${aim.transfers} transfers`);
  }
  if (aim.reads !== undefined && cost.reads > aim.reads) {
    missed.push(`${cost.reads} of ${aim.reads} reads`);
  }
  if (aim.writes !== undefined && cost.writes > aim.writes) {
    missed.push(`${cost.writes} of ${aim.writes} writes`);
  }
  if (cost.proofBytes > MOST_PROOF_BYTES) {
    missed.push(`${cost.proofBytes} of ${MOST_PROOF_BYTES} bytes of proof`);
  }
  return missed;
};

/** Components that count work: bytes, leaves and products. More of them cannot take no time. */
const WORK = new Set(['b', 'm', 'o', 't']);

/** A component without a slope: either the optimiser has removed the loop, or the benchmark does not use it. */
const wrongIn = ({ refTime, reads, writes, proofSize, components }: Measurement): string[] => {
  if (components.length === 0) return refTime.base === 0 ? ['takes no time'] : [];
  return components.flatMap(({ name }) => {
    if (refTime.slopes[name]) return [];
    if (WORK.has(name)) return [`more of ${name} takes no time`];
    const isFree = [reads, writes, proofSize].every(({ slopes }) => !slopes[name]);
    return isFree ? [`more of ${name} costs nothing`] : [];
  });
};

export const judge = (measurement: Measurement, baseline: Measurement): Judgement => {
  const ordinary = ordinaryCost(measurement, baseline);
  const group = groupOf(measurement);
  return {
    measurement,
    group,
    ordinary,
    greatest: greatestCost(measurement, baseline),
    missed: missedBy(ordinary, group),
    wrong: wrongIn(measurement),
  };
};

/**
 * What `bench:weights` measured, in full: the `detail` of its result. Tables and `weights.rs` are made from this alone, so
 * that a stored result can be looked at, and written again, without another run.
 */
import { z } from 'zod';

const count = z.number().int().nonnegative();

/** A value of each component, by name. */
const components = z.record(z.string(), count);

/** A base, and what one more of each component adds to it. A component that adds nothing is left out. */
const linear = z.strictObject({ base: count, slopes: components });

const component = z.strictObject({ name: z.string(), min: count, max: count });

/** A storage item that a call touches, where its components are greatest. Items of the system that every block touches anyway are left out. */
const storageItem = z.strictObject({
  /** `Pallet::Item`, or the hexadecimal key of something that is no item. */
  name: z.string(),
  reads: count,
  writes: count,
  /** Most bytes of a value, where the item says so. */
  maxSize: count.optional(),
  /** How its share of a proof was estimated. */
  mode: z.string().optional(),
});

/** Observations with the same components. */
const point = z.strictObject({
  components,
  /** In the order in which they were taken. */
  nanoseconds: z.array(count).min(1),
  /** Different keys, not those that every block touches. */
  reads: count,
  writes: count,
  /** Of keys touched before. */
  repeatReads: count,
  repeatWrites: count,
  /** Bytes of the proof that was recorded. */
  proofBytes: count,
});

const measurement = z.strictObject({
  /** As the runtime names it, without `pallet_`. */
  pallet: z.string(),
  /** The benchmark: a call, or one way through it. */
  name: z.string(),
  /** In the order in which the function of the weight takes them. */
  components: z.array(component),
  /** Picoseconds, by least squares over the middle half of the samples of each point, database left out. */
  refTime: linear,
  /** Standard errors of those slopes. */
  refTimeErrors: components,
  /** Picoseconds of the fastest sample. */
  fastest: count,
  reads: linear,
  writes: linear,
  /** Bytes of a proof, estimated from the greatest size of each value: what the weight says. */
  proofSize: linear,
  storage: z.array(storageItem),
  points: z.array(point).min(1),
  /** An ordinary call, measured by itself: the base above is far from every point where some component is large. */
  ordinary: point,
});

/** The benchmarks of one pallet, and the transfer they are compared with, measured by the same process just before. */
const run = z.strictObject({
  pallet: z.string(),
  startedAt: z.string(),
  seconds: z.number(),
  baseline: measurement,
  measurements: z.array(measurement).min(1),
});

export const weightsDetailSchema = z.strictObject({
  runtime: z.strictObject({ sha256: z.string(), bytes: count }),
  runs: z.array(run).min(1),
});

export type Linear = z.infer<typeof linear>;
export type Component = z.infer<typeof component>;
export type StorageItem = z.infer<typeof storageItem>;
export type Point = z.infer<typeof point>;
export type Measurement = z.infer<typeof measurement>;
export type WeightsRun = z.infer<typeof run>;
export type WeightsDetail = z.infer<typeof weightsDetailSchema>;

/** The value of a linear figure for such components. */
export const evaluate = (
  { base, slopes }: Linear,
  values: Readonly<Record<string, number>>,
): number =>
  Object.entries(slopes).reduce((sum, [name, slope]) => sum + slope * (values[name] ?? 0), base);

/** The greatest value of each component. */
export const greatest = ({ components }: Measurement): Record<string, number> =>
  Object.fromEntries(components.map(({ name, max }) => [name, max]));

/** `inference.submit_inference_request` */
export const fullName = ({ pallet, name }: Measurement): string => `${pallet}.${name}`;

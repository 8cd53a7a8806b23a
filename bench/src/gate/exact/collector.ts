/** What the gate compares exactly. A collector reads or runs a checkout and gives numbers that are the same every time. */

export interface ExactValue {
  /** Below the collector's own name: `runtime/compressed` of `wasm`. */
  name: string;
  unit: string;
  value: number;
}

/** Something that should have been counted, and why it was not. */
export interface Omission {
  /** What has no values: a name, or the beginning of several. */
  name: string;
  reason: string;
}

export interface Collected {
  values: ExactValue[];
  omitted: Omission[];
}

/** Takes the folder of a checkout. */
export type Collector = (root: string) => Promise<Collected>;

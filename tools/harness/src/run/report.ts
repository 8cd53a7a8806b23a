/** What a run is reported as. Amounts are smallest units. */
import type { InvariantReport } from '../invariants/monitor.ts';
import type { DriverName } from '../scenario/schema.ts';
import type { Verdict } from './chronicle.ts';
import type { Met } from './expectations.ts';
import type { Latency } from './latency.ts';
import type { MoneyReport } from './money.ts';
import type { Situation } from './situation.ts';

/** A request as the report has it. Amounts are smallest units. */
export interface RequestReport {
  name: string;
  id: bigint | undefined;
  user: string;
  model: string;
  redundancy: number;
  state: string;
  error: string | undefined;
  workers: string[];
  claims: {
    worker: string;
    true: boolean;
    struck: boolean;
    label: number | undefined;
    /** What it reads, of a model that reads text. */
    text?: string | undefined;
  }[];
  label: number | undefined;
  /** What the answer reads, of a model that reads text. */
  text?: string | undefined;
  paid: bigint;
  refunded: bigint;
  blocks: { submitted: number; soft: number | undefined; closed: number | undefined } | undefined;
  /** `undefined` on a chain whose blocks the run makes: there it means nothing. */
  latency: Latency | undefined;
}

/** A conviction with names for addresses. */
export interface VerdictReport extends Omit<Verdict, 'request' | 'worker' | 'challenger'> {
  request: string;
  worker: string;
  challenger: string;
}

/** What an actor can be. */
export const roles = ['author', 'user', 'worker', 'challenger', 'keeper', 'treasury'] as const;

/** What the run meant to one actor. Amounts are smallest units. */
export interface ActorReport extends MoneyReport {
  name: string;
  role: (typeof roles)[number];
  behaviour: string;
  /** What it did, in words. */
  did: string;
  /** Prices of its settled requests. */
  spent: bigint;
  received: bigint;
  slashed: bigint;
  penalised: bigint;
  fined: bigint;
}

/** What came of a run. */
export interface RunReport {
  scenario: string;
  description: string;
  driver: DriverName;
  seed: number;
  passed: boolean;
  expectations: Met[];
  invariants: Pick<InvariantReport, 'checked' | 'violated'>;
  verdictsOfInvariants: InvariantReport['verdicts'];
  requests: RequestReport[];
  verdicts: VerdictReport[];
  actors: ActorReport[];
  /** Bytes of inputs above which a conviction takes three transactions. */
  stepLimit: number;
  burned: bigint;
  skipped: string[];
  /** How things stood when the story stopped; `undefined` when it came to its end. */
  failure: Situation | undefined;
  /** Blocks taken in. */
  blocks: number;
  durationMs: number;
  /** Folder of the record. */
  record: string | undefined;
  /** What the record is known by: the root of the list of its files. In the record itself it cannot be. */
  recordRoot: string | undefined;
}

/** The files of a record as far as the page needs them. What else they have is left alone: newer records have more. */
import * as z from 'zod/mini';

const amount = z.string().check(z.regex(/^-?\d+$/));
const block = z.number();

const met = z.object({ name: z.string(), passed: z.boolean(), detail: z.string() });

const subject = z.object({ type: z.string(), value: z.number() });

const claim = z.object({
  worker: z.string(),
  true: z.boolean(),
  struck: z.boolean(),
  label: z.optional(z.number()),
  text: z.optional(z.string()),
});

const request = z.object({
  name: z.string(),
  id: z.optional(z.string()),
  user: z.string(),
  model: z.string(),
  redundancy: z.number(),
  state: z.string(),
  error: z.optional(z.string()),
  workers: z.array(z.string()),
  claims: z.array(claim),
  label: z.optional(z.number()),
  text: z.optional(z.string()),
  paid: amount,
  refunded: amount,
  blocks: z.optional(
    z.object({ submitted: block, soft: z.optional(block), closed: z.optional(block) }),
  ),
});

const verdict = z.object({
  request: z.string(),
  worker: z.string(),
  challenger: z.string(),
  paid: amount,
  burned: amount,
  subject,
  evidence: z.string(),
  transactions: z.number(),
  block,
});

const actor = z.object({
  name: z.string(),
  role: z.string(),
  behaviour: z.string(),
  did: z.string(),
  spent: amount,
  received: amount,
  slashed: amount,
  penalised: amount,
  fined: amount,
  fees: amount,
  before: amount,
  after: amount,
  /** What it gained, fees set aside, and what the rules owe it, less what it owes them. */
  net: z.optional(amount),
  owed: z.optional(amount),
  /** How it must end, and whether it did. */
  ends: z.optional(z.string()),
  held: z.optional(z.boolean()),
});

export const summarySchema = z.object({
  scenario: z.string(),
  description: z.string(),
  driver: z.string(),
  seed: z.number(),
  passed: z.boolean(),
  expectations: z.array(met),
  invariants: z.object({
    checked: z.number(),
    violated: z.array(z.object({ invariant: z.string(), block, detail: z.string() })),
  }),
  verdictsOfInvariants: z.array(
    z.object({ name: z.string(), says: z.string(), held: z.boolean() }),
  ),
  requests: z.array(request),
  verdicts: z.array(verdict),
  actors: z.array(actor),
  stepLimit: z.number(),
  burned: amount,
  skipped: z.array(z.string()),
  failure: z.optional(z.nullable(z.looseObject({ reason: z.string() }))),
  blocks: z.number(),
  durationMs: z.number(),
});

export const chainSchema = z.object({
  genesisRoot: z.string(),
  genesisHash: z.optional(z.string()),
  chain: z.optional(z.string()),
  preset: z.optional(z.string()),
  runtime: z.object({ name: z.string(), version: z.number(), sha256: z.string() }),
});

export const runSchema = z.object({ versions: z.optional(z.record(z.string(), z.string())) });

export const blockSchema = z.object({
  number: block,
  hash: z.string(),
  extrinsics: z.array(z.string()),
});

/** An event; its fields depend on its type. */
export const eventSchema = z.looseObject({
  block,
  index: z.number(),
  extrinsic: z.optional(z.number()),
  type: z.string(),
});

export const claimsSchema = z.array(
  z.object({ id: z.string(), user: z.string(), workers: z.array(z.string()) }),
);

export const accountsSchema = z.array(
  z.object({
    name: z.string(),
    role: z.string(),
    address: z.string(),
    operator: z.optional(z.string()),
  }),
);

const tensor = z.object({ dtype: z.string(), shape: z.array(z.number()) });

const cost = z.object({
  wholeBytes: z.number(),
  wholeMacs: amount,
  tileBytes: z.number(),
  tileMacs: amount,
  elementBytes: z.number(),
  outputBytes: z.number(),
  hashBytes: z.number(),
});

export const nodesSchema = z.object({
  kernelVersion: z.number(),
  inputs: z.array(tensor),
  outputs: z.array(z.number()),
  initialisers: z.array(tensor),
  nodes: z.array(
    z.object({
      op: z.string(),
      attributes: z.optional(z.unknown()),
      inputs: z.array(z.object({ tag: z.string(), value: z.number() })),
      output: tensor,
      cost: z.optional(cost),
    }),
  ),
});

const port = z.object({
  name: z.string(),
  spec: tensor,
  quantisation: z.optional(z.object({ scale: z.number(), zero: z.number() })),
});

export const manifestSchema = z.object({
  name: z.string(),
  artefact: z.string(),
  graphRoot: z.string(),
  graph: z.object({ bytes: z.number() }),
  nodes: z.number(),
  source: z.optional(z.object({ file: z.string(), sha256: z.string() })),
  inputs: z.array(port),
  outputs: z.array(port),
  labels: z.optional(z.array(z.string())),
});

export const modelsSchema = z.array(
  z.object({
    name: z.string(),
    id: z.optional(z.string()),
    card: z.looseObject({ name: z.optional(z.string()) }),
    family: z.optional(z.string()),
    version: z.optional(z.number()),
    author: z.optional(z.string()),
    owner: z.optional(z.string()),
    isLatest: z.optional(z.boolean()),
    price: z.optional(amount),
    royalty: z.optional(z.number()),
    deposit: z.optional(amount),
    status: z.optional(z.unknown()),
  }),
);

export const stepsSchema = z.array(
  z.object({ do: z.string(), text: z.string(), from: block, to: z.optional(block) }),
);

export const disputesSchema = z.array(
  z.object({
    request: z.string(),
    worker: z.string(),
    challenger: z.string(),
    model: z.string(),
    subject,
    evidence: z.string(),
    block,
    traceRoot: z.string(),
    moves: z.array(
      z.object({
        block,
        extrinsic: z.number(),
        move: z.string(),
        by: z.string(),
        fee: amount,
        amount: z.optional(amount),
      }),
    ),
    transactions: z.number(),
    lost: z.array(z.object({ to: z.string(), amount })),
    burned: amount,
    leaves: z.optional(z.string().check(z.regex(/^[TWF]*$/))),
    node: z.optional(z.number()),
    values: z.optional(
      z.object({
        tile: z.number(),
        tiles: z.number(),
        start: z.number(),
        claimed: z.array(z.number()),
        honest: z.array(z.number()),
      }),
    ),
  }),
);

/** What `model compile --report` writes. */
export const compileReportSchema = z.object({
  name: z.string(),
  kernelVersion: z.number(),
  samples: z.number(),
  nodes: z.array(
    z.object({
      node: z.number(),
      op: z.string(),
      macs: z.number(),
      source: z.optional(z.object({ tensor: z.string(), onnxOp: z.string(), name: z.string() })),
      fidelity: z.optional(z.object({ sqnr: z.nullable(z.number()), largestError: z.number() })),
    }),
  ),
  outputs: z.array(
    z.object({
      name: z.string(),
      fidelity: z.optional(z.object({ sqnr: z.nullable(z.number()), largestError: z.number() })),
      agreement: z.optional(z.number()),
    }),
  ),
});

const metric = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('exact'), name: z.string(), unit: z.string(), value: z.number() }),
  z.object({
    kind: z.literal('sampled'),
    name: z.string(),
    unit: z.string(),
    better: z.string(),
    samples: z.array(z.number()),
  }),
]);

const machine = z.looseObject({ processor: z.string(), cores: z.number() });

export const benchSchema = z.object({
  format: z.literal('veritrace-bench/1'),
  benchmark: z.string(),
  startedAt: z.string(),
  seed: z.number(),
  commit: z.optional(z.string()),
  machine,
  metrics: z.array(metric),
  detail: z.optional(z.unknown()),
});

export const gateSchema = z.object({
  format: z.literal('veritrace-gate/1'),
  startedAt: z.string(),
  outcome: z.string(),
  counts: z.record(z.string(), z.number()),
  advice: z.array(z.string()),
  machine,
  sides: z.object({
    base: z.object({ name: z.string(), commit: z.optional(z.string()) }),
    head: z.object({ name: z.string(), commit: z.optional(z.string()) }),
  }),
  comparisons: z.array(z.looseObject({ kind: z.string(), name: z.string(), verdict: z.string() })),
  results: z.optional(z.object({ base: z.array(benchSchema), head: z.array(benchSchema) })),
});

export type Summary = z.infer<typeof summarySchema>;
export type RequestSummary = Summary['requests'][number];
export type ActorSummary = Summary['actors'][number];
export type VerdictSummary = Summary['verdicts'][number];
export type ChainFacts = z.infer<typeof chainSchema>;
export type Account = z.infer<typeof accountsSchema>[number];
export type Nodes = z.infer<typeof nodesSchema>;
export type GraphNode = Nodes['nodes'][number];
export type Tensor = z.infer<typeof tensor>;
export type Manifest = z.infer<typeof manifestSchema>;
export type ModelOnChain = z.infer<typeof modelsSchema>[number];
export type Step = z.infer<typeof stepsSchema>[number];
export type Dispute = z.infer<typeof disputesSchema>[number];
export type CompileReport = z.infer<typeof compileReportSchema>;
export type BenchResult = z.infer<typeof benchSchema>;
export type GateReport = z.infer<typeof gateSchema>;
export type RawEvent = z.infer<typeof eventSchema>;

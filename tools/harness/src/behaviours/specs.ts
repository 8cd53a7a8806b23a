/** The behaviours an actor can be given, with their parameters. One table each; the scenario schema enumerates them. */
import { z } from 'zod';

const node = z
  .union([z.int().min(0), z.literal('random')])
  .describe('Index of a node of the graph, or `random` (drawn from the seed for each request)');

/** Worker behaviours: the kind and what it takes. */
export const workerBehaviourSpecs = {
  honest: z.strictObject({}).describe('Computes, answers and opens as it should'),
  silent: z.strictObject({}).describe('Takes work and never answers'),
  'silent-auditor': z
    .strictObject({})
    .describe('Answers what it is asked, and says nothing when it is drawn to audit others'),
  late: z
    .strictObject({ blocks: z.int().min(1).max(1000) })
    .describe('Answers only after this many blocks, in time or not'),
  lazy: z.strictObject({}).describe('Answers the same constant whatever it is asked'),
  'wrong-node': z
    .strictObject({
      node,
      probability: z.number().min(0).max(1).default(1),
      late: z
        .int()
        .min(0)
        .max(1000)
        .optional()
        .describe('Answers only after this many blocks, in time or not'),
    })
    .describe('Changes one value of a node and computes the rest honestly from it'),
  'wrong-tile': z
    .strictObject({ node })
    .describe('Fills one tile of a node with random bytes and computes the rest honestly from it'),
  'stale-model': z
    .strictObject({
      version: z.string().min(1).max(32).describe('The model whose weights it still has'),
    })
    .describe('Answers with an earlier version of the model, whose graph has as many nodes'),
  'flip-one-bit': z
    .strictObject({ node })
    .describe(
      'Flips the lowest bit of one value of a node and keeps everything after it as it was',
    ),
  'wrong-output': z
    .strictObject({})
    .describe('Runs the model, then answers with another final output'),
  'garbage-trace': z.strictObject({}).describe('Right outputs over a trace of random digests'),
  colluding: z
    .strictObject({ group: z.string().min(1).max(32), node })
    .describe('Tells the same lie as everyone of its group'),
  copycat: z
    .strictObject({})
    .describe("Sends another worker's commitment as its own, which it cannot reveal"),
  'withhold-reveal': z.strictObject({}).describe('Commits and never reveals'),
  'withhold-opening': z
    .strictObject({ node })
    .describe('Lies at a node and never opens it when challenged'),
  'withhold-page': z
    .strictObject({ node })
    .describe('Lies at a node of a long trace and never opens a page of it'),
  'quit-after-claim': z
    .strictObject({ node })
    .describe('Lies at a node, then tries to take its stake out and goes away'),
  'false-complaint': z
    .strictObject({})
    .describe('Says that it cannot get an input that is not on chain, though it could'),
} as const;

/** Challenger behaviours. */
export const challengerBehaviourSpecs = {
  honest: z.strictObject({}).describe('Recomputes every claim and proves the false ones wrong'),
  'false-accuser': z
    .strictObject({ node: z.int().min(0).default(0) })
    .describe('Challenges a node of an honest claim and cannot follow up'),
  spammer: z
    .strictObject({ node: z.int().min(0).default(0) })
    .describe('Sends a contradiction that proves nothing against every claim'),
  'front-runner': z
    .strictObject({
      seals: z
        .boolean()
        .default(false)
        .describe(
          'Keeps the proof out of the next block, seals there, and proves in the one after',
        ),
    })
    .describe('Finds nothing itself, and sends a copy of every proof before the proof'),
} as const;

/** User behaviours. */
export const userBehaviourSpecs = {
  honest: z
    .strictObject({})
    .describe(
      'Pays what it asks for; puts inputs that it names by their roots where workers get them, and publishes them on demand',
    ),
  unpayable: z
    .strictObject({})
    .describe('Spends its balance before it asks, so that it cannot pay'),
  unavailable: z
    .strictObject({})
    .describe('Gives the inputs that it names by their roots to nobody, and never publishes them'),
  reluctant: z
    .strictObject({})
    .describe(
      'Gives the inputs that it names by their roots to nobody, until one is demanded: then it publishes it',
    ),
} as const;

/** Author behaviours. */
export const authorBehaviourSpecs = {
  honest: z.strictObject({}).describe('Registers the graph it announced'),
  'malformed-graph': z
    .strictObject({})
    .describe('Submits pages that do not decode to the graph it announced'),
} as const;

type Specs = Readonly<Record<string, z.ZodObject>>;

/** A behaviour as written in a scenario and passed to its function: `{ kind, ...parameters }`. */
export type BehaviourOf<S extends Specs> = {
  // A behaviour without parameters would read as a map of nothing, which `kind` does not fit.
  [K in keyof S & string]: { kind: K } & (keyof S[K]['shape'] extends never
    ? unknown
    : z.output<S[K]>);
}[keyof S & string];

export type WorkerBehaviourSpec = BehaviourOf<typeof workerBehaviourSpecs>;
export type ChallengerBehaviourSpec = BehaviourOf<typeof challengerBehaviourSpecs>;
export type UserBehaviourSpec = BehaviourOf<typeof userBehaviourSpecs>;
export type AuthorBehaviourSpec = BehaviourOf<typeof authorBehaviourSpecs>;

/**
 * `honest`, or `{ kind: wrong-node, node: 1 }`: the bare name where every parameter has a default. Reads to an object
 * with `kind` in either case.
 */
export const behaviourSchema = <S extends Specs>(specs: S) => {
  const kinds = Object.keys(specs);
  const bare = kinds.filter((kind) => specs[kind]?.safeParse({}).success === true);
  const objects = kinds.map((kind) => {
    const spec = specs[kind] as z.ZodObject;
    return z
      .strictObject({ kind: z.literal(kind), ...spec.shape })
      .describe(spec.description ?? kind);
  });
  const tagged = z.discriminatedUnion(
    'kind',
    objects as unknown as [z.ZodObject, ...z.ZodObject[]],
  );
  return z
    .union([z.enum(bare as [string, ...string[]]), tagged])
    .default('honest')
    .transform(
      (value) =>
        (typeof value === 'string' ? tagged.parse({ kind: value }) : value) as BehaviourOf<S>,
    );
};

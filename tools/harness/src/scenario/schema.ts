/** The scenario file: one strict schema, from which types, validation and the editors' JSON Schema follow. */
import { z } from 'zod';
import {
  authorBehaviourSpecs,
  behaviourSchema,
  challengerBehaviourSpecs,
  userBehaviourSpecs,
  workerBehaviourSpecs,
} from '../behaviours/specs.ts';
import { endings } from '../behaviours/standing.ts';
import { amountSchema } from './amount.ts';

/** What an actor, a model or a request is called. */
export const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, 'a name is lower-case letters, digits and dashes, up to 32')
  .describe('A name: lower-case letters, digits and dashes');

const blocks = z.int().min(1).max(1000);

/** Most nodes that the chain takes of a graph. */
const MAX_NODES = 16_384;

/** Drivers a scenario can run on. */
export const driverNames = ['embedded', 'network', 'endpoint'] as const;
export type DriverName = (typeof driverNames)[number];

/** What puts nodes out of the game, as steps are called. */
const strikes = ['kill-node', 'pause-node', 'isolate-node'] as const;
type Strike = (typeof strikes)[number];

/** Whether a step puts nodes out of the game. */
export const isStrike = (step: string): step is Strike =>
  (strikes as readonly string[]).includes(step);

/** What can be done to nodes, as steps are called: strikes, and what ends them. */
const nodeFaults = [...strikes, 'start-node', 'resume-node', 'rejoin-node'] as const;
export type NodeFault = (typeof nodeFaults)[number];

/**
 * Steps that only a network of one's own bears: what is done to nodes, to their pools, and at two of them at once, and
 * looking at what it did.
 */
export const faultSteps = [
  ...nodeFaults,
  'twin',
  'flood',
  'check-behind',
  'check-stalled',
] as const;
export type FaultStep = (typeof faultSteps)[number];

/** Whether a step needs nodes of one's own. */
export const isFault = (step: string): step is FaultStep =>
  (faultSteps as readonly string[]).includes(step);

/** Whether a step needs blocks that the run makes itself. */
export const isOfMadeBlocks = (step: string): boolean => step === 'censor';

/** Models of `@veritrace/ocr` that a scenario can declare. */
export const ocrModels = ['detector', 'recogniser'] as const;
export type OcrModelName = (typeof ocrModels)[number];

const skipOn = z
  .array(z.enum(driverNames))
  .default([])
  .describe('Drivers on which this step is skipped, by declaration');

export const percentage = z
  .string()
  .regex(/^\d{1,3}(\.\d{1,4})?%$/, 'a share is written like 10% or 2.5%')
  .refine((value) => Number.parseFloat(value) <= 100, 'a share is at most 100%')
  .describe('A share of the price, like 10%');

/** Where a request is in its life, as the events tell. `open` is everything before an end. */
export const requestStates = [
  'open',
  'claimed',
  'contested',
  'settled',
  'refunded',
  'cancelled',
  'refused',
] as const;
export type RequestState = (typeof requestStates)[number];

const inputSchema = z
  .union([
    z.string().min(1).describe('An 8-bit grey PNG, or a JSON array of numbers'),
    z.strictObject({
      images: z.string().min(1).describe('A file of images, one after the other, a byte a pixel'),
      index: z.int().min(0).describe('Which image of it, counted from zero'),
      of: z.number().positive().default(16).describe('The byte value that stands for 1.0'),
    }),
    z.strictObject({
      page: z.string().min(1).describe('A picture of a page, PNG or JPEG, scaled to the detector'),
      line: z
        .strictObject({
          of: name.describe('The earlier request whose answer shows where the lines are'),
          index: z.int().min(0).describe('Which line, in reading order, counted from zero'),
        })
        .optional()
        .describe('Only this line of it, cut out at full resolution, for the recogniser'),
    }),
  ])
  .describe('What the model is asked about; paths are relative to the scenario file');

const errorName = z
  .string()
  .regex(
    /^[a-zA-Z]+\.[A-Z][A-Za-z]+$/,
    'an error is written pallet.Name, like inference.NothingDue',
  )
  .describe('The error a call is refused with, as pallet.Name');

const requestExpectations = z.strictObject({
  state: z.enum(requestStates).optional().describe('Where the request ends'),
  true: z.boolean().optional().describe("Whether the answer is the model's own, bit for bit"),
  label: z.int().min(0).optional().describe('The class the answer names'),
  text: z
    .string()
    .min(1)
    .optional()
    .describe('The text that the answer reads, without spaces around it'),
  textContains: z
    .string()
    .min(1)
    .optional()
    .describe('What the text that the answer reads has in it'),
  error: errorName.optional(),
  visibility: z
    .enum(['public', 'private'])
    .optional()
    .describe('Whether anyone could have checked the answer, or only who has the inputs'),
});

const patience = blocks
  .default(60)
  .describe(
    'Blocks after which waiting is a failure; as many times more as the windows of the chain are longer than those of `development`',
  );

/** Which events a step is about. */
const eventFilter = {
  event: z
    .string()
    .regex(
      /^[a-zA-Z]+\.[A-Z][A-Za-z]+$/,
      'an event is written pallet.Name, like disputes.Challenged',
    )
    .describe('The event, as pallet.Name'),
  request: name.optional().describe('Only an event about this request'),
  worker: name.optional().describe('Only an event that names this worker'),
};

/** Of a step that the chain may be expected to refuse. */
const refusable = { fails: errorName.optional(), skipOn };

const nodes = z.array(name).min(1).describe('Nodes, as the network calls them');

/** The most a flood may send: several times what the pool of a node holds. */
const MOST_MEGABYTES = 100;

const step = z.discriminatedUnion('do', [
  z
    .strictObject({
      do: z.literal('register-model'),
      model: name,
      fails: errorName.optional(),
      skipOn,
    })
    .describe('Registers a model that is declared `later`'),
  z
    .strictObject({
      do: z.literal('set-terms'),
      model: name,
      price: amountSchema.describe('Price of one inference by one worker'),
      royalty: percentage.default('10%'),
      ...refusable,
    })
    .describe('The owner changes a model’s terms; open requests keep theirs'),
  z
    .strictObject({ do: z.literal('set-latest'), model: name, ...refusable })
    .describe('The owner lets a live version take the requests made to the latest of its family'),
  z
    .strictObject({ do: z.literal('deprecate-model'), model: name, ...refusable })
    .describe('The owner withdraws a model from new requests'),
  z
    .strictObject({ do: z.literal('remove-model'), model: name, ...refusable })
    .describe('The owner has a draft or deprecated model forgotten, and the deposit back'),
  z
    .strictObject({
      do: z.literal('offer-family'),
      model: name.describe('Any version of the family'),
      to: name.describe('The author who may accept it'),
      ...refusable,
    })
    .describe('The owner offers a family'),
  z
    .strictObject({
      do: z.literal('accept-family'),
      model: name.describe('Any version of the family'),
      by: name.describe('The author whose it is to be'),
      ...refusable,
    })
    .describe('An author takes over a family with its deposits and royalties'),
  z
    .strictObject({ do: z.literal('join'), worker: name, skipOn })
    .describe('A worker that is declared `later` bonds, serves its models and starts'),
  z
    .strictObject({ do: z.literal('serve'), worker: name, model: name, skipOn })
    .describe('A worker serves one more model'),
  z
    .strictObject({ do: z.literal('leave'), worker: name, skipOn })
    .describe('A worker stops serving: it gets no new work and finishes what it has'),
  z
    .strictObject({ do: z.literal('stop'), worker: name, skipOn })
    .describe("A worker's daemon is stopped, as by a crash"),
  z
    .strictObject({ do: z.literal('restart'), worker: name, skipOn })
    .describe('A stopped daemon starts again with its journal'),
  z
    .strictObject({
      do: z.literal('request'),
      as: name.describe('What the rest of the file calls this request'),
      user: name,
      model: name,
      latest: z
        .boolean()
        .default(false)
        .describe('Asks the latest version of the family that the model is of'),
      input: inputSchema,
      byRoot: z
        .boolean()
        .default(false)
        .describe('Names the input by its tensor root instead of putting it on chain'),
      redundancy: z.int().min(1).max(8).default(1).describe('How many workers answer'),
      maxPrice: amountSchema
        .optional()
        .describe('The most it may cost; the quoted price if absent'),
      deadline: blocks
        .optional()
        .describe(
          'Blocks each working phase may take; as many times more as the windows of the chain are longer than those of `development`',
        ),
      expect: requestExpectations.default({}),
      skipOn,
    })
    .describe('A user escrows a price and asks'),
  z
    .strictObject({
      do: z.literal('cancel'),
      request: name,
      fails: errorName.optional(),
      skipOn,
    })
    .describe('The user takes a request back before it is assigned'),
  z
    .strictObject({
      do: z.literal('demand-output'),
      request: name,
      fails: errorName.optional(),
      skipOn,
    })
    .describe(
      'The user has the worker open, on chain and against a bond, an output that is larger than a claim; of a long trace its page before, against another bond',
    ),
  z
    .strictObject({ do: z.literal('get-output'), request: name, skipOn })
    .describe(
      'The user gets an output that is larger than a claim from where workers put it; fails if it is not there',
    ),
  z
    .strictObject({ do: z.literal('advance'), blocks, skipOn })
    .describe('Lets this many blocks pass'),
  z
    .strictObject({
      do: z.literal('await'),
      request: name,
      state: z.enum(requestStates),
      within: patience,
      skipOn,
    })
    .describe('Lets blocks pass until a request is in a state'),
  z
    .strictObject({
      do: z.literal('await-event'),
      ...eventFilter,
      within: patience,
      skipOn,
    })
    .describe(
      'Lets blocks pass until an event has occurred once more than earlier steps of this kind took; it may have during another step',
    ),
  z
    .strictObject({ do: z.literal('crowd'), blocks, skipOn })
    .describe(
      'Root fills this many blocks, so that their sweeps do nothing and whatever is due is left over; where blocks come by themselves, others may come between',
    ),
  z
    .strictObject({
      do: z.literal('censor'),
      who: name.describe('An actor'),
      blocks,
      skipOn,
    })
    .describe(
      'The next blocks, so many of them, leave out what the actor sends; only where the run makes the blocks',
    ),
  z
    .strictObject({ do: z.literal('await-finality'), within: patience, skipOn })
    .describe('Lets blocks pass until everything that has happened so far is final'),
  z
    .strictObject({ do: z.literal('kill-node'), nodes, skipOn })
    .describe('Kills nodes of the network, as a power cut does'),
  z
    .strictObject({ do: z.literal('start-node'), nodes, skipOn })
    .describe('Starts killed nodes again, or nodes that were not started with the network'),
  z
    .strictObject({ do: z.literal('pause-node'), nodes, skipOn })
    .describe('Stops nodes in the middle of what they do; they keep their connections'),
  z.strictObject({ do: z.literal('resume-node'), nodes, skipOn }).describe('Lets them go on'),
  z
    .strictObject({ do: z.literal('isolate-node'), nodes, skipOn })
    .describe('Cuts nodes from their peers'),
  z
    .strictObject({ do: z.literal('rejoin-node'), nodes, skipOn })
    .describe('Gives them their peers back'),
  z
    .strictObject({
      do: z.literal('twin'),
      worker: name,
      node: name
        .optional()
        .describe(
          "The node the second daemon talks to; another one than the first daemon's if absent",
        ),
      behaviour: behaviourSchema(workerBehaviourSpecs),
      skipOn,
    })
    .describe(
      'A second daemon starts with the operator key of a worker, a journal of its own, and at another node than the first',
    ),
  z
    .strictObject({
      do: z.literal('flood'),
      user: name.describe('Who signs them, and pays for those that a block takes'),
      megabytes: z
        .number()
        .positive()
        .max(MOST_MEGABYTES)
        .describe('How much is sent at most, in millions of bytes'),
      skipOn,
    })
    .describe(
      'Sends worthless normal transactions until the pool of the node is full, or as much as that is sent; fails when no more waits then than a block takes',
    ),
  z
    .strictObject({ do: z.literal('check-absent'), ...eventFilter, skipOn })
    .describe('Fails if an event has occurred by now that was not to occur yet'),
  z
    .strictObject({
      do: z.literal('check-behind'),
      nodes,
      blocks: blocks.min(2).default(2).describe('How far the chain must have gone on without them'),
      skipOn,
    })
    .describe(
      'Lets blocks pass until the chain is so far ahead of where it was when the nodes were killed, paused or cut off, and fails if one of them has got the first of these blocks',
    ),
  z
    .strictObject({
      do: z.literal('check-stalled'),
      blocks: blocks.min(4).default(4).describe('How many blocks pass meanwhile'),
      skipOn,
    })
    .describe('Lets blocks pass, and fails if any block becomes final meanwhile'),
]);

const label = z
  .string()
  .min(1)
  .max(120)
  .optional()
  .describe('What the report calls this expectation');

const fact = z.discriminatedUnion('that', [
  z
    .strictObject({
      that: z.literal('ended'),
      request: name,
      state: z.enum(requestStates).describe('Where the request ends'),
      true: z.boolean().optional().describe("Whether the answer is the model's own, bit for bit"),
      name: label,
    })
    .describe('A request came to this end'),
  z
    .strictObject({
      that: z.literal('convicted'),
      worker: name,
      request: name.optional(),
      transactions: z
        .int()
        .min(1)
        .max(5)
        .optional()
        .describe('In how many transactions, a seal not counted'),
      node: z.int().min(0).optional().describe('At which node of the graph'),
      page: z
        .int()
        .min(0)
        .optional()
        .describe('At which page of a long trace, which was never opened'),
      name: label,
    })
    .describe('A claim of the worker was proved wrong on chain'),
  z
    .strictObject({
      that: z.literal('slashed'),
      worker: name,
      atLeast: amountSchema.optional(),
      name: label,
    })
    .describe('The worker lost a lock to a conviction'),
  z
    .strictObject({
      that: z.literal('penalised'),
      worker: name,
      times: z.int().min(1).default(1),
      name: label,
    })
    .describe('The worker paid for not answering'),
  z
    .strictObject({ that: z.literal('unpunished'), who: name, name: label })
    .describe('The actor was never slashed, penalised or fined'),
  z
    .strictObject({
      that: z.literal('fined'),
      challenger: name,
      atLeast: amountSchema.optional(),
      name: label,
    })
    .describe('The challenger lost a bond or paid for a rejected proof'),
  z
    .strictObject({
      that: z.literal('paid'),
      who: name.describe('An actor, or `treasury`'),
      is: amountSchema.optional(),
      atLeast: amountSchema.optional(),
      name: label,
    })
    .describe('What an actor received by the protocol: royalties, wages, bounties, compensation'),
  z
    .strictObject({
      that: z.literal('held'),
      who: name.describe('An actor'),
      is: amountSchema,
      name: label,
    })
    .describe('What is held of an actor in the end, for whatever reason: deposits, stakes, bonds'),
  z
    .strictObject({
      that: z.literal('cost'),
      user: name,
      is: amountSchema,
      name: label,
    })
    .describe('What the user is out of pocket by the protocol in the end, transaction fees aside'),
  z
    .strictObject({
      that: z.literal('answered-by'),
      request: name,
      worker: name,
      name: label,
    })
    .describe("The settled claim is this worker's (among others when several answer)"),
  z
    .strictObject({ that: z.literal('no-lie-stands'), name: label })
    .describe('Every false claim was struck, and no request was settled with a false answer'),
  z
    .strictObject({
      that: z.literal('event'),
      event: z.string().regex(/^[a-zA-Z]+\.[A-Z][A-Za-z]+$/, 'an event is written pallet.Name'),
      times: z.int().min(0).optional().describe('Exactly so often'),
      atLeast: z.int().min(1).optional(),
      request: name.optional(),
      name: label,
    })
    .describe('An event occurred'),
]);

const expectation = z.discriminatedUnion('that', [
  fact,
  z
    .strictObject({
      that: z.literal('one-of'),
      cases: z
        .array(z.array(fact).min(1).describe('What holds together'))
        .min(2)
        .describe('The cases, each a list of expectations'),
      name: label,
    })
    .describe(
      'Exactly one of several cases came about: who wins a race is not for the scenario to say',
    ),
]);

const genesisPatch: z.ZodType<Record<string, unknown>> = z
  .record(z.string(), z.unknown())
  .describe("Merged into the preset's genesis, pallet by pallet");

/** A scenario file. Every object is strict: an unknown key is an error. */
export const scenarioSchema = z
  .strictObject({
    name: name.describe('The file name without its extension'),
    description: z.string().min(1).describe('What is shown, in a sentence or two'),
    skipOn: z
      .array(z.enum(driverNames))
      .default([])
      .describe('Drivers on which the scenario is not played, since without its faults it is none'),
    network: z
      .strictObject({
        preset: z.enum(['development', 'rehearsal', 'local']).default('development'),
        genesis: genesisPatch.default({}),
      })
      .prefault({}),
    actors: z
      .strictObject({
        authors: z
          .record(
            name,
            z.strictObject({
              balance: amountSchema.default(1000),
              behaviour: behaviourSchema(authorBehaviourSpecs),
            }),
          )
          .default({}),
        users: z
          .record(
            name,
            z.strictObject({
              balance: amountSchema.default(1000),
              behaviour: behaviourSchema(userBehaviourSpecs),
            }),
          )
          .default({}),
        workers: z
          .record(
            name,
            z.strictObject({
              balance: amountSchema.default(1000),
              stake: amountSchema.default(500).describe('What it bonds'),
              minPrice: amountSchema.default(0).describe('It takes no work below this price'),
              serves: z.array(name).min(1).describe('The models it serves'),
              node: name
                .optional()
                .describe(
                  'The node its daemon talks to, on drivers that have nodes; elsewhere, and when absent, any',
                ),
              later: z.boolean().default(false).describe('Joins by a step instead of at the start'),
              behaviour: behaviourSchema(workerBehaviourSpecs),
            }),
          )
          .default({}),
        challengers: z
          .record(
            name,
            z.strictObject({
              balance: amountSchema.default(1000),
              seals: z
                .boolean()
                .default(true)
                .describe(
                  'Whether it seals what it finds a block before it proves it, so that nobody gets the bounty who copies the proof',
                ),
              behaviour: behaviourSchema(challengerBehaviourSpecs),
            }),
          )
          .default({}),
        keepers: z.record(name, z.strictObject({ balance: amountSchema.default(100) })).default({}),
      })
      .describe('Everyone who takes part, by role and name'),
    models: z
      .record(
        name,
        z.strictObject({
          dir: z
            .string()
            .min(1)
            .optional()
            .describe('A compiled model, relative to the scenario file'),
          generated: z
            .strictObject({
              nodes: z.int().min(2).max(MAX_NODES).describe('How many nodes it has'),
              seed: z.int().min(0).default(1),
              rows: z
                .int()
                .min(1)
                .max(4_096)
                .optional()
                .describe(
                  'So many rows of 32 values are its answer, instead of the index of the largest',
                ),
            })
            .optional()
            .describe(
              'Instead of `dir`: a graph of so many small nodes, made on the fly; it takes 16 numbers from 0 to 255',
            ),
          ocr: z
            .enum(ocrModels)
            .optional()
            .describe(
              'Instead of `dir`: a model that finds or reads text, compiled on demand and kept in a cache; it takes a `page`, or a line of one',
            ),
          author: name,
          price: amountSchema.describe('Price of one inference by one worker'),
          royalty: percentage.default('10%'),
          family: name
            .optional()
            .describe(
              'The first version of the family it is the next one of; it founds one if absent',
            ),
          later: z
            .boolean()
            .default(false)
            .describe('Registered by a step instead of at the start'),
        }),
      )
      .describe('The models, by name'),
    steps: z.array(step).min(1).describe('What happens, in order'),
    expect: z.array(expectation).default([]).describe('What must hold in the end'),
    money: z
      .record(
        name,
        z.strictObject({
          ends: z.enum(endings).describe('How its money must end instead'),
          because: z.string().min(10).describe('Why, in a sentence: what is shown by it'),
        }),
      )
      .default({})
      .describe(
        'Who must end otherwise than by behaviour: the honest end with at least what they are owed, cheats with less than they came with',
      ),
    finish: z
      .strictObject({
        within: blocks
          .default(80)
          .describe(
            'Blocks after the last step in which all must come to an end; more on a chain with longer windows',
          ),
      })
      .prefault({}),
  })
  .describe('A Veritrace scenario');

/** A scenario as read: defaults filled in. Amounts are tokens. */
export type Scenario = z.output<typeof scenarioSchema>;
export type ScenarioStep = Scenario['steps'][number];
export type ScenarioExpectation = Scenario['expect'][number];
/** An expectation that is met or not by itself. */
export type ScenarioFact = z.output<typeof fact>;
export type ScenarioInput = z.output<typeof inputSchema>;
export type RequestExpectations = z.output<typeof requestExpectations>;

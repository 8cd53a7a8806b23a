/** The config files of the daemons and of the sidecar, one schema each. */
import { z } from 'zod';
import {
  computing,
  endpointSchema,
  journalSchema,
  logLevelSchema,
  modelsSchema,
  offlineModelsSchema,
  readConfig,
  type Settings,
  secretSchema,
  storesSchema,
} from './config-file.ts';
import { PROOF_CAP } from './proof-cap.ts';
import { DEFAULT_PORT, LOOPBACK } from './sidecar/loopback.ts';

const amountSchema = z
  .union([z.string().regex(/^\d+$/, 'digits only'), z.number().int().nonnegative().safe()])
  .transform((amount) => BigInt(amount));

/** What either of worker and sidecar needs. */
const publishing = (journal: string) => ({
  journal: journalSchema(journal).describe('lasting memory; it holds salts'),
  verifySampleTiles: z
    .number()
    .int()
    .min(0)
    .max(10_000)
    .default(8)
    .describe('tiles that the referee recomputes before anything is published'),
  logLevel: logLevelSchema,
});

const workerFile = z.strictObject({
  endpoint: endpointSchema,
  operator: secretSchema.describe('where the operator key is found; never the key itself'),
  ...computing(modelsSchema),
  ...publishing('worker.journal'),
  minPrice: amountSchema.optional().describe('the least price to be drawn for, in smallest units'),
  limits: z
    .strictObject({
      waitingTransactions: z
        .number()
        .int()
        .min(1)
        .max(64)
        .default(8)
        .describe('transactions that wait for inclusion at once'),
    })
    .default({ waitingTransactions: 8 }),
});

const sidecarFile = z.strictObject({
  listen: z
    .strictObject({
      host: z.enum(LOOPBACK).default('127.0.0.1'),
      port: z.number().int().min(0).max(65_535).default(DEFAULT_PORT),
    })
    .default({ host: '127.0.0.1', port: DEFAULT_PORT }),
  ...computing(offlineModelsSchema),
  ...publishing('sidecar.journal'),
  tokenFile: z
    .string()
    .min(1)
    .default('sidecar.token')
    .describe('the file with the token that a job has to come with; made if there is none'),
  requireToken: z
    .boolean()
    .default(true)
    .describe('whether jobs have to come with the token; nodes of earlier releases bring none'),
});

/** What every daemon has that acts for an account of its own. */
const acting = (journal: string, pays: string) => ({
  endpoint: endpointSchema,
  key: secretSchema.describe(
    `where the key is found of the account that ${pays}; never the key itself`,
  ),
  journal: journalSchema(journal),
  logLevel: logLevelSchema,
});

const proofCapSchema = z
  .strictObject({
    bytes: z
      .number()
      .int()
      .min(0)
      .default(PROOF_CAP.bytes)
      .describe('most bytes of the proof of a whole node'),
    blockShare: z
      .number()
      .min(0)
      .max(1)
      .default(PROOF_CAP.blockShare)
      .describe('most of a block that its transaction has to find free, as a share of one'),
  })
  .default(PROOF_CAP)
  .describe('how large a proof in one transaction may be; a node that takes more is challenged');

const challengerFile = z.strictObject({
  ...acting('challenger.journal', 'pays bonds and is paid bounties'),
  ...computing(modelsSchema),
  seals: z
    .boolean()
    .default(true)
    .describe(
      'whether accusations are sealed a block before, so that nobody copies them for the bounty',
    ),
  proofCap: proofCapSchema,
});

const keeperFile = z.strictObject({
  ...acting('keeper.journal', 'sends what is due, and is paid rewards'),
  patience: z
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(1)
    .describe("blocks left to the chain's own sweep before the keeper steps in"),
});

const publisherFile = z.strictObject({
  ...acting('publisher.journal', 'pays for publications, whose requests are looked after'),
  stores: storesSchema
    .min(1)
    .describe('where the inputs are got that are demanded, asked in order'),
  forAll: z
    .boolean()
    .default(false)
    .describe("whether others' inputs are published, too, if a store has them"),
});

/** Settings as the file gives them; paths are absolute. */
export type WorkerSettings = Settings<z.output<typeof workerFile>>;
export type ChallengerSettings = Settings<z.output<typeof challengerFile>>;
export type KeeperSettings = Settings<z.output<typeof keeperFile>>;
export type PublisherSettings = Settings<z.output<typeof publisherFile>>;

/** The same for a sidecar: it has neither endpoint nor key, the node has both. */
export type SidecarSettings = Settings<z.output<typeof sidecarFile>>;

/** What is said elsewhere than in the file, and goes before it: part of maps, too. Paths are absolute. */
type Overrides<File> = {
  [Key in keyof File]?: Key extends 'engine' | 'limits' ? Partial<File[Key]> : File[Key];
};

export type WorkerOverrides = Overrides<z.input<typeof workerFile>>;
export type ChallengerOverrides = Overrides<z.input<typeof challengerFile>>;
export type KeeperOverrides = Overrides<z.input<typeof keeperFile>>;
export type PublisherOverrides = Overrides<z.input<typeof publisherFile>>;

/** Reads a worker's config file. Throws an `InvalidFile` that lists every mistake. */
export const readWorkerConfig = (
  file: string,
  overrides: WorkerOverrides = {},
): Promise<WorkerSettings> =>
  readConfig(file, { what: "a worker's config", schema: workerFile, overrides });

/** Reads a sidecar's config file. Throws an `InvalidFile` that lists every mistake. */
export const readSidecarConfig = (file: string): Promise<SidecarSettings> =>
  readConfig(file, { what: "a sidecar's config", schema: sidecarFile, overrides: {} });

/** Reads a challenger's config file, if there is one. Throws an `InvalidFile` that lists every mistake. */
export const readChallengerConfig = (
  file: string | undefined,
  overrides: ChallengerOverrides = {},
): Promise<ChallengerSettings> =>
  readConfig(file, { what: "a challenger's config", schema: challengerFile, overrides });

/** Reads a keeper's config file, if there is one. Throws an `InvalidFile` that lists every mistake. */
export const readKeeperConfig = (
  file: string | undefined,
  overrides: KeeperOverrides = {},
): Promise<KeeperSettings> =>
  readConfig(file, { what: "a keeper's config", schema: keeperFile, overrides });

/** Reads a publisher's config file, if there is one. Throws an `InvalidFile` that lists every mistake. */
export const readPublisherConfig = (
  file: string | undefined,
  overrides: PublisherOverrides = {},
): Promise<PublisherSettings> =>
  readConfig(file, { what: "a publisher's config", schema: publisherFile, overrides });

const files = {
  worker: workerFile,
  sidecar: sidecarFile,
  challenger: challengerFile,
  keeper: keeperFile,
  publisher: publisherFile,
};

/** JSON Schemas by the names of their files, which let editors complete config files. */
export const configJsonSchemas = (): Record<string, Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(files).map(([name, file]) => [
      `${name}.schema.json`,
      { ...z.toJSONSchema(file, { io: 'input' }), title: `Veritrace ${name}` },
    ]),
  );

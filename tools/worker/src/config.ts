/**
 * Config files of worker and sidecar: YAML (or JSON, which is YAML), strict. Mistakes are told with file, line and column.
 * Secrets are named in them, never written, and nothing here repeats what stands where a secret was meant.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import {
  BadSyntax,
  type Issue,
  parseDeclared,
  parseYaml,
  readDeclared,
} from '@veritrace/harness/declared';
import { shownEndpoint } from '@veritrace/sdk';
import { stringify } from 'yaml';
import { z } from 'zod';
import { DEFAULT_PORT, LOOPBACK } from './sidecar/loopback.ts';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

const VARIABLE = /^[A-Z_][A-Z0-9_]*$/;
const ENDPOINT = /^wss?:\/\//;
const ENDPOINT_WORDS = 'an address that begins with ws:// or wss://';

/** Where a secret is found: an environment variable, or a file that holds nothing else. */
const secretSchema = z.union([
  z.strictObject({ env: z.string().regex(VARIABLE, 'the name of a variable') }),
  z.strictObject({ file: z.string().min(1) }),
]);

/** A place that has content: a folder, or a server. */
const storeSchema = z.union([
  z.strictObject({ dir: z.string().min(1).describe('a folder, read and written') }),
  z.strictObject({
    url: z
      .string()
      .regex(/^https?:\/\//, 'an address that begins with https:// or http://')
      .describe('a server, read'),
    plainHttp: z.boolean().default(false).describe('whether http:// may be used'),
    privateAddresses: z
      .boolean()
      .default(false)
      .describe('whether addresses of private networks and of this machine may be used'),
  }),
]);

/** A place of a config file; paths are absolute. */
export type StoreSettings = z.output<typeof storeSchema>;

const amountSchema = z
  .union([z.string().regex(/^\d+$/, 'digits only'), z.number().int().nonnegative().safe()])
  .transform((amount) => BigInt(amount));

/** What either needs: models, something that runs them, and a memory. */
const shared = (journal: string) => ({
  models: z
    .union([
      z.array(z.strictObject({ dir: z.string().min(1) })).min(1),
      z.strictObject({ folder: z.string().min(1) }),
    ])
    .describe('compiled models: a list of their folders, or a folder that holds them'),
  engine: z
    .strictObject({
      executionProvider: z.enum(['cpu']).default('cpu'),
      threads: z.number().int().min(1).max(256).default(1),
    })
    .default({ executionProvider: 'cpu', threads: 1 }),
  journal: z.string().min(1).default(journal).describe('lasting memory; it holds salts'),
  verifySampleTiles: z
    .number()
    .int()
    .min(0)
    .max(10_000)
    .default(8)
    .describe('tiles that the referee recomputes before anything is published'),
  stores: z
    .array(storeSchema)
    .max(16)
    .default([])
    .describe(
      'where inputs are got that are not on chain, asked in order, and outputs put that are larger than a claim carries',
    ),
  logLevel: z.enum(logLevels).default('info'),
});

const workerFile = z.strictObject({
  endpoint: z.string().regex(ENDPOINT, ENDPOINT_WORDS),
  operator: secretSchema.describe('where the operator key is found; never the key itself'),
  ...shared('worker.journal'),
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
  ...shared('sidecar.journal'),
});

/** Models as they are served: the folder of each. */
type Resolved<File> = Omit<File, 'models'> & { models: { dir: string }[] };

/** Settings as the file gives them; paths are absolute. */
export type WorkerSettings = Resolved<z.infer<typeof workerFile>>;

/** The same for a sidecar: it has neither endpoint nor key, the node has both. */
export type SidecarSettings = Resolved<z.infer<typeof sidecarFile>>;

/** What is said elsewhere than in the file, and goes before it. Paths are absolute. */
export type WorkerOverrides = Partial<
  Omit<z.input<typeof workerFile>, 'engine' | 'limits' | 'models'>
> & {
  models?: { dir: string }[];
  engine?: Partial<z.input<typeof workerFile>['engine']>;
  limits?: Partial<z.input<typeof workerFile>['limits']>;
};

/** A secret is missing, or lies open. The message names the place and not the secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const INLINE =
  'a key is not written in this file: name the environment variable that holds it, { env: NAME }, or a file that only you can read, { file: PATH }';
const NO_VARIABLE =
  'env takes the name of an environment variable: capital letters, digits and _; a key is not written in this file';

/** What is wrong with where the key is said to be; `undefined` when it is only said where it is, or not at all. */
const inlineSecret = (operator: unknown): string | undefined => {
  if (operator === undefined || operator === null) return undefined;
  if (!isMap(operator)) return INLINE;
  if (Object.keys(operator).some((key) => key !== 'env' && key !== 'file')) return INLINE;
  const { env } = operator;
  if (env !== undefined && !(typeof env === 'string' && VARIABLE.test(env))) return NO_VARIABLE;
  return undefined;
};

/** Mistakes of a kind whose values must not be repeated: the schema's own messages would. */
const unrepeatable = (data: unknown): Issue[] => {
  if (!isMap(data)) return [];
  const { operator, endpoint } = data;
  const secret = inlineSecret(operator);
  const hides =
    typeof endpoint === 'string' &&
    !ENDPOINT.test(endpoint) &&
    shownEndpoint(endpoint) !== endpoint;
  return [
    ...(secret === undefined ? [] : [{ path: ['operator'], at: 'key' as const, message: secret }]),
    ...(hides
      ? [{ path: ['endpoint'], at: 'value' as const, message: `endpoint is not ${ENDPOINT_WORDS}` }]
      : []),
  ];
};

/** `over` before `under`, key by key in maps. */
const merged = (under: unknown, over: Readonly<Record<string, unknown>>): unknown => {
  const entries = Object.entries(over).filter(([, value]) => value !== undefined);
  if (!isMap(under)) return entries.length === 0 ? under : Object.fromEntries(entries);
  return {
    ...under,
    ...Object.fromEntries(
      entries.map(([key, value]) => [
        key,
        // A place of a secret is one thing: half of it from the file would be another place.
        isMap(value) && key !== 'operator' ? merged(under[key], value) : value,
      ]),
    ),
  };
};

/** Folders of compiled models in a folder: its own folders, or what is called `compiled` in them. */
const compiledIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => [join(folder, name), join(folder, name, 'compiled')])
    .filter((dir) => existsSync(join(dir, 'manifest.json')))
    .sort();

const folderProblem = (folder: string): string | undefined => {
  try {
    return compiledIn(folder).length === 0
      ? `there is no compiled model in ${folder}; make one with: veritrace model compile`
      : undefined;
  } catch {
    return `${folder} is not a folder that can be read`;
  }
};

/** Reads a config file. Throws an `InvalidFile` that lists every mistake. */
const readConfig = async <
  File extends {
    models: { dir: string }[] | { folder: string };
    journal: string;
    stores: StoreSettings[];
  },
>(
  file: string,
  what: string,
  schema: z.ZodType<File>,
  overrides: Readonly<Record<string, unknown>>,
): Promise<{ settings: Resolved<File>; folder: string }> => {
  const folder = dirname(resolve(file));
  const { content } = parseDeclared(await readDeclared(file), file, {
    what,
    read: (text) => {
      const written = parseYaml(text);
      const { data } = written;
      const mistakes = unrepeatable(data);
      if (mistakes.length > 0) {
        throw new BadSyntax(
          mistakes.map((issue) => ({ position: written.locate(issue), message: issue.message })),
        );
      }
      return { ...written, data: merged(data, overrides) };
    },
    schema,
    check: ({ models }) => {
      if (Array.isArray(models)) return [];
      const message = folderProblem(resolve(folder, models.folder));
      return message === undefined
        ? []
        : [{ path: ['models', 'folder'], at: 'value' as const, message }];
    },
  });
  const { models, journal, stores } = content;
  return {
    folder,
    settings: {
      ...content,
      models: Array.isArray(models)
        ? models.map(({ dir }) => ({ dir: resolve(folder, dir) }))
        : compiledIn(resolve(folder, models.folder)).map((dir) => ({ dir })),
      journal: resolve(folder, journal),
      stores: stores.map((store) => ('dir' in store ? { dir: resolve(folder, store.dir) } : store)),
    },
  };
};

/** Reads a worker's config file. Throws an `InvalidFile` that lists every mistake. */
export const readWorkerConfig = async (
  file: string,
  overrides: WorkerOverrides = {},
): Promise<WorkerSettings> => {
  const { settings, folder } = await readConfig(file, "a worker's config", workerFile, overrides);
  const { operator } = settings;
  return {
    ...settings,
    operator: 'file' in operator ? { file: resolve(folder, operator.file) } : operator,
  };
};

/** Reads a sidecar's config file. Throws an `InvalidFile` that lists every mistake. */
export const readSidecarConfig = async (file: string): Promise<SidecarSettings> =>
  (await readConfig(file, "a sidecar's config", sidecarFile, {})).settings;

/** Settings as they may be shown, in the form of a config file. */
export const shownSettings = (settings: WorkerSettings): Record<string, unknown> => ({
  ...settings,
  endpoint: shownEndpoint(settings.endpoint),
  ...(settings.minPrice === undefined ? {} : { minPrice: String(settings.minPrice) }),
});

/** The same as the text of a config file. */
export const shownConfig = (settings: WorkerSettings): string =>
  stringify(shownSettings(settings)).trimEnd();

/** JSON Schemas by the names of their files, which let editors complete config files. */
export const configJsonSchemas = (): Record<string, Record<string, unknown>> => ({
  'worker.schema.json': {
    ...z.toJSONSchema(workerFile, { io: 'input' }),
    title: 'Veritrace worker',
  },
  'sidecar.schema.json': {
    ...z.toJSONSchema(sidecarFile, { io: 'input' }),
    title: 'Veritrace sidecar',
  },
});

/** Reads a secret. Throws a `ConfigError` when it is missing, or its file can be read by others. */
export const readSecret = (
  source: WorkerSettings['operator'],
  env: NodeJS.ProcessEnv = process.env,
): string => {
  if ('env' in source) {
    const value = env[source.env]?.trim();
    if (value === undefined || value === '') {
      throw new ConfigError(
        `the environment variable ${source.env} with the operator key is not set`,
      );
    }
    return value;
  }
  let value: string;
  try {
    if (process.platform !== 'win32' && (statSync(source.file).mode & 0o077) !== 0) {
      throw new ConfigError(`${source.file} can be read by others; chmod 600 it`);
    }
    value = readFileSync(source.file, 'utf8').trim();
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw new ConfigError(`cannot read the key file: ${(cause as Error).message}`, { cause });
  }
  if (value === '') throw new ConfigError(`${source.file} is empty`);
  return value;
};

/**
 * What the config files of all daemons have in common: YAML (or JSON, which is YAML), strict. Mistakes are told with file,
 * line and column. Secrets are named in them, never written, and nothing here repeats what stands where a secret was meant.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { EXACT_PROVIDERS } from '@veritrace/compiler';
import {
  BadSyntax,
  type Issue,
  parseDeclared,
  parseYaml,
  readDeclared,
} from '@veritrace/harness/declared';
import { type Hex, shownEndpoint } from '@veritrace/sdk';
import { stringify } from 'yaml';
import { z } from 'zod';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

const VARIABLE = /^[A-Z_][A-Z0-9_]*$/;
const ENDPOINT = /^wss?:\/\//;
const ENDPOINT_WORDS = 'an address that begins with ws:// or wss://';
const HASH = /^0x[0-9a-f]{64}$/;

/** What a file is called where there is none. */
const NO_FILE = '(no config file)';

/** Where a secret is found: an environment variable, or a file that holds nothing else. */
export const secretSchema = z.union([
  z.strictObject({ env: z.string().regex(VARIABLE, 'the name of a variable') }),
  z.strictObject({ file: z.string().min(1) }),
]);

/** Where a key is found. */
export type SecretPlace = z.output<typeof secretSchema>;

export const endpointSchema = z.string().regex(ENDPOINT, ENDPOINT_WORDS);

export const logLevelSchema = z.enum(logLevels).default('info');

export const journalSchema = (file: string) =>
  z.string().min(1).default(file).describe('lasting memory');

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

export const storesSchema = z.array(storeSchema).max(16);

const folderOf = z.strictObject({ dir: z.string().min(1).describe('a compiled model') });
const hash = z
  .string()
  .regex(HASH, '0x and 64 lower-case hex digits')
  .transform((text) => text as Hex);
const byArtefact = z.strictObject({
  artefact: hash.describe('SHA-256 of a graph.bin, got from the stores'),
});
const byId = z.strictObject({
  id: hash.describe('a registered model, whose graph is got from the stores'),
});
const inFolder = z.strictObject({ folder: z.string().min(1).describe('compiled models in it') });

/** Models of a process that does not ask the chain. */
export const offlineModelsSchema = z
  .union([z.array(z.union([folderOf, byArtefact])).min(1), inFolder])
  .describe('compiled models: a list of their folders or hashes, or a folder that holds them');

/** Models of a process that has a connection to the chain. */
export const modelsSchema = z
  .union([z.array(z.union([folderOf, byId, byArtefact])).min(1), inFolder])
  .describe('compiled models: a list of their folders, ids or hashes, or a folder that holds them');

/** A model as it is named; paths are absolute. */
export type ModelSource = { dir: string } | { id: Hex } | { artefact: Hex };

/** What computes: models, something that runs them, and where their inputs are. */
export const computing = (models: typeof modelsSchema | typeof offlineModelsSchema) => ({
  models,
  engine: z
    .strictObject({
      executionProvider: z
        .enum(EXACT_PROVIDERS)
        .default('cpu')
        .describe('what models are computed on; cuda needs the libraries that README.md names'),
      threads: z.number().int().min(1).max(256).default(1),
      memoryMiB: z
        .number()
        .int()
        .min(256)
        .max(2 ** 20)
        .default(4_096)
        .describe('memory of the process that computes one model; one that wants more is ended'),
      seconds: z
        .number()
        .int()
        .min(1)
        .max(86_400)
        .default(300)
        .describe('what one run of a model may take; one that takes longer is ended'),
    })
    .default({ executionProvider: 'cpu', threads: 1, memoryMiB: 4_096, seconds: 300 }),
  stores: storesSchema
    .default([])
    .describe(
      'where inputs and graphs are got that are not on chain, asked in order, and outputs put that are larger than a claim carries',
    ),
  modelCache: z
    .string()
    .min(1)
    .default('model-cache')
    .describe('the folder that keeps graphs that were got from stores'),
  maxModelBytes: z
    .number()
    .int()
    .min(1)
    .max(2 ** 30)
    .default(64 * 2 ** 20)
    .describe('largest graph that is got from a store'),
});

/** What a file says before its paths are absolute and its folder of models is looked into. */
interface Written {
  models?: ModelSource[] | { folder: string };
  journal?: string;
  modelCache?: string;
  tokenFile?: string;
  stores?: StoreSettings[];
  operator?: SecretPlace;
  key?: SecretPlace;
}

/** Settings as a file gives them: paths are absolute, and models a list. */
export type Settings<File> = {
  [Key in keyof File]: Key extends 'models' ? ModelSource[] : File[Key];
};

/** A secret is missing, or lies open. The message names the place and not the secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Settings that say where a key is. */
const SECRETS = ['operator', 'key'] as const;
const isSecret = (name: string): boolean => SECRETS.some((secret) => secret === name);

const INLINE =
  'a key is not written in this file: name the environment variable that holds it, { env: NAME }, or a file that only you can read, { file: PATH }';
const NO_VARIABLE =
  'env takes the name of an environment variable: capital letters, digits and _; a key is not written in this file';

/** What is wrong with where the key is said to be; `undefined` when it is only said where it is, or not at all. */
const inlineSecret = (place: unknown): string | undefined => {
  if (place === undefined || place === null) return undefined;
  if (!isMap(place)) return INLINE;
  if (Object.keys(place).some((key) => key !== 'env' && key !== 'file')) return INLINE;
  const { env } = place;
  if (env !== undefined && !(typeof env === 'string' && VARIABLE.test(env))) return NO_VARIABLE;
  return undefined;
};

/** Mistakes of a kind whose values must not be repeated: the schema's own messages would. */
const unrepeatable = (data: unknown): Issue[] => {
  if (!isMap(data)) return [];
  const { endpoint } = data;
  const hides =
    typeof endpoint === 'string' &&
    !ENDPOINT.test(endpoint) &&
    shownEndpoint(endpoint) !== endpoint;
  return [
    ...SECRETS.flatMap((name): Issue[] => {
      const message = inlineSecret(data[name]);
      return message === undefined ? [] : [{ path: [name], at: 'key', message }];
    }),
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
        isMap(value) && !isSecret(key) ? merged(under[key], value) : value,
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

const isFolder = (models: Written['models']): models is { folder: string } =>
  models !== undefined && !Array.isArray(models);

const located = (written: Written, folder: string): Written => {
  const { models, journal, modelCache, tokenFile, stores } = written;
  const at = (path: string): string => resolve(folder, path);
  const secrets = Object.fromEntries(
    SECRETS.flatMap((name) => {
      const place = written[name];
      return place !== undefined && 'file' in place ? [[name, { file: at(place.file) }]] : [];
    }),
  );
  return {
    ...written,
    ...secrets,
    ...(models === undefined
      ? {}
      : {
          models: isFolder(models)
            ? compiledIn(at(models.folder)).map((dir) => ({ dir }))
            : models.map((model) => ('dir' in model ? { dir: at(model.dir) } : model)),
        }),
    ...(journal === undefined ? {} : { journal: at(journal) }),
    ...(modelCache === undefined ? {} : { modelCache: at(modelCache) }),
    ...(tokenFile === undefined ? {} : { tokenFile: at(tokenFile) }),
    ...(stores === undefined
      ? {}
      : { stores: stores.map((store) => ('dir' in store ? { dir: at(store.dir) } : store)) }),
  };
};

/**
 * Reads a config file; without one, what is said elsewhere is all there is. Throws an `InvalidFile` that lists every
 * mistake.
 */
export const readConfig = async <File extends Written>(
  file: string | undefined,
  {
    what,
    schema,
    overrides,
  }: { what: string; schema: z.ZodType<File>; overrides: Readonly<Record<string, unknown>> },
): Promise<Settings<File>> => {
  const folder = file === undefined ? process.cwd() : dirname(resolve(file));
  const text = file === undefined ? '' : await readDeclared(file);
  const { content } = parseDeclared(text, file ?? NO_FILE, {
    what,
    read: (source) => {
      const written = parseYaml(source);
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
      const message = isFolder(models) ? folderProblem(resolve(folder, models.folder)) : undefined;
      return message === undefined
        ? []
        : [{ path: ['models', 'folder'], at: 'value' as const, message }];
    },
  });
  return located(content, folder) as Settings<File>;
};

/** Settings as they may be shown, in the form of a config file. */
export const shownSettings = (settings: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]): [string, unknown][] => {
      if (value === undefined) return [];
      if (name === 'endpoint') return [[name, shownEndpoint(String(value))]];
      return [[name, typeof value === 'bigint' ? String(value) : value]];
    }),
  );

/** The same as the text of a config file. */
export const shownConfig = (settings: object): string =>
  stringify(shownSettings(settings)).trimEnd();

/** Reads a secret. Throws a `ConfigError` when it is missing, or its file can be read by others. */
export const readSecret = (
  source: SecretPlace,
  env: NodeJS.ProcessEnv = process.env,
  what = 'operator key',
): string => {
  if ('env' in source) {
    const value = env[source.env]?.trim();
    if (value === undefined || value === '') {
      throw new ConfigError(`the environment variable ${source.env} with the ${what} is not set`);
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

/** Config files of worker and sidecar: YAML (or JSON, which is YAML), strict. Secrets are named in them, never written. */
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { DEFAULT_PORT, LOOPBACK } from './sidecar/loopback.ts';

/** Where a secret is found: an environment variable, or a file that holds nothing else. */
const secretSchema = z.union([
  z.strictObject({ env: z.string().regex(/^[A-Z_][A-Z0-9_]*$/, 'the name of a variable') }),
  z.strictObject({ file: z.string().min(1) }),
]);

const amountSchema = z
  .union([z.string().regex(/^\d+$/, 'digits only'), z.number().int().nonnegative().safe()])
  .transform((amount) => BigInt(amount));

/** What either needs: models, something that runs them, and a memory. */
const shared = (journal: string) => ({
  models: z.array(z.strictObject({ dir: z.string().min(1) })).min(1),
  engine: z
    .strictObject({
      executionProvider: z.enum(['cpu']).default('cpu'),
      threads: z.number().int().min(1).max(256).default(1),
    })
    .default({ executionProvider: 'cpu', threads: 1 }),
  journal: z.string().min(1).default(journal),
  verifySampleTiles: z.number().int().min(0).max(10_000).default(8),
});

const workerSchema = z.strictObject({
  endpoint: z.string().regex(/^wss?:\/\//, 'an address that begins with ws:// or wss://'),
  operator: secretSchema,
  ...shared('worker.journal'),
  minPrice: amountSchema.optional(),
});

const sidecarSchema = z.strictObject({
  listen: z
    .strictObject({
      host: z.enum(LOOPBACK).default('127.0.0.1'),
      port: z.number().int().min(0).max(65_535).default(DEFAULT_PORT),
    })
    .default({ host: '127.0.0.1', port: DEFAULT_PORT }),
  ...shared('sidecar.journal'),
});

/** Settings as the file gives them; paths are absolute. */
export type WorkerSettings = z.infer<typeof workerSchema>;

/** The same for a sidecar: it has neither endpoint nor key, the node has both. */
export type SidecarSettings = z.infer<typeof sidecarSchema>;

/** The config file is wrong. The message names file, key and what is allowed. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const placeOf = (path: PropertyKey[]): string =>
  path.length === 0 ? 'the file' : path.map(String).join('.');

/** Reads a config file. Throws a `ConfigError` that lists every mistake. */
const readConfig = <Settings extends { models: { dir: string }[]; journal: string }>(
  file: string,
  schema: z.ZodType<Settings>,
): { settings: Settings; folder: string } => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError(`cannot read ${file}: ${(cause as Error).message}`, { cause });
  }
  const document = parseDocument(text);
  const [broken] = document.errors;
  if (broken !== undefined) throw new ConfigError(`${file}: ${broken.message}`);
  const parsed = schema.safeParse(document.toJS());
  if (!parsed.success) {
    const mistakes = parsed.error.issues.map(
      ({ path, message }) => `${file}: ${placeOf(path)}: ${message}`,
    );
    throw new ConfigError(mistakes.join('\n'));
  }
  const folder = dirname(resolve(file));
  const { models, journal } = parsed.data;
  return {
    folder,
    settings: {
      ...parsed.data,
      models: models.map(({ dir }) => ({ dir: resolve(folder, dir) })),
      journal: resolve(folder, journal),
    },
  };
};

/** Reads a worker's config file. Throws a `ConfigError` that lists every mistake. */
export const readWorkerConfig = (file: string): WorkerSettings => {
  const { settings, folder } = readConfig(file, workerSchema);
  const { operator } = settings;
  return {
    ...settings,
    operator: 'file' in operator ? { file: resolve(folder, operator.file) } : operator,
  };
};

/** Reads a sidecar's config file. Throws a `ConfigError` that lists every mistake. */
export const readSidecarConfig = (file: string): SidecarSettings =>
  readConfig(file, sidecarSchema).settings;

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

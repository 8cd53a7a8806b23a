/** A worker's config file: YAML (or JSON, which is YAML), strict. Secrets are named in it, never written. */
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';

/** Where a secret is found: an environment variable, or a file that holds nothing else. */
const secretSchema = z.union([
  z.strictObject({ env: z.string().regex(/^[A-Z_][A-Z0-9_]*$/, 'the name of a variable') }),
  z.strictObject({ file: z.string().min(1) }),
]);

const amountSchema = z
  .union([z.string().regex(/^\d+$/, 'digits only'), z.number().int().nonnegative().safe()])
  .transform((amount) => BigInt(amount));

const configSchema = z.strictObject({
  endpoint: z.string().regex(/^wss?:\/\//, 'an address that begins with ws:// or wss://'),
  operator: secretSchema,
  models: z.array(z.strictObject({ dir: z.string().min(1) })).min(1),
  engine: z
    .strictObject({
      executionProvider: z.enum(['cpu']).default('cpu'),
      threads: z.number().int().min(1).max(256).default(1),
    })
    .default({ executionProvider: 'cpu', threads: 1 }),
  journal: z.string().min(1).default('worker.journal'),
  minPrice: amountSchema.optional(),
  verifySampleTiles: z.number().int().min(0).max(10_000).default(8),
});

/** Settings as the file gives them; paths are absolute. */
export type WorkerSettings = z.infer<typeof configSchema>;

/** The config file is wrong. The message names file, key and what is allowed. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const placeOf = (path: PropertyKey[]): string =>
  path.length === 0 ? 'the file' : path.map(String).join('.');

/** Reads a config file. Throws a `ConfigError` that lists every mistake. */
export const readWorkerConfig = (file: string): WorkerSettings => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError(`cannot read ${file}: ${(cause as Error).message}`, { cause });
  }
  const document = parseDocument(text);
  const [broken] = document.errors;
  if (broken !== undefined) throw new ConfigError(`${file}: ${broken.message}`);
  const parsed = configSchema.safeParse(document.toJS());
  if (!parsed.success) {
    const mistakes = parsed.error.issues.map(
      ({ path, message }) => `${file}: ${placeOf(path)}: ${message}`,
    );
    throw new ConfigError(mistakes.join('\n'));
  }
  const folder = dirname(resolve(file));
  const { models, journal, operator, ...rest } = parsed.data;
  return {
    ...rest,
    operator: 'file' in operator ? { file: resolve(folder, operator.file) } : operator,
    models: models.map(({ dir }) => ({ dir: resolve(folder, dir) })),
    journal: resolve(folder, journal),
  };
};

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

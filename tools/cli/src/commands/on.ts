/** What `--on` names: what runs the chain. */
import { readFileSync, statSync } from 'node:fs';
import { CommandError } from '../errors.ts';

/** A chain to play on. */
export type Place =
  | { kind: 'embedded' }
  /** Nodes of a chain that is there. */
  | { kind: 'endpoint'; endpoints: string[] }
  /** A network to start, by its specification. */
  | { kind: 'network'; spec: string };

const NETWORK = 'network:';

/** How each kind of place is written, the last as far as it begins. */
export const placeForms = ['embedded', 'ws://127.0.0.1:9944', NETWORK] as const;

/** Reads `embedded`, `ws://HOST:PORT` (several with commas) or `network:FILE.toml`. `undefined` for anything else. */
export const parsePlace = (text: string): Place | undefined => {
  if (text === 'embedded') return { kind: 'embedded' };
  if (text.startsWith(NETWORK) && text.length > NETWORK.length) {
    return { kind: 'network', spec: text.slice(NETWORK.length) };
  }
  const endpoints = text.split(',');
  return endpoints.every((endpoint) => /^wss?:\/\/[^\s/]/.test(endpoint))
    ? { kind: 'endpoint', endpoints }
    : undefined;
};

/** Where a secret is found; never the secret itself, which would stay in the shell's history. */
export type SecretSource = { env: string } | { file: string };

/** Reads `env:NAME` or `file:PATH`. */
export const parseSecretSource = (text: string): SecretSource | undefined => {
  const [, kind, where] = /^(env|file):(.+)$/.exec(text) ?? [];
  if (where === undefined) return undefined;
  return kind === 'env' ? { env: where } : { file: where };
};

/**
 * Reads where the key of an option is. Throws a `CommandError` that does not repeat what was given: it may be the key.
 */
export const secretSourceOf =
  (flag: string) =>
  (text: string): SecretSource => {
    const parsed = parseSecretSource(text);
    if (parsed !== undefined) return parsed;
    throw new CommandError(
      `${flag} says where a key is: env:NAME or file:PATH. A key itself would stay in your shell's history, ` +
        `so put it into an environment variable, or into a file that only you can read, and name that`,
    );
  };

/** The secret URI there. Throws a `CommandError` that names the place and not the secret. */
export const readSecretAt = (
  source: SecretSource,
  env: NodeJS.ProcessEnv = process.env,
): string => {
  if ('env' in source) {
    const value = env[source.env]?.trim();
    if (value !== undefined && value !== '') return value;
    throw new CommandError(
      `the environment variable ${source.env} with the key is not set; export ${source.env}=… sets it`,
    );
  }
  if (process.platform !== 'win32' && (statSync(source.file).mode & 0o077) !== 0) {
    throw new CommandError(`${source.file} can be read by others; chmod 600 it`);
  }
  const value = readFileSync(source.file, 'utf8').trim();
  if (value === '') throw new CommandError(`${source.file} is empty`);
  return value;
};

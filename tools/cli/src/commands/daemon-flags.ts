/** Flags that daemons have in common, and what they say before the config file. Their paths are relative to the present folder. */
import { resolve } from 'node:path';
import { EXACT_PROVIDERS, type ExactProvider } from '@veritrace/compiler';
import { logLevels, type ModelSource, type StoreSettings } from '@veritrace/worker';
import { InvalidArgumentError, Option } from 'commander';
import { wholeBetween } from './counts.ts';
import { type SecretSource, secretSourceOf } from './on.ts';

const endpoint = (text: string): string => {
  if (/^wss?:\/\//.test(text)) return text;
  throw new InvalidArgumentError('an address that begins with ws:// or wss://');
};

export const configOption = () => new Option('--config <file>', 'the config file');

export const printConfigOption = () =>
  new Option('--print-config', 'print the settings as they are used, and end').default(false);

export const endpointOption = () =>
  new Option('--endpoint <url>', 'the node to follow').argParser(endpoint);

/** Where a key is; `flag` is `--key <source>` or the like. */
export const secretOption = (flag: string, whose: string) =>
  new Option(flag, `where ${whose} is: env:NAME or file:PATH`).argParser(
    secretSourceOf(flag.replace(/ .*$/, '')),
  );

export const modelOption = () =>
  new Option(
    '--model <model...>',
    'folders of compiled models, or ids of registered ones, whose graphs are got from the stores',
  );

export const threadsOption = () =>
  new Option('--threads <number>', 'threads of the engine').argParser(wholeBetween(1, 256));

export const executionProviderOption = () =>
  new Option('--execution-provider <name>', 'what the engine computes on').choices(EXACT_PROVIDERS);

export const journalOption = () => new Option('--journal <file>', 'where the lasting memory is');

export const logLevelOption = () =>
  new Option('--log-level <level>', 'how much is logged').choices(logLevels);

export const storeOption = () =>
  new Option(
    '--store <place...>',
    'where content is that is not on chain: folders, and servers like https://HOST/PATH',
  );

export const ownStoresOption = () =>
  new Option('--own', 'servers of --store may be at http:// and at private addresses').default(
    false,
  );

export type LogLevel = (typeof logLevels)[number];

/** Flags of anything that asks stores. */
export interface StoreFlags {
  store?: string[];
  own?: boolean;
}

/** The places, in their order. */
export const storesOf = ({ store = [], own = false }: StoreFlags): StoreSettings[] =>
  store.map((place) =>
    /^[a-z]+:\/\//.test(place)
      ? { url: place, plainHttp: own, privateAddresses: own }
      : { dir: resolve(place) },
  );

/** Flags of every daemon. */
export interface DaemonFlags extends StoreFlags {
  endpoint?: string;
  model?: string[];
  threads?: number;
  executionProvider?: ExactProvider;
  journal?: string;
  logLevel?: LogLevel;
}

/** A key's place with the path of its file made absolute. */
export const secretPlace = (source: SecretSource): SecretSource =>
  'file' in source ? { file: resolve(source.file) } : source;

const modelOf = (model: string): ModelSource =>
  /^0x[0-9a-f]{64}$/.test(model) ? { id: model as `0x${string}` } : { dir: resolve(model) };

/** What the flags say of the engine. */
const engineOverrides = ({ threads, executionProvider }: DaemonFlags) =>
  threads === undefined && executionProvider === undefined
    ? {}
    : {
        engine: {
          ...(threads === undefined ? {} : { threads }),
          ...(executionProvider === undefined ? {} : { executionProvider }),
        },
      };

/** What the flags in common say before the file; nothing of those that were not given. */
export const commonOverrides = (flags: DaemonFlags) => ({
  ...(flags.endpoint === undefined ? {} : { endpoint: flags.endpoint }),
  ...(flags.model === undefined ? {} : { models: flags.model.map(modelOf) }),
  ...engineOverrides(flags),
  ...(flags.store === undefined ? {} : { stores: storesOf(flags) }),
  ...(flags.journal === undefined ? {} : { journal: resolve(flags.journal) }),
  ...(flags.logLevel === undefined ? {} : { logLevel: flags.logLevel }),
});

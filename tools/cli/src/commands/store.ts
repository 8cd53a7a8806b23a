/** `veritrace store put`, `get` and `serve`: content by its hash, in folders and on servers. */
import { readFile, writeFile } from 'node:fs/promises';
import type { LayoutVersion } from '@veritrace/compiler';
import { createReferee } from '@veritrace/referee';
import {
  blobAddress,
  type ContentAddress,
  createDirectoryBackend,
  isDigest,
  startStoreServer,
  type TensorSpec,
  tensorAddress,
} from '@veritrace/sdk';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CommandError } from '../errors.ts';
import { examples } from '../examples.ts';
import { onInterrupt } from '../interrupt.ts';
import type { Output } from '../output.ts';
import type { Run } from '../program.ts';
import { contentOf } from './content.ts';
import { jsonOption } from './json-option.ts';
import { layoutVersion } from './layout.ts';

/** Largest file that is kept or got unless told otherwise. */
const MAX_BYTES = 64 * 2 ** 20;

const DTYPES = ['U8', 'I8', 'I32', 'F32'] as const satisfies TensorSpec['dtype'][];

/** `U8:1,64` as type and shape. */
export const parseSpec = (text: string): TensorSpec => {
  const [, dtype, dimensions] = /^([A-Z]\w+):(\d{1,9}(?:,\d{1,9})*)$/.exec(text) ?? [];
  const known = DTYPES.find((each) => each === dtype);
  if (known === undefined || dimensions === undefined) {
    throw new InvalidArgumentError(
      `a type and a shape, like U8:1,64 (types: ${DTYPES.join(', ')})`,
    );
  }
  return { dtype: known, shape: dimensions.split(',').map(Number) };
};

const digest = (text: string): `0x${string}` => {
  if (isDigest(text)) return text;
  throw new InvalidArgumentError('0x and 64 lower-case hex digits: a tensor root, or a SHA-256');
};

const whole =
  (most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value <= most) return value;
    throw new InvalidArgumentError(`a whole number up to ${most}`);
  };

/** Puts a file into folders, as a tensor where a spec is given. Prints its address. */
export const storePut = async (
  file: string,
  {
    places,
    spec,
    layout,
  }: { places: string[]; spec: TensorSpec | undefined; layout: LayoutVersion },
  output: Output,
): Promise<boolean> => {
  const content = new Uint8Array(await readFile(file));
  const address =
    spec === undefined
      ? blobAddress(content)
      : tensorAddress(createReferee(), spec, content, layout);
  await contentOf({ store: places }, createReferee(), output).put(address, content);
  const { kind, digest: name } = address;
  output.result({ kind, digest: name, bytes: content.length }, () => name);
  return true;
};

/** Gets content, checked against its address, into a file. */
export const storeGet = async (
  address: ContentAddress,
  { places, own, out }: { places: string[]; own: boolean; out: string },
  output: Output,
): Promise<boolean> => {
  const { signal, release } = onInterrupt();
  try {
    const content = await contentOf({ store: places, own }, createReferee(), output).get(
      address,
      signal,
    );
    if (content === undefined) {
      throw new CommandError(
        `no place has ${address.kind} ${address.digest}: ${places.join(', ')}. Whoever made it has it.`,
      );
    }
    await writeFile(out, content);
    const { kind, digest: name } = address;
    output.result(
      { kind, digest: name, bytes: content.length, file: out },
      () => `${out}: ${content.length} bytes`,
    );
    return true;
  } finally {
    release();
  }
};

/** Gives out what is in a folder until it is interrupted; prints where, once it can be asked. */
export const storeServe = async (
  folder: string,
  { host, port }: { host: string; port: number },
  output: Output,
): Promise<boolean> => {
  const { signal, release } = onInterrupt();
  try {
    const server = await startStoreServer({
      backend: createDirectoryBackend(folder),
      host,
      port,
      onTrouble: (error) => output.note(error instanceof Error ? error.message : String(error)),
    });
    output.result({ url: server.url, folder }, () => `${server.url} gives out ${folder}`);
    if (!signal.aborted) {
      await new Promise<void>((resolve) =>
        signal.addEventListener('abort', () => resolve(), { once: true }),
      );
    }
    await server.close();
    return true;
  } finally {
    release();
  }
};

export const addStoreCommands = (program: Command, run: Run): void => {
  const store = program
    .command('store')
    .description('keep, get and give out inputs and outputs that are not on chain, by their hash')
    .addHelpText(
      'after',
      examples(
        'veritrace store put input.bin --store kept --tensor U8:1,64',
        'veritrace store serve kept',
      ),
    );

  store
    .command('put')
    .description('keep a file under its hash; prints the hash')
    .addHelpText(
      'after',
      examples(
        'veritrace store put input.bin --store kept --tensor U8:1,64',
        'veritrace store put graph.bin --store kept /mnt/shared',
      ),
    )
    .argument('<file>', 'row-major little-endian bytes, where it is a tensor')
    .requiredOption('--store <folder...>', 'where it is kept')
    .addOption(
      new Option(
        '--tensor <type>',
        'type and shape, like U8:1,64 (default: any file, by SHA-256)',
      ).argParser(parseSpec),
    )
    .addOption(
      new Option('--layout <version>', 'layout version of the model that a tensor is for, 1 or 2')
        .argParser(layoutVersion)
        .default(1),
    )
    .addOption(jsonOption())
    .action(
      (
        file: string,
        options: {
          store: string[];
          tensor?: TensorSpec;
          layout: LayoutVersion;
          json: boolean;
        },
      ) =>
        run(options.json, (output) =>
          storePut(
            file,
            { places: options.store, spec: options.tensor, layout: options.layout },
            output,
          ),
        ),
    );

  store
    .command('get')
    .description('get what a hash names, from the first place that has it, and check it')
    .addHelpText(
      'after',
      examples(
        'veritrace store get 0x5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b --store kept https://store.example --out graph.bin',
        'veritrace store get 0x5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b --store http://10.0.0.5:8932 --own --tensor U8:1,64 --out input.bin',
      ),
    )
    .argument('<hash>', 'a tensor root, or the SHA-256 of a file', digest)
    .requiredOption('--store <place...>', 'folders, and servers like https://HOST/PATH')
    .requiredOption('--out <file>', 'where it goes')
    .addOption(
      new Option('--tensor <type>', 'type and shape of a tensor, like U8:1,64').argParser(
        parseSpec,
      ),
    )
    .addOption(
      new Option('--max-bytes <number>', 'most bytes of a file that is no tensor')
        .argParser(whole(2 ** 32))
        .default(MAX_BYTES),
    )
    .option('--own', 'servers may be at http:// and at private addresses', false)
    .addOption(jsonOption())
    .action(
      (
        hash: `0x${string}`,
        options: {
          store: string[];
          out: string;
          tensor?: TensorSpec;
          maxBytes: number;
          own: boolean;
          json: boolean;
        },
      ) => {
        const address: ContentAddress =
          options.tensor === undefined
            ? { kind: 'blob', digest: hash, maxBytes: options.maxBytes }
            : { kind: 'tensor', digest: hash, spec: options.tensor };
        return run(options.json, (output) =>
          storeGet(address, { places: options.store, own: options.own, out: options.out }, output),
        );
      },
    );

  store
    .command('serve')
    .description('give out what is in a folder over HTTP, until Ctrl-C')
    .addHelpText(
      'after',
      examples(
        'veritrace store serve kept',
        'veritrace store serve kept --host 0.0.0.0 --port 9000',
      ),
    )
    .argument('<folder>')
    .option('--host <address>', 'where it listens', '127.0.0.1')
    .addOption(
      new Option('--port <number>', 'a free one if 0').argParser(whole(65_535)).default(8932),
    )
    .addOption(jsonOption())
    .action((folder: string, options: { host: string; port: number; json: boolean }) =>
      run(options.json, (output) =>
        storeServe(folder, { host: options.host, port: options.port }, output),
      ),
    );
};

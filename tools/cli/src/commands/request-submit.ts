/** `veritrace request submit`: a question, its answer, and with `--final` its settlement. */

import { readFile } from 'node:fs/promises';
import { type CompiledFolder, readCompiled } from '@veritrace/compiler';
import { formatUnits, readInputFile, TOKEN, toUnits } from '@veritrace/harness';
import { createReferee } from '@veritrace/referee';
import {
  type AskedModel,
  accountFromUri,
  type Balance,
  connect,
  type Hex,
  infer,
  type VeritraceClient,
} from '@veritrace/sdk';
import { CommandError } from '../errors.ts';
import { onInterrupt } from '../interrupt.ts';
import type { Output } from '../output.ts';
import { contentOf } from './content.ts';
import type { StoreFlags } from './daemon-flags.ts';

export interface SubmitOptions extends StoreFlags {
  endpoint: string;
  /** Secret URI of the user. */
  key: string;
  /** Files, one for each of the model's inputs. */
  input: string[];
  /** Folder of the compiled model, by which pictures and numbers are made into its inputs. */
  compiled: string | undefined;
  /** Whether the id is a family's, whose latest version is asked. */
  latest: boolean;
  redundancy: number;
  /** Tokens for all workers together. */
  maxPrice: number | undefined;
  /** Whether inputs are named by their roots, and put into the stores. */
  byRoot: boolean;
  /** Whether they are published when a worker cannot get them. */
  publish: boolean;
  /** Whether the settlement is awaited. */
  final: boolean;
}

const hex = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString('hex')}`;

/** The inputs as the model takes them: files as they are, or what a compiled model makes of pictures and numbers. */
export const readInputs = async (
  files: readonly string[],
  compiled: string | undefined,
): Promise<Uint8Array[]> => {
  if (compiled === undefined) {
    const written = files.find((file) => /\.(png|json)$/.test(file));
    if (written !== undefined) {
      throw new CommandError(
        `${written} has to be made into an input by the model: name its folder, --compiled DIR, or give the input's own bytes`,
      );
    }
    return Promise.all(files.map(async (file) => new Uint8Array(await readFile(file))));
  }
  const { inputs }: CompiledFolder['manifest'] = (await readCompiled(compiled)).manifest;
  if (inputs.length !== files.length) {
    throw new CommandError(
      `the model takes ${inputs.length} inputs, not ${files.length}: give a file for each, in order`,
    );
  }
  return Promise.all(
    inputs.map(({ spec, quantisation }, index) =>
      readInputFile(files[index] ?? '', { spec, quantisation }),
    ),
  );
};

const amount = (units: Balance): string => `${formatUnits(units, TOKEN.decimals)} ${TOKEN.symbol}`;

/** Asks over a connection, and prints the answer. */
export const ask = async (
  client: VeritraceClient,
  model: Hex,
  options: SubmitOptions,
  output: Output,
  signal?: AbortSignal,
): Promise<boolean> => {
  const { redundancy, maxPrice, byRoot, publish, final, latest, store = [] } = options;
  if (byRoot && store.length === 0) {
    throw new CommandError(
      'inputs by root are got from stores: name one that workers can read, --store FOLDER',
    );
  }
  const user = await accountFromUri(options.key);
  const inputs = await readInputs(options.input, options.compiled);
  const referee = createReferee();
  const asked: AskedModel = latest ? { latest: model } : model;
  output.note(`· asking ${model} as ${client.address(user)}`);
  const answer = await infer(client, user, asked, inputs, {
    redundancy,
    referee,
    publish,
    inputs: byRoot ? 'by-root' : 'inline',
    ...(maxPrice === undefined ? {} : { maxPrice: toUnits(maxPrice, TOKEN.decimals) }),
    ...(store.length === 0 ? {} : { store: contentOf(options, referee, output) }),
    ...(signal === undefined ? {} : { signal }),
  });
  const { requestId, soft, missing } = answer;
  if (final) output.note(`· answered in block #${soft.block.number}; its window is awaited`);
  const settled = final ? await answer.final() : undefined;
  const outputs = answer.outputs.map((bytes, index) => ({
    bytes: hex(bytes),
    isMissing: missing.some((one) => one.index === index),
  }));
  output.result(
    {
      request: requestId,
      model: answer.model,
      visibility: settled?.visibility ?? soft.visibility,
      agreed: soft.agreed,
      outputs,
      asked: answer.asked,
      soft: soft.block,
      ...(settled === undefined
        ? {}
        : { settled: { block: settled.block, paid: settled.paid, workers: settled.workers } }),
    },
    () =>
      [
        `Request ${requestId} to ${answer.model}: ${settled === undefined ? 'answered' : 'settled'} in block #${(settled ?? soft).block.number}`,
        ...outputs.map(({ bytes, isMissing }, index) =>
          isMissing
            ? `  output ${index}: larger than a claim, and the stores have it not`
            : `  output ${index}: ${bytes.length > 130 ? `${bytes.slice(0, 130)}… (${bytes.length / 2 - 1} bytes)` : bytes}`,
        ),
        ...(settled === undefined ? [] : [`  paid ${amount(settled.paid)}`]),
      ].join('\n'),
  );
  return true;
};

/** Asks a chain. */
export const requestSubmit = async (
  model: Hex,
  options: SubmitOptions,
  output: Output,
): Promise<boolean> => {
  const { signal, release } = onInterrupt();
  try {
    const client = await connect(options.endpoint, { signal });
    try {
      return await ask(client, model, options, output, signal);
    } finally {
      await client.disconnect();
    }
  } finally {
    release();
  }
};

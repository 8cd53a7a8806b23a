/** `veritrace model` as the command line has it. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { examples } from '../examples.ts';
import type { Run } from '../program.ts';
import { jobs } from './counts.ts';
import { secretOption } from './daemon-flags.ts';
import { jsonOption } from './json-option.ts';
import { layoutVersion } from './layout.ts';
import { type CompileOptions, modelCompile, modelInspect } from './model.ts';
import { modelPublish } from './model-publish.ts';
import { modelRegister } from './model-register.ts';
import { readSecretAt, type SecretSource } from './on.ts';

/** `x=1,3,48,320`, added to the shapes given before it. */
const inputShape = (
  text: string,
  before: Readonly<Record<string, readonly number[]>>,
): Record<string, readonly number[]> => {
  const at = text.lastIndexOf('=');
  const name = text.slice(0, at);
  const shape = text
    .slice(at + 1)
    .split(',')
    .map(Number);
  if (at < 1 || shape.some((size) => !Number.isSafeInteger(size) || size < 1)) {
    throw new InvalidArgumentError('the name of an input and its shape, like x=1,3,48,320');
  }
  return { ...before, [name]: shape };
};

const head = (text: string): NonNullable<CompileOptions['head']> => {
  if (text === 'argmax') return { kind: 'argmax' };
  const count = /^topk(?::([1-9]\d{0,5}))?$/.exec(text);
  if (count !== null) return { kind: 'topk', count: Number(count[1] ?? 5) };
  throw new InvalidArgumentError('argmax, topk or topk:K');
};

const keptShare = (text: string): number => {
  const value = Number(text);
  if (!(value > 0.5 && value <= 1)) {
    throw new InvalidArgumentError('a share above 0.5 and up to 1, like 0.9999');
  }
  return value;
};

const tokenAmount = (text: string): number => {
  const value = Number(text);
  if (/^\d+(\.\d{1,6})?$/.test(text) && value <= 1_000_000_000) return value;
  throw new InvalidArgumentError('an amount in tokens, at most six decimal places');
};

const share = (text: string): number => {
  const value = Number.parseFloat(text);
  if (/^\d{1,3}(\.\d{1,4})?%$/.test(text) && value <= 100) return Math.round(value * 10_000);
  throw new InvalidArgumentError('a share like 10% or 2.5%');
};

const familyId = (text: string): `0x${string}` => {
  if (/^0x[0-9a-f]{64}$/.test(text)) return text as `0x${string}`;
  throw new InvalidArgumentError('the id of a family: 0x and 64 lower-case hex digits');
};

const endpoint = (text: string): string => {
  if (/^wss?:\/\/[^\s/,]+/.test(text)) return text;
  throw new InvalidArgumentError('ws://HOST:PORT');
};

/** Adds the group. */
export const addModelCommands = (program: Command, run: Run): void => {
  const model = program
    .command('model')
    .description('compile, inspect and register models')
    .addHelpText(
      'after',
      examples(
        'veritrace model compile model.onnx --out compiled --calibrate samples',
        'veritrace model inspect scenarios/models/digits-cnn/compiled',
      ),
    );
  model
    .command('compile')
    .description('compile an ONNX model to a canonical graph')
    .addHelpText(
      'after',
      examples(
        'veritrace model compile scenarios/models/digits-mlp/model.onnx --out compiled --calibrate scenarios/inputs/digits',
        'veritrace model compile reader.onnx --out compiled --calibrate samples --shape x=1,3,48,320 --head argmax',
      ),
    )
    .argument('<model.onnx>')
    .requiredOption('--out <dir>', 'folder for graph.bin and manifest.json')
    .option(
      '--calibrate <dir>',
      'samples for a float model: an indexed set, or .png, .json and .npy files',
    )
    .addOption(
      new Option('--method <method>', 'how ranges are chosen from the samples')
        .choices(['minmax', 'percentile', 'mse'])
        .default('minmax'),
    )
    .option('--percentile <share>', 'of the values, what the method percentile keeps', keptShare)
    .option('--correct-biases', 'take back what rounding the weights does to mean outputs', false)
    .option('--equalise', 'bring the channels of each tensor to one range', false)
    .option('--shape <input=shape>', 'of an input, like x=1,3,48,320', inputShape, {})
    .option(
      '--head <head>',
      'argmax or topk:K: answer with indices of the last axis, not with every number',
      head,
    )
    .addOption(
      new Option(
        '--layout <version>',
        'how tensors are committed to: 1 by SHA-256, 2 by BLAKE3 (default: 1 where all operators are of kernel version 1)',
      ).argParser(layoutVersion),
    )
    .option(
      '--name <name>',
      'what the model is called (default: its file, or the folder of model.onnx)',
    )
    .option('--accumulators', 'leave the last sums as 32-bit integers', false)
    .option('--no-label', 'add no output that names the class')
    .option(
      '--qdq <file>',
      'write the float model in 8 bits, with QuantizeLinear and DequantizeLinear',
    )
    .option('--report <file>', 'write what each node costs and how near it is to the float model')
    .option('--report-samples <n>', 'how many samples the report compares', jobs, 4)
    .addOption(jsonOption())
    .action(
      (
        file: string,
        options: CompileOptions & { shape: CompileOptions['shapes']; json: boolean },
      ) =>
        run(options.json, (output) =>
          modelCompile(file, { ...options, shapes: options.shape }, output),
        ),
    );
  model
    .command('inspect')
    .description('show a compiled model and what proving each node costs')
    .addHelpText(
      'after',
      examples(
        'veritrace model inspect scenarios/models/digits-cnn/compiled',
        'veritrace model inspect scenarios/models/digits-cnn/compiled --json',
      ),
    )
    .argument('<dir>')
    .addOption(jsonOption())
    .action((dir: string, options: { json: boolean }) =>
      run(options.json, (output) => modelInspect(dir, output)),
    );

  model
    .command('publish')
    .description('keep the graph of a compiled model in stores, for workers that name it by its id')
    .addHelpText(
      'after',
      examples(
        'veritrace model publish scenarios/models/digits-cnn/compiled --store kept',
        'veritrace model publish compiled --store kept /mnt/shared',
      ),
    )
    .argument('<dir>')
    .requiredOption('--store <folder...>', 'where it is kept')
    .addOption(jsonOption())
    .action((dir: string, options: { store: string[]; json: boolean }) =>
      run(options.json, (output) => modelPublish(dir, { places: options.store }, output)),
    );
  model
    .command('register')
    .description('register a compiled model with its card and submit its graph; it is live then')
    .addHelpText(
      'after',
      examples(
        'veritrace model register scenarios/models/digits-cnn/compiled --on ws://127.0.0.1:9944 --key env:AUTHOR --price 1',
        'veritrace model register compiled --on ws://127.0.0.1:9944 --key file:author.key --price 0.5 --royalty 2.5%',
      ),
    )
    .argument('<dir>')
    .addOption(
      new Option('--on <url>', 'a node of the chain: ws://HOST:PORT')
        .argParser(endpoint)
        .makeOptionMandatory(),
    )
    .addOption(secretOption('--key <source>', "the author's key").makeOptionMandatory())
    .addOption(
      new Option('--price <tokens>', 'of one inference by one worker')
        .argParser(tokenAmount)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--royalty <share>', "the owner's share of the price")
        .argParser(share)
        .default(100_000, '10%'),
    )
    .addOption(
      new Option(
        '--family <id>',
        'the family it is the next version of (default: it founds one)',
      ).argParser(familyId),
    )
    .option('--store <folder...>', 'folders that keep its graph, as with model publish')
    .addOption(jsonOption())
    .action(
      (
        dir: string,
        options: {
          on: string;
          key: SecretSource;
          price: number;
          royalty: number;
          family?: `0x${string}`;
          store?: string[];
          json: boolean;
        },
      ) =>
        run(options.json, (output) =>
          modelRegister(
            dir,
            {
              endpoint: options.on,
              key: readSecretAt(options.key),
              price: options.price,
              royalty: options.royalty,
              family: options.family,
              places: options.store ?? [],
            },
            output,
          ),
        ),
    );
};

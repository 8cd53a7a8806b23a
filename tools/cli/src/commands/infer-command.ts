/** `veritrace infer` as the command line has it. */
import { type Command, Option } from 'commander';
import { examples } from '../examples.ts';
import type { Run } from '../program.ts';
import { type EngineName, engines, infer } from './infer.ts';
import { jsonOption } from './json-option.ts';

/** Adds the command. */
export const addInferCommand = (program: Command, run: Run): void => {
  program
    .command('infer')
    .description('run a compiled model on this machine, with its commitments')
    .addHelpText(
      'after',
      examples(
        'veritrace infer scenarios/models/digits-cnn/compiled --input scenarios/inputs/digits/samples/7-0.png',
        'veritrace infer scenarios/models/digits-cnn/compiled --input scenarios/inputs/digits/samples/7-0.png --engine referee --trace',
      ),
    )
    .argument('<dir>')
    .requiredOption('--input <file>', 'an 8-bit grey .png, a .json array of numbers, or raw bytes')
    .addOption(
      new Option('--engine <engine>', 'what computes').choices(engines).default('onnxruntime'),
    )
    .option('--trace', "show every node's tensor root", false)
    .addOption(jsonOption())
    .action(
      (
        dir: string,
        options: { input: string; engine: EngineName; trace: boolean; json: boolean },
      ) =>
        run(options.json, (output) =>
          infer(
            dir,
            { input: options.input, engine: options.engine, trace: options.trace },
            output,
          ),
        ),
    );
};

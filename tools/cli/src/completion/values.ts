/** What stands for a value in usage lines, and what a shell offers there. */
import type { Argument, Option } from 'commander';
import { placeForms } from '../commands/on.ts';

/** What may be written somewhere. */
export type Values =
  | {
      kind: 'words';
      words: readonly string[];
      /** What follows a word that is only a beginning: files with one of these endings, or any. */
      files?: Readonly<Record<string, readonly string[]>>;
    }
  /** Files with one of these endings, or any. */
  | { kind: 'files'; endings: readonly string[] }
  | { kind: 'folders' }
  /** Nothing that could be offered. */
  | { kind: 'free' };

const files = (...endings: string[]): Values => ({ kind: 'files', endings });
const words = (...words: string[]): Values => ({ kind: 'words', words });
const FOLDERS: Values = { kind: 'folders' };
const FREE: Values = { kind: 'free' };
const NODE = words('ws://127.0.0.1:9944');

/** By what stands between the brackets. A test sees to it that each that is used is here. */
const BY_PLACEHOLDER: Readonly<Record<string, Values>> = {
  address: FREE,
  amount: FREE,
  block: FREE,
  blocks: FREE,
  chain: {
    kind: 'words',
    words: placeForms,
    files: { 'network:': ['.toml'] },
  },
  config: files('.yaml', '.yml'),
  dir: FOLDERS,
  endpoint: NODE,
  file: files(),
  folder: FOLDERS,
  hash: FREE,
  head: words('argmax', 'topk', 'topk:5'),
  hex: FREE,
  id: FREE,
  'input=shape': FREE,
  model: FOLDERS,
  'model.onnx': files('.onnx'),
  n: FREE,
  name: FREE,
  node: words('random'),
  number: FREE,
  pattern: FREE,
  place: FOLDERS,
  record: FOLDERS,
  ref: FREE,
  scenario: files('.yaml', '.yml'),
  'scenario.yaml': files('.yaml', '.yml'),
  share: FREE,
  source: { kind: 'words', words: ['env:', 'file:'], files: { 'file:': [] } },
  spec: files('.toml', '.zndsl'),
  'spec.toml': files('.toml'),
  'test.zndsl': files('.zndsl'),
  tokens: FREE,
  type: FREE,
  url: NODE,
  version: words('1', '2'),
  wasm: files('.wasm'),
};

const PLACEHOLDER = /[<[]([^>\].]+(?:\.[^>\].]+)*)(?:\.\.\.)?[>\]]/;

/** What stands for the value of an option in its flags; `undefined` of one that takes none. */
export const placeholderOf = (option: Option): string | undefined =>
  PLACEHOLDER.exec(option.flags)?.[1];

const valuesOf = (choices: readonly string[] | undefined, placeholder: string): Values => {
  if (choices !== undefined) return { kind: 'words', words: choices };
  const known = BY_PLACEHOLDER[placeholder];
  if (known !== undefined) return known;
  throw new RangeError(`nothing is said of what <${placeholder}> stands for`);
};

/** What may follow an option; `undefined` of one that takes nothing. */
export const valuesOfOption = (option: Option): Values | undefined => {
  const placeholder = placeholderOf(option);
  return placeholder === undefined ? undefined : valuesOf(option.argChoices, placeholder);
};

/** What may be written for an argument. */
export const valuesOfArgument = (argument: Argument): Values =>
  valuesOf(argument.argChoices, argument.name());

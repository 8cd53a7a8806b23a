/** The program as completion needs it: each command with what may be written after it, from commander's own tree. */
import type { Command } from 'commander';
import { type Values, valuesOfArgument, valuesOfOption } from './values.ts';

export interface Flag {
  /** `-h` and `--help`, or one of them. */
  names: readonly string[];
  about: string;
  /** What it takes; `undefined` when it takes nothing. */
  takes: { values: Values; many: boolean } | undefined;
}

export interface Level {
  /** The words that lead there, from the program on; empty for the program itself. */
  path: readonly string[];
  commands: readonly { name: string; about: string }[];
  flags: readonly Flag[];
  /** What is written after it, in order; the last may be repeated. */
  arguments: readonly { values: Values; many: boolean }[];
}

const flagsOf = (command: Command): Flag[] =>
  command
    .createHelp()
    .visibleOptions(command)
    .map((option) => {
      const values = valuesOfOption(option);
      return {
        names: [option.short, option.long].filter((name) => name !== undefined),
        about: option.description,
        takes: values === undefined ? undefined : { values, many: option.variadic },
      };
    });

const levelOf = (command: Command, path: readonly string[]): Level[] => {
  const shown = command.createHelp().visibleCommands(command);
  const flags = flagsOf(command);
  // Scripts find the command by the leading words alone.
  if (shown.length > 0 && flags.some(({ takes }) => takes !== undefined)) {
    throw new RangeError(`"${path.join(' ')}" has commands, so its options cannot take values`);
  }
  const level: Level = {
    path,
    commands: shown.map((one) => ({ name: one.name(), about: one.description() })),
    flags,
    arguments: command.registeredArguments.map((argument) => ({
      values: valuesOfArgument(argument),
      many: argument.variadic,
    })),
  };
  const below = command.commands.flatMap((one) => levelOf(one, [...path, one.name()]));
  if (command.commands.length === 0) return [level];
  const words = command.commands.map((one) => one.name());
  const help: Level = {
    path: [...path, 'help'],
    commands: [],
    flags: [],
    arguments: [{ values: { kind: 'words', words }, many: false }],
  };
  return [level, ...below, help];
};

/** Every command of a program, the program first. */
export const levelsOf = (program: Command): Level[] => levelOf(program, []);

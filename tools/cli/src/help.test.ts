/** What `--help` shows: each command has examples, and each example is one that the program takes. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from './program.ts';
import { runHere } from './testing/run-here.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

const nothing = () => Promise.resolve();

/** Each command of a program by its path, groups and the program included. */
const commandsOf = (command: Command, path: string): [string, Command][] => [
  [path, command],
  ...command.commands.flatMap((one) => commandsOf(one, `${path} ${one.name()}`)),
];

/** What `--help` of a command prints. */
const helpOf = (command: Command): string => {
  let text = '';
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
  });
  command.outputHelp();
  return text;
};

/** The examples that a help shows. */
const examplesIn = (help: string): string[] =>
  [...help.matchAll(/^ {2}\$ (.*)$/gm)].map(([, line = '']) => line);

/** A line as a shell hands it over: without a comment and without where output goes. */
const wordsOf = (line: string): string[] => {
  const [command = ''] = line.split(/ +[#>] /);
  expect(command, 'nothing here needs a shell').not.toMatch(/["'\\|&;<>$]/);
  return command.trim().split(/ +/);
};

/** The path of the command that a line comes to. Throws what is wrong with the line. */
const comesTo = async ([name = '', ...args]: readonly string[]): Promise<string | undefined> => {
  const program = await createProgram(nothing);
  let reached: string | undefined;
  for (const [path, command] of commandsOf(program, 'veritrace')) {
    command.configureOutput({ writeErr: () => undefined });
    if (command.commands.length > 0) continue;
    command.action(() => {
      reached = path;
    });
  }
  expect(name).toBe('veritrace');
  await program.parseAsync(args, { from: 'user' });
  return reached;
};

const whole = await createProgram(nothing);

describe('a command that is asked for', () => {
  const shown = (program: Command) =>
    program.commands.map((one) => [program.createHelp().subcommandTerm(one), one.description()]);

  it('is loaded alone, and the help of the program is the same', async () => {
    const names = whole.commands.map((one) => one.name());
    for (const words of [
      [],
      ['--help'],
      ['help'],
      ['nonsense'],
      ['doctor', '--json'],
      ['scenario'],
    ]) {
      const program = await createProgram(nothing, words);
      expect(shown(program), words.join(' ')).toEqual(shown(whole));
    }
    for (const name of names) {
      const program = await createProgram(nothing, ['help', name]);
      const one = (of: Command) => of.commands.find((command) => command.name() === name);
      expect(helpOf(one(program) ?? program), name).toBe(helpOf(one(whole) ?? whole));
    }
  });
});

it('--version prints the version of the package', async () => {
  const { version } = JSON.parse(
    await readFile(new URL('../package.json', import.meta.url), 'utf8'),
  ) as { version: string };
  expect(await runHere(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

describe('--help', { timeout: 60_000 }, () => {
  const all = commandsOf(whole, 'veritrace');

  it('is of more than thirty commands and groups', () => {
    expect(all.length).toBeGreaterThan(30);
  });

  it.each(all)(
    'of %s shows two or three examples that the program takes',
    async (path, command) => {
      const shown = examplesIn(helpOf(command));
      expect(shown.length).toBeGreaterThanOrEqual(2);
      expect(shown.length).toBeLessThanOrEqual(3);
      for (const line of shown) {
        const words = wordsOf(line);
        const reached = await comesTo(words);
        // A group shows commands of its own, a command itself.
        const isOwn =
          command.commands.length > 0 ? reached?.startsWith(`${path} `) : reached === path;
        expect([line, isOwn]).toEqual([line, true]);
      }
    },
  );

  it.each(all)('of %s names no file of the repository that is not there', (_path, command) => {
    const files = examplesIn(helpOf(command))
      .flatMap(wordsOf)
      .map((word) => word.replace(/^network:/, ''))
      .filter((word) => /^(scenarios|tools|e2e)\//.test(word))
      // What is written there need not be there, but for its folder; and a shell fills in the asterisk.
      .map((word) => (/[*]|bad-bit/.test(word) ? word.replace(/\/[^/]*$/, '') : word));
    expect(files.filter((file) => !existsSync(`${root}${file}`))).toEqual([]);
  });

  it('would notice an example that is none', async () => {
    await expect(comesTo(['veritrace', 'scenario', 'rnu', 'x.yaml'])).rejects.toThrow(
      'unknown command',
    );
    await expect(comesTo(['veritrace', 'infer', 'x'])).rejects.toThrow("required option '--input");
  });
});

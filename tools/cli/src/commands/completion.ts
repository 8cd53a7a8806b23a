/** `veritrace completion SHELL`: a script that completes commands, options and values, made from the program itself. */
import { Argument, type Command } from 'commander';
import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import { levelsOf } from '../completion/tree.ts';
import { zshCompletion } from '../completion/zsh.ts';
import { examples } from '../examples.ts';
import type { Run } from '../program.ts';
import { jsonOption } from './json-option.ts';

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

/** Shells that can be completed in. */
export type Shell = keyof typeof scripts;

export const shells = Object.keys(scripts) as readonly Shell[];

/** The script for a shell. */
export const completionScript = (program: Command, shell: Shell): string =>
  scripts[shell](levelsOf(program));

/** Adds the command. */
export const addCompletionCommand = (program: Command, run: Run): void => {
  program
    .command('completion')
    .description('print a script that completes commands, options and values in a shell')
    .addArgument(new Argument('<shell>', 'which one').choices(shells))
    .addHelpText(
      'after',
      examples(
        'veritrace completion bash > ~/.veritrace-completion.bash  # and in ~/.bashrc: source it',
        'veritrace completion zsh > ~/.zfunc/_veritrace            # in a folder of $fpath',
        'veritrace completion fish > ~/.config/fish/completions/veritrace.fish',
      ),
    )
    .addOption(jsonOption())
    .action((shell: Shell, options: { json: boolean }) =>
      run(options.json, async (output) => {
        const script = completionScript(program, shell);
        output.result({ shell, script }, () => script.trimEnd());
        return true;
      }),
    );
};

/** The scripts in real shells: bash, which is everywhere, and zsh and fish where they are installed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { draftBehaviours, driverNames } from '@veritrace/harness';
import { Command, Option } from 'commander';
import { afterAll, describe, expect, it } from 'vitest';
import { completionScript, type Shell, shells } from '../commands/completion.ts';
import { parsePlace, placeForms } from '../commands/on.ts';
import { createProgram } from '../program.ts';
import { levelsOf } from './tree.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'veritrace-completion-'));
afterAll(() => rmSync(folder, { recursive: true }));

const program = await createProgram(() => Promise.resolve());
const fileOf = (shell: Shell): string => join(folder, `veritrace.${shell}`);
for (const shell of shells) writeFileSync(fileOf(shell), completionScript(program, shell));

const isHere = (shell: Shell): boolean => spawnSync(shell, ['-c', 'true']).status === 0;

/** What a shell prints; it must end well and say nothing else. */
const printed = (shell: Shell, args: readonly string[]): string[] => {
  const { status, stdout, stderr } = spawnSync(shell, args, { cwd: root, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  return stdout.split('\n').filter((line) => line !== '');
};

/** Words as bash has them: cut at colons and equals signs, these words of their own. */
const cutWords = (line: string): string[] =>
  line.split(' ').flatMap((word) => (word === '' ? [''] : (word.match(/[:=]+|[^:=]+/g) ?? [])));

/** What bash puts in the place of the last word, or of what follows its last colon. */
const inBash = (...lines: readonly string[]): string[][] => {
  const asked = lines.map((line) => {
    const words = cutWords(`veritrace ${line}`);
    return `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length - 1}
_veritrace
echo "\${COMPREPLY[*]}"`;
  });
  const script = `source ${fileOf('bash')}
COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'
${asked.join('\n')}`;
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '--noprofile', '-c', script], {
    cwd: root,
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
  return stdout
    .replace(/\n$/, '')
    .split('\n')
    .map((line) =>
      line
        .split(' ')
        .filter((word) => word !== '')
        .sort(),
    );
};

describe.runIf(isHere('bash'))('completion in bash', { timeout: 60_000 }, () => {
  it('is registered for the command', () => {
    expect(printed('bash', ['-c', `source ${fileOf('bash')}; complete -p veritrace`])).toEqual([
      'complete -F _veritrace veritrace',
    ]);
  });

  it.each<[string, string[]]>([
    ['sc', ['scenario']],
    ['scenario ', ['check', 'help', 'new', 'run']],
    ['scenario ru', ['run']],
    ['help scenario', ['scenario']],
    ['scenario run --fau', ['--faucet']],
    ['scenario run --on e', ['embedded']],
    ['scenario run --on network:e2e/networks/loc', ['e2e/networks/local.toml']],
    ['scenario run --on network:e2e/netw', ['e2e/networks']],
    ['scenario run --on ws:', ['//127.0.0.1:9944']],
    ['scenario run scenarios/happy-', ['scenarios/happy-k1.yaml', 'scenarios/happy-k2.yaml']],
    // Folders, for what is in them; no README beside them.
    [
      'scenario check scenarios/happy-k1.yaml scenarios/fa',
      ['scenarios/false-accusation.yaml', 'scenarios/family-sold.yaml', 'scenarios/faults'],
    ],
    ['scenario check tools/cli/R', []],
    ['scenario new --behaviour wrong-', ['wrong-node', 'wrong-output', 'wrong-tile']],
    ['scenario new --behaviour=lat', ['late']],
    ['infer scenarios/models/digits-mlp/compiled --engine ', ['onnxruntime', 'referee']],
    ['infer scenarios/models/digits-m', ['scenarios/models/digits-mlp']],
    ['keeper run --key e', ['env:']],
    ['keeper run --key file:pack', ['package-lock.json', 'package.json']],
    [
      'model compile scenarios/models/digits-mlp/model.o',
      ['scenarios/models/digits-mlp/model.onnx'],
    ],
    ['completion ', ['bash', 'fish', 'zsh']],
    ['request show 7 --o', ['--on', '--own']],
    // A value of an option is no command, and what an option takes is not offered twice.
    ['store put package.json --store kept sc', ['scenarios']],
    ['demo --seed ', []],
    ['nothing-of-it ', []],
  ])('"veritrace %s" goes on', (line, words) => {
    expect(inBash(line)).toEqual([words]);
  });

  it('offers every behaviour that the harness has', () => {
    expect(inBash('scenario new --behaviour ')).toEqual([[...draftBehaviours].sort()]);
  });

  it('offers every option of every command', () => {
    const levels = levelsOf(program);
    const wanted = levels.map(({ flags }) =>
      flags.flatMap(({ names }) => names.filter((name) => name.startsWith('--'))).sort(),
    );
    expect(wanted.flat().length).toBeGreaterThan(100);
    expect(inBash(...levels.map(({ path }) => [...path, '--'].join(' ')))).toEqual(wanted);
  });
});

describe('completion elsewhere', { timeout: 60_000 }, () => {
  it.skipIf(!isHere('zsh'))('is sound in zsh, and offers what bash does', () => {
    expect(printed('zsh', ['-n', fileOf('zsh')])).toEqual([]);
    // The functions of zsh's own that offer words, as some that print them.
    const at = (words: string) =>
      `words=(veritrace ${words}); CURRENT=$#words; PREFIX=$words[CURRENT]; _veritrace`;
    const script = `compdef() { }
_describe() { local name=$@[-1]; print -l -- "\${(@)\${(@P)name}%%:*}" }
compadd() { while [[ $1 != -- ]]; do shift; done; shift; print -l -- "$@" }
_files() { print -r -- files "$@" }
_message() { print -r -- "$@" }
compset() { [[ $2 == '*=' ]] && return 0; [[ $PREFIX == "$2"* ]] }
source ${fileOf('zsh')}
`;
    const inZsh = (words: string) => printed('zsh', ['-fc', script + at(words)]).sort();
    expect(inZsh("scenario ''")).toEqual(['check', 'help', 'new', 'run']);
    expect(inZsh("scenario new --behaviour ''")).toEqual([...draftBehaviours].sort());
    expect(inZsh("scenario run --on ''")).toEqual([...placeForms].sort());
    expect(inZsh('scenario run --on network:e2e')).toEqual(['files -g *(.toml)']);
    expect(inZsh("scenario run a.yaml b.yaml ''")).toEqual(['files -g *(.yaml|.yml)']);
    expect(inZsh("infer ''")).toEqual(['files -/']);
    expect(inZsh("infer x --engine=''")).toEqual(['onnxruntime', 'referee']);
    expect(inZsh("demo --seed ''")).toEqual(['value']);
    expect(inZsh('keeper run --')).toEqual(
      expect.arrayContaining(['--help', '--key', '--patience']),
    );
  });

  it.skipIf(!isHere('fish'))('is sound in fish, and offers what bash does', () => {
    expect(printed('fish', ['-n', fileOf('fish')])).toEqual([]);
    const inFish = (line: string) =>
      printed('fish', ['-c', `source ${fileOf('fish')}; complete -C 'veritrace ${line}'`])
        .map((one) => one.split('\t')[0])
        .sort();
    expect(inFish('scenario ')).toEqual(['check', 'help', 'new', 'run']);
    expect(inFish('scenario new --behaviour ')).toEqual([...draftBehaviours].sort());
    expect(inFish('scenario run --on ')).toEqual([...placeForms].sort());
    expect(inFish('scenario run scenarios/happy-')).toEqual([
      'scenarios/happy-k1.yaml',
      'scenarios/happy-k2.yaml',
    ]);
    expect(inFish('infer x --engine ')).toEqual(['onnxruntime', 'referee']);
    expect(inFish('keeper run --p')).toEqual(['--patience', '--print-config']);
    expect(inFish('store put x --store tools/cl')).toEqual(['tools/cli/']);
  });
});

describe('what completion is made from', () => {
  it('names a way to each driver', () => {
    const kinds = placeForms.map(
      (form) => parsePlace(form.endsWith(':') ? `${form}x` : form)?.kind,
    );
    expect([...kinds].sort()).toEqual([...driverNames].sort());
  });

  it('refuses what it knows nothing of, and options that would hide commands', () => {
    const unknown = new Command('x').addOption(new Option('--at <planet>'));
    expect(() => levelsOf(unknown)).toThrow('nothing is said of what <planet> stands for');
    const group = new Command('x').addOption(new Option('--out <dir>'));
    group.command('y');
    expect(() => levelsOf(group)).toThrow('its options cannot take values');
  });
});

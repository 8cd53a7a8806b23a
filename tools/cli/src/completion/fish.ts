/** Completion for fish, with what each command and option is. */
import type { Level } from './tree.ts';
import type { Values } from './values.ts';

const quoted = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** The flags of `complete` that offer values. */
const offer = (values: Values): string => {
  switch (values.kind) {
    case 'words':
      return `-f -a ${quoted(values.words.join(' '))}`;
    case 'files':
      return values.endings.length === 0
        ? '-F'
        : `-f -a ${quoted(`(__veritrace_files ${values.endings.join(' ')})`)}`;
    case 'folders':
      return `-f -a ${quoted('(__fish_complete_directories)')}`;
    case 'free':
      return '-f';
  }
};

const names = (all: readonly string[]): string =>
  all
    .map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`))
    .join(' ');

/** The script. */
export const fishCompletion = (levels: readonly Level[]): string => {
  const paths = levels.map((level) => level.path.join(' ')).filter((path) => path !== '');
  const lines = levels.flatMap((level) => {
    const start = `complete -c veritrace -n ${quoted(`__veritrace_at ${quoted(level.path.join(' '))}`)}`;
    return [
      ...level.commands.map(
        ({ name, about }) => `${start} -f -a ${quoted(name)} -d ${quoted(about)}`,
      ),
      ...level.flags.map(({ names: all, about, takes }) => {
        const takesValue = takes === undefined ? '' : ` -r ${offer(takes.values)}`;
        return `${start} ${names(all)} -d ${quoted(about)}${takesValue}`;
      }),
      ...level.arguments.map(({ values }) => `${start} ${offer(values)}`),
    ];
  });
  return `# Completion of veritrace for fish, written by "veritrace completion fish".

# Whether the words before the cursor lead to that command.
function __veritrace_at
    set -l words (commandline -opc)
    set -l path ''
    for word in $words[2..-1]
        set -l longer (string trim -- "$path $word")
        contains -- $longer ${paths.map(quoted).join(' ')}
        or break
        set path $longer
    end
    test "$path" = "$argv[1]"
end

# Files with one of these endings, and folders.
function __veritrace_files
    set -l start (commandline -ct)
    set -q start[1]
    or set start ''
    for name in $start*
        if test -d $name
            echo $name/
            continue
        end
        for ending in $argv
            string match -q -- "*$ending" $name
            and echo $name
        end
    end
end

complete -c veritrace -f
${lines.join('\n')}
`;
};

/** Completion for zsh, with what each command and option is. */
import type { Level } from './tree.ts';
import type { Values } from './values.ts';

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** `name:about`, as `_describe` reads it. */
const described = (name: string, about: string): string =>
  quoted(`${name.replaceAll(':', '\\:')}:${about.replaceAll(':', '\\:')}`);

const glob = (endings: readonly string[]): string =>
  endings.length === 0 ? '' : ` -g ${quoted(`*(${endings.join('|')})`)}`;

/** The call that offers values. */
const offer = (values: Values): string => {
  switch (values.kind) {
    case 'words': {
      const files = Object.entries(values.files ?? {}).map(
        ([start, endings]) =>
          `if compset -P ${quoted(start)}; then _files${glob(endings)}; return; fi; `,
      );
      // After a beginning nothing is closed: what it begins follows.
      const isStart = (word: string) => /[:/]$/.test(word);
      const starts = values.words.filter(isStart);
      const whole = values.words.filter((word) => !isStart(word));
      const add = [
        ...(whole.length === 0 ? [] : [`compadd -- ${whole.map(quoted).join(' ')}`]),
        ...(starts.length === 0 ? [] : [`compadd -S '' -- ${starts.map(quoted).join(' ')}`]),
      ];
      return `${files.join('')}${add.join('; ')}`;
    }
    case 'files':
      return `_files${glob(values.endings)}`;
    case 'folders':
      return '_files -/';
    case 'free':
      return '_message value';
  }
};

const branches = (lines: readonly string[]): string =>
  lines.map((line) => `    ${line}`).join('\n');

/** The script. It can be sourced, or lie as `_veritrace` in a folder of `$fpath`. */
export const zshCompletion = (levels: readonly Level[]): string => {
  const path = (level: Level): string => quoted(level.path.join(' '));
  const at = (level: Level, what: string): string => quoted(`${level.path.join(' ')} ${what}`);
  const commands = levels
    .filter((level) => level.commands.length > 0)
    .map(
      (level) =>
        `${path(level)}) reply=(${level.commands.map(({ name, about }) => described(name, about)).join(' ')}) ;;`,
    );
  const flags = levels
    .filter((level) => level.flags.length > 0)
    .map(
      (level) =>
        `${path(level)}) reply=(${level.flags
          .flatMap(({ names, about }) => names.map((name) => described(name, about)))
          .join(' ')}) ;;`,
    );
  const counts = levels.flatMap((level) =>
    level.flags.flatMap(({ names, takes }) =>
      takes === undefined
        ? []
        : [
            `${names.map((name) => at(level, name)).join('|')}) REPLY=${takes.many ? 'many' : 'one'} ;;`,
          ],
    ),
  );
  const values = levels.flatMap((level) => [
    ...level.flags.flatMap(({ names, takes }) =>
      takes === undefined
        ? []
        : [`${names.map((name) => at(level, name)).join('|')}) ${offer(takes.values)} ;;`],
    ),
    ...level.arguments.map(
      ({ values: given, many }, index) =>
        `${at(level, String(index))}${many ? `|${at(level, '')}<->` : ''}) ${offer(given)} ;;`,
    ),
  ]);
  return `#compdef veritrace
# Completion of veritrace for zsh, written by "veritrace completion zsh".

_veritrace_commands() {
  reply=()
  case "$1" in
${branches(commands)}
  esac
}

_veritrace_flags() {
  reply=()
  case "$1" in
${branches(flags)}
  esac
}

# Whether an option takes one value or many.
_veritrace_takes() {
  REPLY=''
  case "$1 $2" in
${branches(counts)}
  esac
}

# Offers the values of an option, or of the argument with that number.
_veritrace_values() {
  case "$1 $2" in
${branches(values)}
  esac
}

_veritrace() {
  local -a reply
  local REPLY='' here='' word='' pending='' many=''
  local -i at=2 count=0
  while ((at < CURRENT)); do
    _veritrace_commands "$here"
    ((\${reply[(I)\${words[at]}:*]})) || break
    here=\${here:+$here }\${words[at]}
    at+=1
  done
  for ((; at < CURRENT; at++)); do
    word=\${words[at]}
    if [[ $word == -* ]]; then
      pending=''
      _veritrace_takes "$here" "$word"
      many=$REPLY
      [[ -n $many ]] && pending=$word
    elif [[ -n $pending ]]; then
      [[ $many == many ]] || pending=''
    else
      count+=1
    fi
  done
  word=\${words[CURRENT]}
  if [[ $word == -*=* ]]; then
    compset -P '*='
    _veritrace_values "$here" "\${word%%=*}"
  elif [[ $word == -* ]]; then
    _veritrace_flags "$here"
    _describe -o option reply
  elif [[ -n $pending ]]; then
    _veritrace_values "$here" "$pending"
  else
    _veritrace_commands "$here"
    ((\${#reply} && count == 0)) && _describe command reply
    _veritrace_values "$here" "$count"
  fi
}

if [[ \${funcstack[1]} == _veritrace ]]; then
  _veritrace "$@"
else
  compdef _veritrace veritrace
fi
`;
};

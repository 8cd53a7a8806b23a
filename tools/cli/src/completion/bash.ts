/** Completion for bash: 3.2, which macOS has, and later. */
import type { Flag, Level } from './tree.ts';
import type { Values } from './values.ts';

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** How values are told to `_veritrace_offer`: `words one two --network: .toml`, `files .yaml`, `folders` or `free`. */
const told = (values: Values): string => {
  switch (values.kind) {
    case 'words':
      return ['words', ...values.words].join(' ');
    case 'files':
      return ['files', ...values.endings].join(' ');
    case 'folders':
    case 'free':
      return values.kind;
  }
};

/** A branch for each beginning that files follow, before that for the words. */
const flagBranches = (path: string, { names, takes }: Flag): string[] => {
  if (takes === undefined) return [];
  const patterns = names.map((name) => quoted(`${path} ${name}`)).join(' | ');
  return [`${patterns}) _veritrace_takes ${takes.many ? 'many' : 'one'} ${told(takes.values)} ;;`];
};

const branches = (lines: readonly string[]): string =>
  lines.map((line) => `    ${line}`).join('\n');

/** Beginnings that files follow, `file:` say, with the endings of these. */
const beginnings = (levels: readonly Level[]): [string, readonly string[]][] => {
  const found = new Map<string, readonly string[]>();
  for (const { flags, arguments: given } of levels) {
    for (const { values } of [...flags.flatMap(({ takes }) => takes ?? []), ...given]) {
      if (values.kind !== 'words') continue;
      for (const [start, endings] of Object.entries(values.files ?? {})) found.set(start, endings);
    }
  }
  return [...found];
};

/** The script. */
export const bashCompletion = (levels: readonly Level[]): string => {
  const path = (level: Level): string => level.path.join(' ');
  const commands = levels
    .filter((level) => level.commands.length > 0)
    .map(
      (level) =>
        `${quoted(path(level))}) REPLY=${quoted(level.commands.map(({ name }) => name).join(' '))} ;;`,
    );
  const flags = levels.map(
    (level) =>
      `${quoted(path(level))}) REPLY=${quoted(level.flags.flatMap(({ names }) => names).join(' '))} ;;`,
  );
  const takes = levels.flatMap((level) =>
    level.flags.flatMap((flag) => flagBranches(path(level), flag)),
  );
  const given = levels.flatMap((level) =>
    level.arguments.map(({ values, many }, index) =>
      [quoted(`${path(level)} ${index}`), ...(many ? [`${quoted(`${path(level)} `)}*`] : [])]
        .join(' | ')
        .concat(`) _veritrace_takes one ${told(values)} ;;`),
    ),
  );
  const files = beginnings(levels).map(
    ([start, endings]) =>
      `${quoted(start)}*) _veritrace_files ${quoted(start)}${endings.map((one) => ` ${one}`).join('')}; return ;;`,
  );
  return `# Completion of veritrace for bash, written by "veritrace completion bash".

_veritrace_commands() {
  REPLY=''
  case "$1" in
${branches(commands)}
  esac
}

_veritrace_flags() {
  REPLY=''
  case "$1" in
${branches(flags)}
  esac
}

# What was found: how many values follow, of which kind, and which.
_veritrace_takes() {
  takes_many=$1
  takes=("\${@:2}")
}

_veritrace_flag_takes() {
  takes=()
  case "$1 $2" in
${branches(takes)}
  esac
}

_veritrace_argument_takes() {
  takes=()
  case "$1 $2" in
${branches(given)}
  esac
}

# Files after a beginning that is no part of their names, with one of the endings that follow, or any; and folders.
_veritrace_files() {
  local start=$1 name ending
  shift
  compopt -o filenames 2>/dev/null
  while IFS= read -r name; do
    if [[ $# -eq 0 || -d $name ]]; then
      COMPREPLY+=("$start$name")
      continue
    fi
    for ending in "$@"; do
      [[ $name == *"$ending" ]] && COMPREPLY+=("$start$name")
    done
  done < <(compgen -f -- "\${cur#"$start"}")
}

_veritrace_offer() {
  local name
  case "\${takes[0]}" in
    words)
      case "$cur" in
${files.map((line) => `        ${line}`).join('\n')}
      esac
      while IFS= read -r name; do
        COMPREPLY+=("$name")
        [[ $name == *[:/] ]] && compopt -o nospace 2>/dev/null
      done < <(compgen -W "\${takes[*]:1}" -- "$cur")
      ;;
    files) _veritrace_files '' "\${takes[@]:1}" ;;
    folders)
      compopt -o filenames 2>/dev/null
      while IFS= read -r name; do COMPREPLY+=("$name"); done < <(compgen -d -- "$cur")
      ;;
  esac
}

_veritrace() {
  local REPLY='' takes_many='' takes=() words=() glued='' word='' i
  COMPREPLY=()
  # Bash has cut words at colons and at equals signs.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ \${#words[@]} -gt 0 && (-n $glued || $word == [:=]*) ]]; then
      words[\${#words[@]} - 1]+=$word
    else
      words+=("$word")
    fi
    glued=''
    [[ $word == *[:=] ]] && glued=1
  done
  local cur=\${words[\${#words[@]} - 1]} path='' at=0 last=$((\${#words[@]} - 1))
  while [[ $at -lt $last ]]; do
    _veritrace_commands "$path"
    [[ " $REPLY " == *" \${words[at]} "* ]] || break
    path=\${path:+$path }\${words[at]}
    at=$((at + 1))
  done
  local pending='' count=0
  for ((; at < last; at++)); do
    word=\${words[at]}
    if [[ $word == -* ]]; then
      pending=''
      _veritrace_flag_takes "$path" "$word"
      [[ \${#takes[@]} -gt 0 ]] && pending=$word
    elif [[ -n $pending ]]; then
      [[ $takes_many == many ]] || pending=''
    else
      count=$((count + 1))
    fi
  done
  local cut=''
  [[ $COMP_WORDBREAKS == *:* && $cur == *[:=]* ]] && cut=\${cur%"\${cur##*[:=]}"}
  if [[ $cur == -*=* ]]; then
    _veritrace_flag_takes "$path" "\${cur%%=*}"
    cut=\${cut#"\${cur%%=*}="}
    cur=\${cur#*=}
    _veritrace_offer
  elif [[ $cur == -* ]]; then
    _veritrace_flags "$path"
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$REPLY" -- "$cur")
  elif [[ -n $pending ]]; then
    _veritrace_flag_takes "$path" "$pending"
    _veritrace_offer
  else
    _veritrace_commands "$path"
    # After a word that is none of them there is nothing to choose.
    [[ $count -eq 0 ]] || REPLY=''
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$REPLY" -- "$cur")
    _veritrace_argument_takes "$path" "$count"
    _veritrace_offer
  fi
  # Only what follows the cut is put in the place of the word.
  for ((i = 0; i < \${#COMPREPLY[@]}; i++)); do COMPREPLY[i]=\${COMPREPLY[i]#"$cut"}; done
}

complete -F _veritrace veritrace
`;
};

/** Traps in the arguments of nodes. */
import type { Issue, Path } from '../../declared/problem.ts';
import { suggest } from '../../declared/suggest.ts';
import { foreignFlags, knownFlags, ownFlags } from './flags.ts';
import { type Rule, type Subject, wrong } from './rule.ts';

/** Flags that may be given more than once. */
const REPEATABLE = new Set([
  ...['log', 'bootnodes', 'reserved-nodes', 'public-addr', 'telemetry-url'],
  ...['experimental-rpc-endpoint', 'rpc-rate-limit-whitelisted-ips'],
]);

interface Argument {
  path: Path;
  text: string;
  /** The list it stands in belongs to a node that our supervisor starts, not Zombienet. */
  later: boolean;
}

const argumentsOf = ({ content: { relaychain, veritrace } }: Subject): Argument[] => {
  const list = (path: Path, args: readonly string[], later: boolean) =>
    args.map((text, index) => ({ path: [...path, index], text, later }));
  return [
    ...list(['relaychain', 'default_args'], relaychain.default_args, false),
    ...relaychain.nodes.flatMap(({ args }, index) =>
      list(['relaychain', 'nodes', index, 'args'], args, false),
    ),
    ...veritrace.later.flatMap(({ args }, index) =>
      list(['veritrace', 'later', index, 'args'], args, true),
    ),
  ];
};

/** The flag's name without dashes and value; `undefined` for what is no long flag. */
const flagOf = (text: string): string | undefined => /^--([^=\s]+)/.exec(text)?.[1];

/** Words are dropped when they repeat, so a flag and its value must be one word. */
export const argumentsAreOneWord: Rule = (subject) =>
  argumentsOf(subject).flatMap(({ path, text }): Issue[] => {
    const say = 'repeated words of a command line are dropped by Zombienet; write --key=value';
    if (/\s/.test(text)) return [wrong(path, `"${text}" is more than one word: ${say}`)];
    return text.startsWith('-') ? [] : [wrong(path, `"${text}" is no flag of its own: ${say}`)];
  });

/** What Zombienet sets is left to it. */
export const ownArgumentsAreLeft: Rule = (subject) =>
  argumentsOf(subject).flatMap(({ path, text }): Issue[] => {
    const flag = flagOf(text);
    const reason = flag === undefined ? undefined : ownFlags[flag];
    return reason === undefined
      ? []
      : [wrong(path, `leave --${flag} out, it is set for every node: ${reason}`)];
  });

/** A flag that the node lacks ends it at its start. */
export const flagsAreKnown: Rule = (subject) =>
  argumentsOf(subject).flatMap(({ path, text }): Issue[] => {
    const flag = flagOf(text);
    if (flag === undefined || flag in ownFlags || knownFlags.includes(flag)) return [];
    const foreign = foreignFlags[flag];
    const near = suggest(flag, knownFlags);
    const why = foreign ?? (near === undefined ? undefined : `did you mean --${near}?`);
    return [
      wrong(
        path,
        `the node has no --${flag}${why === undefined ? '' : `; ${why}`}, and would not start`,
      ),
    ];
  });

/** A flag that is given twice ends the node at its start; one of our own nodes takes its own before the default. */
export const flagsAreGivenOnce: Rule = (subject) => {
  const { relaychain, veritrace } = subject.content;
  const twice = (
    path: Path,
    args: readonly string[],
    before: readonly string[],
    what: string,
  ): Issue[] =>
    args.flatMap((text, index) => {
      const flag = flagOf(text);
      if (flag === undefined || REPEATABLE.has(flag)) return [];
      const given = [...before, ...args.slice(0, index)].find((other) => flagOf(other) === flag);
      // Equal words are one word: Zombienet drops repetitions.
      return given === undefined || given === text
        ? []
        : [wrong([...path, index], `${given} is given ${what}, and a node takes --${flag} once`)];
    });
  return [
    ...twice(['relaychain', 'default_args'], relaychain.default_args, [], 'before'),
    ...relaychain.nodes.flatMap(({ args }, index) =>
      twice(
        ['relaychain', 'nodes', index, 'args'],
        args,
        relaychain.default_args,
        'to every node by default_args',
      ),
    ),
    ...veritrace.later.flatMap(({ args }, index) =>
      twice(['veritrace', 'later', index, 'args'], args, [], 'before'),
    ),
  ];
};

const archives = (args: readonly string[]): string | undefined =>
  args.find((arg) => /^--(state|blocks)-pruning=archive$/.test(arg));

/** A node that starts from a proof of finality has no history to archive. */
export const warpingNodesKeepNoArchive: Rule = ({ content: { relaychain, veritrace } }) => {
  const lists = [
    ...relaychain.nodes.map(({ args }, index) => ({
      path: ['relaychain', 'nodes', index, 'args'] as Path,
      args,
      all: [...relaychain.default_args, ...args],
    })),
    ...veritrace.later.map(({ args }, index) => ({
      path: ['veritrace', 'later', index, 'args'] as Path,
      args,
      all: ownOverDefault(relaychain.default_args, args),
    })),
  ];
  return lists.flatMap(({ path, args, all }): Issue[] => {
    const index = args.findIndex((arg) => /^--sync=(warp|fast|fast-unsafe)$/.test(arg));
    const archive = archives(all);
    return index < 0 || archive === undefined
      ? []
      : [
          wrong(
            [...path, index],
            `a node with ${archive} does not start with ${args[index]}; give it ${archive.replace('archive', '256')}`,
          ),
        ];
  });
};

/** The arguments of a node of our own: defaults for flags that it does not give itself. */
export const ownOverDefault = (defaults: readonly string[], own: readonly string[]): string[] => {
  const given = new Set(own.map(flagOf));
  const kept = defaults.filter((arg) => {
    const flag = flagOf(arg);
    return flag === undefined || REPEATABLE.has(flag) || !given.has(flag);
  });
  return [...kept, ...own];
};

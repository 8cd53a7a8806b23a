/** Traps in the arguments of nodes. */
import type { Issue, Path } from '../../scenario/problem.ts';
import { suggest } from '../../scenario/suggest.ts';
import { foreignFlags, knownFlags, ownFlags } from './flags.ts';
import { type Rule, type Subject, wrong } from './rule.ts';

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

/** Traps in the nodes of a network. */
import type { Issue } from '../../declared/problem.ts';
import { misplaced, type Rule, unknown, wrong } from './rule.ts';

const NAME = /^[a-z][a-z0-9-]{0,31}$/;

/** Names that logs of the supervisor's own have. */
const TAKEN = ['zombienet', 'supervisor', 'guardian', 'network'];

/** One name, one thing: a second `alice` would quietly become `alice-1`, with keys of nobody. */
export const namesAreDistinct: Rule = ({ content: { relaychain, veritrace } }) => {
  const all = [
    ...relaychain.nodes.map(({ name }, index) => ({
      name,
      path: ['relaychain', 'nodes', index, 'name'],
    })),
    ...veritrace.later.map(({ name }, index) => ({
      name,
      path: ['veritrace', 'later', index, 'name'],
    })),
    ...veritrace.workers.map(({ name }, index) => ({
      name,
      path: ['veritrace', 'workers', index, 'name'],
    })),
  ];
  return all.flatMap(({ name, path }, index): Issue[] => {
    if (!NAME.test(name)) {
      return [wrong(path, `"${name}" is no name: lower-case letters, digits and dashes, up to 32`)];
    }
    if (TAKEN.includes(name)) return [wrong(path, `"${name}" is a name of the supervisor's own`)];
    return all.findIndex((other) => other.name === name) === index
      ? []
      : [wrong(path, `"${name}" is the name of another node or worker of this network`)];
  });
};

/** Zombienet takes every node for a validator unless told otherwise, so it is written out. */
export const validatorsAreNamed: Rule = ({ content: { relaychain } }) =>
  relaychain.nodes.flatMap(({ validator }, index) =>
    validator === undefined
      ? [
          misplaced(
            ['relaychain', 'nodes', index],
            'write validator = true or false: without it the node is a validator, and the others wait for its votes',
          ),
        ]
      : [],
  );

/** What a node runs is said; otherwise it is `polkadot`. */
export const commandsAreNamed: Rule = ({ content: { relaychain } }) =>
  relaychain.default_command === undefined &&
  relaychain.nodes.some(({ command }) => command === undefined)
    ? [
        misplaced(
          ['relaychain'],
          'write default_command = "{{NODE}}": without it Zombienet starts a program called polkadot',
        ),
      ]
    : [];

/** Someone makes blocks. */
export const someoneMakesBlocks: Rule = ({ content: { relaychain } }) =>
  relaychain.nodes.some(({ validator }) => validator !== false)
    ? []
    : [misplaced(['relaychain', 'nodes'], 'no node is a validator: no block would ever be made')];

/** Nodes that are named for faults exist. */
export const faultsNameNodes: Rule = ({ content: { relaychain, veritrace } }) => {
  const known = [...relaychain.nodes, ...veritrace.later].map(({ name }) => name);
  return veritrace.faults.flatMap((name, index) =>
    known.includes(name) ? [] : [unknown(['veritrace', 'faults', index], 'node', name, known)],
  );
};

/** One of four may fail: with fewer validators every fault stops finality, and with it the suite. */
export const faultsLeaveAMajority: Rule = ({ content: { relaychain, veritrace } }) => {
  const validators = relaychain.nodes.filter(({ validator }) => validator !== false).length;
  return veritrace.faults.length === 0 || validators >= 4
    ? []
    : [
        misplaced(
          ['veritrace', 'faults'],
          `a network with faults needs four validators, this one has ${validators}: of fewer than four none may fail without finality coming to a stop`,
        ),
      ];
};

/** Zombienet forgets a node's environment when it restarts it. */
export const restartedNodesHaveNoEnv: Rule = ({ content: { relaychain, veritrace } }) =>
  relaychain.nodes.flatMap(({ name, env }, index) =>
    env !== undefined && veritrace.faults.includes(name)
      ? [
          misplaced(
            ['relaychain', 'nodes', index, 'env'],
            `"${name}" is restarted by suites, and a restart by Zombienet loses its env; use an argument, like --log=…`,
          ),
        ]
      : [],
  );

/** Whoever names key types for a validator names those it makes blocks and votes with. */
export const validatorsKeepTheirKeys: Rule = ({ content: { relaychain } }) =>
  relaychain.nodes.flatMap(({ validator, keystore_key_types: own }, index): Issue[] => {
    const types = own ?? relaychain.default_keystore_key_types;
    if (validator === false || types === undefined || types.length === 0) return [];
    const missing = ['babe', 'gran'].filter(
      (type) => !types.some((one) => one.split('_')[0] === type),
    );
    const path =
      own === undefined
        ? ['relaychain', 'default_keystore_key_types']
        : ['relaychain', 'nodes', index, 'keystore_key_types'];
    return missing.length === 0
      ? []
      : [
          wrong(
            path,
            `a validator's keystore lacks ${missing.join(' and ')}: named types replace the usual ones; write ["babe", "gran_ed", …]`,
          ),
        ];
  });

/** A key type is four letters, and its scheme is ed, ec or sr; anything else is skipped without a word. */
export const keyTypesAreWellFormed: Rule = ({ content: { relaychain } }) => {
  const lists = [
    {
      path: ['relaychain', 'default_keystore_key_types'] as (string | number)[],
      types: relaychain.default_keystore_key_types ?? [],
    },
    ...relaychain.nodes.map(({ keystore_key_types: types = [] }, index) => ({
      path: ['relaychain', 'nodes', index, 'keystore_key_types'] as (string | number)[],
      types,
    })),
  ];
  return lists.flatMap(({ path, types }) =>
    types.flatMap((type, index) =>
      /^[a-z]{4}(_(ed|ec|sr))?$/.test(type)
        ? []
        : [
            wrong(
              [...path, index],
              `"${type}" is no key type and would be skipped: four letters, then _ed, _ec or _sr, like gran_ed`,
            ),
          ],
    ),
  );
};

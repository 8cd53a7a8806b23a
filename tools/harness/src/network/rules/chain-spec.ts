/** Traps on the way to a chain spec. */
import type { Issue, Path } from '../../declared/problem.ts';
import { misplaced, type Rule, wrong } from './rule.ts';

const CHAIN = ['relaychain'] as const;
const COMMAND = ['relaychain', 'chain_spec_command'] as const;
const WRITE =
  'chain_spec_command = "{{NODE}} export-chain-spec --runtime {{RUNTIME}} --preset NAME --chain {% raw %}{{chainName}}{% endraw %}"';

const RAW = /\{%-?\s*raw\s*-?%\}.*?\{%-?\s*endraw\s*-?%\}/gs;

/** Zombienet asks the node for the chain spec, and the node has its own command for that. */
export const chainSpecIsExported: Rule = ({ content: { relaychain } }) => {
  const command = relaychain.chain_spec_command;
  if (command === undefined) {
    return [misplaced(CHAIN, `nothing makes the chain spec; write ${WRITE}`)];
  }
  return /\bexport-chain-spec\b/.test(command)
    ? []
    : [wrong(COMMAND, `the node makes chain specs with export-chain-spec; write ${WRITE}`)];
};

/** The name that Zombienet fills in survives the template engine. */
export const chainNameIsRaw: Rule = ({ content: { relaychain } }) => {
  const command = relaychain.chain_spec_command;
  if (command === undefined) return [];
  const outside = command.replace(RAW, '');
  if (/\{\{\s*chainName\s*\}\}/.test(outside)) {
    return [
      wrong(
        COMMAND,
        '{{chainName}} is rendered before Zombienet sees it and becomes empty; write {% raw %}{{chainName}}{% endraw %}',
      ),
    ];
  }
  return command.includes('{{chainName}}')
    ? []
    : [
        wrong(
          COMMAND,
          'Zombienet fills the name or the file in for {{chainName}}; end the command with --chain {% raw %}{{chainName}}{% endraw %}',
        ),
      ];
};

/** Names of what the supervisor renders into a specification. */
const PLACEHOLDERS = ['NODE', 'RUNTIME'];

const strings = (value: unknown, path: Path): { path: Path; text: string }[] => {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((one, index) => strings(one, [...path, index]));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, one]) => strings(one, [...path, key]));
  }
  return [];
};

/** A placeholder that nothing fills becomes empty without a word. */
export const placeholdersAreKnown: Rule = ({ toml }) =>
  strings(toml.data, []).flatMap(({ path, text }): Issue[] => {
    const outside = text.replace(RAW, '');
    const unknown = [...outside.matchAll(/\{\{\s*([^}]*?)\s*\}\}/g)]
      .map(([, word = '']) => word)
      .filter((word) => word !== 'chainName' && !PLACEHOLDERS.includes(word))
      .map((word) =>
        wrong(
          path,
          `nothing fills {{${word}}} in; there are ${PLACEHOLDERS.map((one) => `{{${one}}}`).join(' and ')}`,
        ),
      );
    return /\{%/.test(outside)
      ? [...unknown, wrong(path, 'only {% raw %} … {% endraw %} is understood in a specification')]
      : unknown;
  });

/** What is laid over the preset has one place; elsewhere it is ignored. */
export const genesisIsPatched: Rule = ({ content: { relaychain } }) => {
  const { genesis } = relaychain;
  if (genesis === undefined) return [];
  const path = ['relaychain', 'genesis'];
  const say = 'write [relaychain.genesis.runtimeGenesis.patch.PALLET]; other places are ignored';
  const others = Object.keys(genesis).filter((key) => key !== 'runtimeGenesis');
  const inner = genesis.runtimeGenesis;
  const within =
    typeof inner === 'object' && inner !== null
      ? Object.keys(inner).filter((key) => key !== 'patch')
      : [];
  return [
    ...others.map((key) => misplaced([...path, key], say)),
    ...within.map((key) => misplaced([...path, 'runtimeGenesis', key], say)),
  ];
};

/** 0 asks for a ws port, 2 adds a flag of Polkadot's, none costs a probe of `--help`. */
export const argsVersionIsOne: Rule = ({ content: { relaychain } }) => {
  const say =
    '1 is a plain Substrate node; without it Zombienet probes --help, and 2 adds a flag that only Polkadot knows, so ' +
    'that the node refuses to start';
  const version = relaychain.default_substrate_cli_args_version;
  const whole: Issue[] =
    version === 1
      ? []
      : version === undefined
        ? [misplaced(CHAIN, `write default_substrate_cli_args_version = 1: ${say}`)]
        : [wrong(['relaychain', 'default_substrate_cli_args_version'], `write 1: ${say}`)];
  return [
    ...whole,
    ...relaychain.nodes.flatMap((node, index) =>
      node.substrate_cli_args_version === undefined || node.substrate_cli_args_version === 1
        ? []
        : [
            wrong(
              ['relaychain', 'nodes', index, 'substrate_cli_args_version'],
              `write 1, or leave it out: ${say}`,
            ),
          ],
    ),
  ];
};

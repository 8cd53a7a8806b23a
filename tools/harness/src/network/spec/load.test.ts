import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemsOf, replaced } from '../../testing/declared.ts';
import { leastSpec } from '../testing/least-spec.ts';
import { loadNetwork, parseNetwork } from './load.ts';

const networks = fileURLToPath(new URL('../../../../../e2e/networks/', import.meta.url));

/** Its first nine lines are those of `leastSpec`. */
const good = `${leastSpec('small')}default_args = ["--state-pruning=archive"]

[[relaychain.nodes]]
name = "alice"
validator = true
args = ["-lveritrace=debug"]

[[relaychain.nodes]]
name = "erin"
validator = false
args = ["--offchain-worker=always"]
keystore_key_types = ["infr_sr"]

[veritrace]
description = "A small one"

[[veritrace.models]]
name = "digits"
dir = "../../scenarios/models/digits-mlp/compiled"
author = "iris"
price = 1

[[veritrace.workers]]
name = "ada"
kind = "daemon"
node = "alice"
serves = ["digits"]

[[veritrace.workers]]
name = "ben"
kind = "offchain"
node = "erin"
serves = ["digits"]

[[veritrace.later]]
name = "late"
`;

const problems = (text: string): string[] =>
  problemsOf(() => parseNetwork(text, `${networks}small.toml`));

const change = (from: string | RegExp, to: string): string => replaced(good, from, to);

describe('parseNetwork', { timeout: 30_000 }, () => {
  it('reads a specification and fills defaults in', () => {
    const { name, content } = parseNetwork(good, `${networks}small.toml`);
    expect(name).toBe('small');
    expect(content.veritrace.workers[1]).toEqual({
      name: 'ben',
      kind: 'offchain',
      node: 'erin',
      stake: 500,
      min_price: 0,
      serves: ['digits'],
    });
    expect(content.veritrace.models[0]?.royalty).toBe('10%');
    expect(content.veritrace.later).toEqual([{ name: 'late', args: [] }]);
  });

  it('finds nothing to say against the networks that are shipped', async () => {
    const files = (await readdir(networks)).filter((file) => file.endsWith('.toml'));
    expect(files.sort()).toEqual(['late-joiner.toml', 'local.toml', 'restless.toml', 'solo.toml']);
    for (const file of files) {
      const { content } = await loadNetwork(`${networks}${file}`);
      expect(content.relaychain.chain).toBe(file.replace('.toml', ''));
    }
  });

  it.each([
    [
      'a key nobody knows',
      'validator = true',
      'validater = true',
      '14:1: unknown key "validater" in relaychain.nodes[0]; did you mean "validator"?',
    ],
    [
      'a key of ours nobody knows',
      'kind = "daemon"',
      'kind = "daemon"\nstakes = 5',
      '35:1: unknown key "stakes" in veritrace.workers[0]; did you mean "stake"?',
    ],
    [
      'a kind of worker nobody knows',
      'kind = "daemon"',
      'kind = "demon"',
      '34:8: "demon" is not allowed for veritrace.workers[0].kind; did you mean "daemon"?',
    ],
    [
      'a missing key',
      '[veritrace]\ndescription = "A small one"\n',
      '',
      '24:3: missing key "description" in veritrace',
    ],
    [
      'a number written as a string',
      'price = 1',
      'price = "1"',
      '30:9: veritrace.models[0].price must be a number, not the string "1"',
    ],
    ['broken TOML', 'price = 1', 'price = ', '32:1: the key, equals sign'],
    [
      'a key written twice',
      'price = 1',
      'price = 1\nprice = 2',
      '31:1: defining a key multiple times is invalid',
    ],
  ])('reports %s where it stands', (_what, from, to, expected) => {
    const found = problems(change(from, to));
    expect(found.map((one) => one.slice(0, expected.length))).toEqual(
      expect.arrayContaining([expected]),
    );
  });

  it.each([
    ['metrics that leave the machine', /prometheus = false\n/, '', '1:2: write prometheus = false'],
    [
      'metrics that leave, said aloud',
      'prometheus = false',
      'prometheus = true',
      '2:1: write prometheus = false',
    ],
    ['networks that mix', /isolate_env = true\n/, '', '1:2: write isolate_env = true'],
    ['a provider', '[settings]', '[settings]\nprovider = "native"', '2:1: leave provider out'],
    [
      'no command for the chain spec',
      /chain_spec_command.*\n/,
      '',
      '5:2: nothing makes the chain spec',
    ],
    [
      'the command of old',
      'export-chain-spec',
      'build-spec',
      '7:22: the node makes chain specs with export-chain-spec',
    ],
    [
      'a chain name that is rendered away',
      /\{% raw %\}(.*)\{% endraw %\}/,
      '$1',
      '7:22: {{chainName}} is rendered before Zombienet sees it',
    ],
    [
      'a chain name that is absent',
      '{% raw %}{{chainName}}{% endraw %}',
      'small',
      '7:22: Zombienet fills the name or the file in',
    ],
    [
      'a placeholder nothing fills',
      'default_command = "{{NODE}}"',
      'default_command = "{{BINARY}}"',
      '8:19: nothing fills {{BINARY}} in',
    ],
    [
      'a program in the template',
      '"{{NODE}}"',
      '"{% if x %}{{NODE}}{% endif %}"',
      '8:19: only {% raw %}',
    ],
    [
      'a genesis in the wrong place',
      '[veritrace]',
      '[relaychain.genesis.runtime.sudo]\nkey = "x"\n\n[veritrace]',
      '23:21: write [relaychain.genesis.runtimeGenesis.patch.PALLET]',
    ],
    [
      'a genesis that is no patch',
      '[veritrace]',
      '[relaychain.genesis.runtimeGenesis.config.sudo]\nkey = "x"\n\n[veritrace]',
      '23:36: write [relaychain.genesis.runtimeGenesis.patch.PALLET]',
    ],
    [
      'no version of arguments',
      /default_substrate_cli_args_version = 1\n/,
      '',
      '5:2: write default_substrate_cli_args_version = 1',
    ],
    ["Polkadot's version of arguments", 'args_version = 1', 'args_version = 2', '9:38: write 1'],
    [
      'another version of one node',
      'validator = true',
      'validator = true\nsubstrate_cli_args_version = 0',
      '15:30: write 1, or leave it out',
    ],
    [
      'a flag and its value in one string',
      '--state-pruning=archive',
      '--state-pruning archive',
      '10:17: "--state-pruning archive" is more than one word',
    ],
    [
      'a value on its own',
      '"--state-pruning=archive"',
      '"--state-pruning", "archive"',
      '10:36: "archive" is no flag of its own',
    ],
    ['a base path', '--offchain-worker=always', '--base-path=/tmp', '20:9: leave --base-path out'],
    [
      'a flag of Polkadot',
      '-lveritrace=debug',
      '--insecure-validator-i-know-what-i-do',
      "15:9: the node has no --insecure-validator-i-know-what-i-do; only Polkadot's",
    ],
    [
      'a flag with a slip',
      '--state-pruning=archive',
      '--state-prunning=archive',
      '10:17: the node has no --state-prunning; did you mean --state-pruning?',
    ],
    [
      'nodes that run another program',
      /default_command.*\n/,
      '',
      '5:2: write default_command = "{{NODE}}"',
    ],
    [
      'a flag that every node has already',
      '--offchain-worker=always',
      '--state-pruning=256',
      '20:9: --state-pruning=archive is given to every node',
    ],
    [
      'a flag that is given twice',
      '"--state-pruning=archive"',
      '"--state-pruning=archive", "--state-pruning=256"',
      '10:44: --state-pruning=archive is given before',
    ],
    [
      'an archive that warps',
      'name = "late"',
      'name = "late"\nargs = ["--sync=warp"]',
      '46:9: a node with --state-pruning=archive does not start with --sync=warp; give it --state-pruning=256',
    ],
    [
      'a flag of a node that comes later',
      'name = "late"',
      'name = "late"\nargs = ["--alice"]',
      '46:9: leave --alice out',
    ],
    [
      'two nodes of one name',
      'name = "erin"',
      'name = "alice"',
      '18:8: "alice" is the name of another node or worker',
    ],
    [
      'a worker called like a node',
      'name = "ben"',
      'name = "erin"',
      '39:8: "erin" is the name of another',
    ],
    ['a name that is none', 'name = "late"', 'name = "Late"', '45:8: "Late" is no name'],
    [
      'a name that is taken',
      'name = "late"',
      'name = "guardian"',
      '45:8: "guardian" is a name of the supervisor\'s own',
    ],
    [
      'a node of which nobody knows whether it validates',
      /validator = true\n/,
      '',
      '12:14: write validator = true or false',
    ],
    [
      'a chain without validators',
      'validator = true',
      'validator = false',
      '12:14: no node is a validator',
    ],
    [
      'too few validators for faults',
      'A small one"',
      'A small one"\nfaults = ["erin"]',
      '25:1: a network with faults needs four validators, this one has 1',
    ],
    [
      'a fault of a node that is not there',
      'A small one"',
      'A small one"\nfaults = ["erim"]',
      '25:11: no node is called "erim"; did you mean "erin"?',
    ],
    [
      'a validator without its keys',
      'validator = true',
      'validator = true\nkeystore_key_types = ["babe"]',
      "15:22: a validator's keystore lacks gran",
    ],
    [
      'a key type that is none',
      '["infr_sr"]',
      '["infr_sr", "grandpa_ed"]',
      '21:34: "grandpa_ed" is no key type',
    ],
    [
      'two listeners on one port',
      'name = "late"',
      'name = "late"\nrpc_port = 20000\np2p_port = 20000',
      '47:12: port 20000 is taken',
    ],
    [
      'a ws port',
      'validator = true',
      'validator = true\nws_port = 9944',
      '15:1: write rpc_port = 9944',
    ],
    [
      'a worker at a node that is not there',
      'node = "alice"',
      'node = "alise"',
      '35:8: no node is called "alise"; did you mean "alice"?',
    ],
    [
      'a worker of a model that is not there',
      '["digits"]',
      '["digitz"]',
      '36:11: no model is called "digitz"; did you mean "digits"?',
    ],
    [
      'a worker at a node that comes later',
      'node = "alice"',
      'node = "late"',
      '35:8: "late" is started later',
    ],
    ['a model that is not compiled', 'digits-mlp/compiled', 'digits-mlp', '28:7:'],
    [
      'an off-chain worker without a key',
      /keystore_key_types.*\n/,
      '',
      '17:14: "erin" has an off-chain worker but no key for it',
    ],
    [
      'an off-chain worker with another key',
      '"infr_sr"',
      '"infr_ed"',
      '21:1: "erin" has an off-chain worker but no key for it',
    ],
    [
      'a key nobody works with',
      'kind = "offchain"',
      'kind = "daemon"',
      '21:1: "erin" has a key of type infr, but no worker',
    ],
    [
      'two off-chain workers at a node',
      '[[veritrace.later]]',
      '[[veritrace.workers]]\nname = "cem"\nkind = "offchain"\nnode = "erin"\nserves = ["digits"]\n\n[[veritrace.later]]',
      '47:8: "erin" has an off-chain worker already',
    ],
    [
      'an off-chain worker that is off',
      'args = ["--offchain-worker=always"]\n',
      '',
      '17:14: the off-chain worker of "erin" is off',
    ],
    [
      'a number that would be rounded',
      '[veritrace]',
      '[relaychain.genesis.runtimeGenesis.patch.balances]\ndust = 9007199254740993\n\n[veritrace]',
      '24:8: 9007199254740993 is more than 2^53',
    ],
    [
      'a table written in a line',
      /\[settings\]\n.*\n.*\n/,
      'settings = { prometheus = false, isolate_env = true }\n',
      '1:1: write [settings]',
    ],
  ])('warns of %s', (_what, from, to, expected) => {
    const found = problems(change(from, to));
    expect(found.map((one) => one.slice(0, expected.length))).toEqual(
      expect.arrayContaining([expected]),
    );
  });

  it('warns of an environment that a restart loses', () => {
    const four = ['bob', 'charlie', 'dave'].map(
      (name) => `[[relaychain.nodes]]\nname = "${name}"\nvalidator = true\n`,
    );
    const text = change('[veritrace]', `${four.join('\n')}\n[veritrace]`)
      .replace('A small one"', 'A small one"\nfaults = ["alice"]')
      .replace(
        'validator = true',
        'validator = true\nenv = [{ name = "RUST_LOG", value = "info" }]',
      );
    expect(problems(text)).toEqual([
      expect.stringMatching(
        /^15:1: "alice" is restarted by suites, and a restart by Zombienet loses/,
      ),
    ]);
  });

  it('lets flags repeat that may, equal words, and a later node that goes its own way', () => {
    const text = change('"--state-pruning=archive"', '"--state-pruning=archive", "--log=a"')
      .replace('"-lveritrace=debug"', '"--state-pruning=archive", "--log=b"')
      .replace('name = "late"', 'name = "late"\nargs = ["--sync=warp", "--state-pruning=256"]');
    expect(problems(text)).toEqual([]);
  });

  it('warns of nodes written in a row', () => {
    const [before = ''] = good.split('[[relaychain.nodes]]');
    const after = good.slice(good.indexOf('[veritrace]'));
    const found = problems(
      `${before}nodes = [{ name = "alice", validator = true }]\n\n${after}`.replace(
        'erin',
        'alice',
      ),
    );
    expect(found).toContain(
      '12:10: write each node as [[relaychain.nodes]]: its ports are put in there',
    );
  });

  it('reports every mistake, in the order of the file', () => {
    const found = problems(
      change('prometheus = false', 'prometheus = true').replace('node = "alice"', 'node = "bob"'),
    );
    expect(found.map((one) => one.split(':')[0])).toEqual(['2', '35']);
  });

  it('answers any text with a network or with places, never with another error', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.nat(good.length),
        (text, at) => {
          expect(Array.isArray(problems(good.slice(0, at) + text + good.slice(at)))).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('says which file it could not read', async () => {
    await expect(loadNetwork('nowhere.toml')).rejects.toThrow('nowhere.toml:1:1: no such file');
  });
});

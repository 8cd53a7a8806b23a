/** Traps in the workers and models of the `[veritrace]` table. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Issue } from '../../declared/problem.ts';
import { misplaced, type Rule, unknown, wrong } from './rule.ts';

/** Workers name nodes and models that there are. */
export const workersNameThings: Rule = ({ content: { relaychain, veritrace } }) => {
  const nodes = [...relaychain.nodes, ...veritrace.later].map(({ name }) => name);
  const models = veritrace.models.map(({ name }) => name);
  return veritrace.workers.flatMap(({ node, serves }, index) => [
    ...(nodes.includes(node)
      ? []
      : [unknown(['veritrace', 'workers', index, 'node'], 'node', node, nodes)]),
    ...serves.flatMap((model, at) =>
      models.includes(model)
        ? []
        : [unknown(['veritrace', 'workers', index, 'serves', at], 'model', model, models)],
    ),
  ]);
};

/** A worker's node is there when the network is up. */
export const workersAreAtNodesThatRun: Rule = ({ content: { veritrace } }) =>
  veritrace.workers.flatMap(({ node }, index) =>
    veritrace.later.some(({ name }) => name === node)
      ? [
          wrong(
            ['veritrace', 'workers', index, 'node'],
            `"${node}" is started later, and workers at once; name a node that runs from the start`,
          ),
        ]
      : [],
  );

/** Models are compiled folders, each named once. */
export const modelsAreCompiled: Rule = ({ content: { veritrace }, folder }) =>
  veritrace.models.flatMap(({ name, dir }, index): Issue[] => [
    ...(existsSync(resolve(folder, dir, 'graph.bin'))
      ? []
      : [
          wrong(
            ['veritrace', 'models', index, 'dir'],
            `${resolve(folder, dir)} holds no graph.bin; compile the model with: veritrace model compile`,
          ),
        ]),
    ...(veritrace.models.findIndex((other) => other.name === name) === index
      ? []
      : [wrong(['veritrace', 'models', index, 'name'], `another model is called "${name}"`)]),
  ]);

const keyTypesOf = (types: readonly string[] | undefined): readonly string[] =>
  (types ?? []).map((type) => (type.length === 4 ? `${type}_sr` : type));

/** An off-chain worker signs with a key of its own type, which must be in its node's keystore. */
export const offchainWorkersHaveKeys: Rule = ({ content: { relaychain, veritrace } }) => {
  const has = (node: (typeof relaychain.nodes)[number]) =>
    keyTypesOf(node.keystore_key_types ?? relaychain.default_keystore_key_types).includes(
      'infr_sr',
    );
  return relaychain.nodes.flatMap((node, index): Issue[] => {
    const workers = veritrace.workers.filter(
      (worker) => worker.kind === 'offchain' && worker.node === node.name,
    );
    const path = ['relaychain', 'nodes', index];
    if (workers.length > 0 && !has(node)) {
      return [
        misplaced(
          node.keystore_key_types === undefined ? path : [...path, 'keystore_key_types'],
          `"${node.name}" has an off-chain worker but no key for it; write keystore_key_types = ["babe", "gran_ed", "infr_sr"]`,
        ),
      ];
    }
    if (workers.length === 0 && has(node)) {
      return [
        misplaced(
          node.keystore_key_types === undefined ? path : [...path, 'keystore_key_types'],
          `"${node.name}" has a key of type infr, but no worker of kind "offchain" is at it: its off-chain worker would ask a sidecar that is not there`,
        ),
      ];
    }
    return [];
  });
};

/** A node's keystore has one key of that type, so a node has one such worker. */
export const oneOffchainWorkerANode: Rule = ({ content: { veritrace } }) =>
  veritrace.workers.flatMap((worker, index) =>
    worker.kind === 'offchain' &&
    veritrace.workers.findIndex(
      (other) => other.kind === 'offchain' && other.node === worker.node,
    ) !== index
      ? [
          wrong(
            ['veritrace', 'workers', index, 'node'],
            `"${worker.node}" has an off-chain worker already, and its keystore one key for it`,
          ),
        ]
      : [],
  );

/** Off-chain workers of nodes that are no validators are off unless asked for. */
export const offchainWorkersAreOn: Rule = ({ content: { relaychain, veritrace } }) =>
  relaychain.nodes.flatMap(({ name, validator, args }, index) => {
    const wanted = veritrace.workers.some(
      (worker) => worker.kind === 'offchain' && worker.node === name,
    );
    if (!wanted) return [];
    const setting = [...relaychain.default_args, ...args]
      .map((arg) => /^--offchain-worker=(.*)$/.exec(arg)?.[1])
      .findLast((value) => value !== undefined);
    const on = setting === 'always' || (validator !== false && setting !== 'never');
    return on
      ? []
      : [
          misplaced(
            ['relaychain', 'nodes', index],
            `the off-chain worker of "${name}" is off, as it is of every node that is no validator; add "--offchain-worker=always" to its args`,
          ),
        ];
  });

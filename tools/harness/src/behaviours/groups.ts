/** Groups of liars among honest workers, as scenarios made from a seed: who lies, where, how, and how often they are asked. */
import { createRandom, pick } from '../actors/random.ts';
import { type LoadedScenario, parseScenario } from '../scenario/load.ts';

/** Workers in a group. */
export const GROUP = 7;

/** What of a group does not follow from its seed. */
export interface GroupOptions {
  /** How many lie. */
  liars: number;
  /** Whether they tell the same lie. */
  collude: boolean;
}

/** The groups that a seed goes through, one after the other. */
export const GROUPS: readonly GroupOptions[] = [
  { liars: 1, collude: false },
  { liars: 2, collude: false },
  { liars: 2, collude: true },
  { liars: 5, collude: false },
  { liars: 5, collude: true },
];

/** Ways to lie at a random node; with colluding liars all do it alike. */
const LIES = [
  '{ kind: wrong-node, node: random }',
  '{ kind: wrong-tile, node: random }',
  '{ kind: flip-one-bit, node: random }',
  'wrong-output',
  'lazy',
] as const;

/** A model of a few small nodes, so that a node is as likely to be early as late. */
const MOST_NODES = 40;

/**
 * The scenario of a group. Paths in it start from `folder`, the one of the shipped scenarios. Whoever is drawn, no lie stands
 * and everyone's money ends as it must.
 */
export const groupScenario = (
  { liars, collude }: GroupOptions,
  seed: number,
  folder: string,
): LoadedScenario => {
  const random = createRandom(seed, `group of ${liars}, ${collude ? 'colluding' : 'apart'}`);
  const name = `group-${liars}-${collude ? 'colluding' : 'apart'}-${seed}`;
  const worker = (index: number): string => {
    const behaviour =
      index >= liars
        ? 'honest'
        : collude
          ? '{ kind: colluding, group: ring, node: random }'
          : (LIES[pick(random, LIES.length)] ?? LIES[0]);
    return `    w${index}: { serves: [deep], behaviour: ${behaviour} }`;
  };
  const workers = Array.from({ length: GROUP }, (_, index) => worker(index));
  const nodes = 8 + pick(random, MOST_NODES - 8);
  const requests = Array.from({ length: 1 + pick(random, 2) }, (_, index) => {
    const redundancy = 2 + pick(random, 4);
    return `  - { do: request, as: r${index}, user: paul, model: deep, input: inputs/deep/sixteen.json, redundancy: ${redundancy} }`;
  });
  const text = `name: ${name}
description: ${liars} of ${GROUP} workers lie, ${collude ? 'together' : 'each for itself'}; made from seed ${seed}.
skipOn: [network, endpoint]
network:
  genesis:
    inference: { parameters: { maxRedundancy: 5 } }
actors:
  authors:
    iris: {}
  users:
    paul: {}
  workers:
${workers.join('\n')}
  challengers:
    vera: {}
models:
  deep: { generated: { nodes: ${nodes}, seed: ${seed} }, author: iris, price: ${1 + pick(random, 5)} }
steps:
${requests.join('\n')}
expect:
  - { that: no-lie-stands }
  - { that: unpunished, who: vera }
`;
  const file = `${name}.yaml`;
  return { scenario: parseScenario(text, file), file, folder, text };
};

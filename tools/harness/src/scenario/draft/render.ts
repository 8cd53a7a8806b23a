/** A drafted story as the text of its file. */
import type { WorkerBehaviourSpec } from '../../behaviours/specs.ts';
import { DEADLINE, FORMER, LONG, type Tale } from './tales.ts';

/** All that is in the text. */
export interface Draft {
  name: string;
  behaviour: WorkerBehaviourSpec;
  /** What the behaviour is, in the words of its table. */
  does: string;
  tale: Tale;
  /** Honest workers. */
  workers: number;
  model: {
    name: string;
    dir: string;
    /** The class that an honest answer names. */
    label: number | undefined;
    input: string;
  };
  /** Node that it lies at, where that is certain. */
  node: number | undefined;
  /** Transactions to convict it, where that is certain. */
  transactions: number | undefined;
  schema: string;
}

const HONEST = ['ada', 'ben', 'cleo', 'dora', 'emil', 'frida'] as const;
const CHEATS = ['mallory', 'mike'] as const;

/** What a request is called. */
const ASKED = 'asked';

/** A scalar of YAML within a line: quoted unless it is plain beyond doubt. */
const scalar = (value: string | number): string =>
  typeof value === 'number' || /^[A-Za-z][\w./-]*$|^\.{1,2}\/[\w./-]*$/.test(value)
    ? String(value)
    : JSON.stringify(value);

const behaviourText = ({ kind, ...parameters }: WorkerBehaviourSpec): string => {
  const entries = Object.entries(parameters as Record<string, string | number>);
  // `probability: 1` is what it is without being said.
  const said = entries.filter(([key]) => key !== 'probability');
  return said.length === 0
    ? kind
    : `{ kind: ${kind}, ${said.map(([key, value]) => `${key}: ${scalar(value)}`).join(', ')} }`;
};

/** Text in lines of at most so many characters, each after the same beginning. */
const wrapped = (text: string, start: string, width = 118): string[] => {
  const lines: string[] = [];
  let line = start;
  for (const word of text.split(' ')) {
    const longer = line === start ? `${line}${word}` : `${line} ${word}`;
    if (longer.length > width && line !== start) {
      lines.push(line);
      line = `${start}${word}`;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
};

const comment = (text: string, indent = ''): string[] => wrapped(text, `${indent}# `);

/** The parts of a story that differ with its plot. */
interface Scenes {
  /** Parameters of the genesis that it needs. */
  genesis?: string;
  price: number;
  honest: { later: boolean; behaviour?: string; why: string };
  cheatsLater: boolean;
  /** Keys of the request beside those that all have, each with its comment. */
  asks: string[];
  /** Steps between the request and its end. */
  steps: string[];
  expects: string[];
}

const list = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

const answered = (honest: readonly string[]): string[] => {
  const [first] = honest;
  return honest.length === 1 && first !== undefined
    ? [
        ...comment(
          `The answer that was paid is that of ${first}, for the price less royalty and fee.`,
          '  ',
        ),
        `  - { that: answered-by, request: ${ASKED}, worker: ${first} }`,
      ]
    : [];
};

const unpunished = (who: readonly string[]): string[] =>
  who.map((one) => `  - { that: unpunished, who: ${one} }`);

const share = (who: string, is: number, name?: string): string =>
  `  - { that: paid, who: ${who}, is: ${is}${name === undefined ? '' : `, name: ${scalar(name)}`} }`;

const joined = (honest: readonly string[]): string[] =>
  honest.map((worker) => `  - { do: join, worker: ${worker} }`);

/** What the price of one is shared into: royalty, wage, fee. */
const settledShares = (honest: readonly string[]): string[] => [
  ...comment(
    'A price of 1: a tenth is the royalty, a twentieth of it the fee, the rest the wage.',
    '  ',
  ),
  share('iris', 0.1),
  ...(honest.length === 1 ? honest.map((who) => share(who, 0.85)) : []),
  share('treasury', 0.05),
];

const convictedScenes = (
  { node, transactions }: Pick<Draft, 'node' | 'transactions'>,
  cheats: readonly string[],
  honest: readonly string[],
): Scenes => {
  const certain = [
    ...(transactions === undefined ? [] : [`transactions: ${transactions}`]),
    ...(node === undefined ? [] : [`node: ${node}`]),
  ].map((one) => `, ${one}`);
  const many = cheats.length;
  const count = transactions === 1 ? 'one transaction' : `${transactions} transactions`;
  const how = transactions === undefined ? '' : `, in ${count}`;
  return {
    price: 1,
    honest: {
      later: true,
      why: 'They join by a step, so that only who cheats can be drawn before: draws are random.',
    },
    cheatsLater: false,
    asks:
      many === 1
        ? []
        : [
            ...comment('So many workers answer; each costs the price.', '    '),
            `    redundancy: ${many}`,
          ],
    steps: [
      ...comment(
        `Blocks pass until ${list(cheats)} ${many === 1 ? 'has' : 'have'} the request; then the honest come.`,
        '  ',
      ),
      `  - { do: await-event, event: inference.RequestAssigned, request: ${ASKED} }`,
      ...joined(honest),
    ],
    expects: [
      ...comment(`Vera proved the claim wrong on chain${how}, and its stake was cut.`, '  '),
      ...cheats.flatMap((cheat) => [
        `  - { that: convicted, worker: ${cheat}, request: ${ASKED}${certain.join('')} }`,
        `  - { that: slashed, worker: ${cheat} }`,
      ]),
      ...comment('Nobody was paid for a false answer, and no honest one lost anything.', '  '),
      '  - { that: no-lie-stands }',
      ...unpunished([...honest, 'vera']),
      ...(many === 1 ? answered(honest) : []),
      ...comment(
        'Out of each stake that was cut: a bounty for vera, and for paul what he waited for.',
        '  ',
      ),
      share('vera', 5 * many, 'vera is paid a bounty'),
      share('paul', many, 'paul is compensated'),
      ...(many === 1 ? settledShares(honest) : []),
      ...comment('What paul is out of pocket in the end: the price, less the compensation.', '  '),
      '  - { that: cost, user: paul, is: 0 }',
    ],
  };
};

const paidScenes = (honest: readonly string[]): Scenes => ({
  price: 1,
  honest: {
    later: false,
    why: 'There from the start, with its stake bonded. Who of several is drawn is random.',
  },
  cheatsLater: false,
  asks: [],
  steps: [],
  expects: [
    ...answered(honest),
    ...settledShares(honest),
    ...comment('What paul is out of pocket in the end, fees of transactions aside.', '  '),
    '  - { that: cost, user: paul, is: 1 }',
    ...comment('Nobody was slashed, penalised or fined.', '  '),
    ...unpunished([...honest, 'vera']),
    '  - { that: no-lie-stands }',
  ],
});

const missedScenes = (cheat: string, honest: readonly string[]): Scenes => ({
  price: 1,
  honest: {
    later: true,
    why: 'They join by a step, so that only who cheats can be drawn before: draws are random.',
  },
  cheatsLater: false,
  asks: [...comment('Blocks in which it must be answered.', '    '), `    deadline: ${DEADLINE}`],
  steps: [
    ...comment(`Blocks pass until ${cheat} has the request; then the honest come.`, '  '),
    `  - { do: await-event, event: inference.RequestAssigned, request: ${ASKED} }`,
    ...joined(honest),
    ...comment('Its deadline passes, and another worker is drawn.', '  '),
    `  - { do: await-event, event: inference.WorkerMissed, request: ${ASKED}, worker: ${cheat} }`,
  ],
  expects: [
    ...comment('It paid for its absence, and was paid nothing.', '  '),
    `  - { that: penalised, worker: ${cheat} }`,
    share(cheat, 0),
    `  - { that: event, event: inference.RequestReopened, request: ${ASKED}, times: 1 }`,
    ...answered(honest),
    ...settledShares(honest),
    '  - { that: cost, user: paul, is: 1 }',
    ...unpunished([...honest, 'vera']),
  ],
});

const unrevealedScenes = (cheat: string, honest: readonly string[]): Scenes => ({
  price: 1,
  honest: { later: false, why: 'There from the start, with its stake bonded.' },
  cheatsLater: false,
  asks: [
    ...comment(
      'Two workers answer. Each commits to its answer before anybody reveals one.',
      '    ',
    ),
    '    redundancy: 2',
  ],
  steps: [
    ...comment('Blocks pass until both have committed.', '  '),
    `  - { do: await-event, event: inference.RevealOpened, request: ${ASKED} }`,
  ],
  expects: [
    `  - { that: event, event: inference.ResultCommitted, request: ${ASKED}, times: 2 }`,
    `  - { that: event, event: inference.ResultRevealed, request: ${ASKED}, times: 1 }`,
    ...comment('It paid for what it did not reveal, and was paid nothing.', '  '),
    `  - { that: penalised, worker: ${cheat} }`,
    share(cheat, 0),
    ...answered(honest),
    ...settledShares(honest),
    ...comment('paul pays for the one answer that there is.', '  '),
    '  - { that: cost, user: paul, is: 1 }',
    ...unpunished([...honest, 'vera']),
  ],
});

const unauditedScenes = (cheat: string, honest: readonly string[]): Scenes => ({
  genesis:
    'inference: { parameters: { auditShare: 1000000, auditWindow: 4, agreedWindow: 5, challengeWindow: 8 } }',
  price: 0.01,
  honest: {
    later: false,
    behaviour: '{ kind: late, blocks: 6 }',
    why: 'Takes its time, though not too long: the auditor can be drawn by then.',
  },
  cheatsLater: true,
  asks: [],
  steps: [
    ...comment(
      'The auditor joins when the request is taken, so that it is not drawn for that.',
      '  ',
    ),
    `  - { do: await-event, event: inference.RequestAssigned, request: ${ASKED} }`,
    ...joined([cheat]),
    `  - { do: await-event, event: inference.AuditDrawn, request: ${ASKED} }`,
  ],
  expects: [
    ...comment('The audit was missed, which cost the auditor and delayed nothing.', '  '),
    `  - { that: event, event: inference.AuditMissed, request: ${ASKED}, times: 1 }`,
    `  - { that: penalised, worker: ${cheat} }`,
    share(cheat, 0),
    ...honest.map((who) => share(who, 0.0085)),
    '  - { that: cost, user: paul, is: 0.01 }',
    ...unpunished([...honest, 'vera']),
  ],
});

const complainedScenes = (cheat: string, honest: readonly string[]): Scenes => ({
  price: 1,
  honest: {
    later: true,
    why: 'They join by a step, so that only who complains can be drawn before. They have no work here.',
  },
  cheatsLater: false,
  asks: [
    ...comment('The input is named by its hash; workers get it from where paul puts it.', '    '),
    '    byRoot: true',
  ],
  steps: [
    `  - { do: await-event, event: inference.RequestAssigned, request: ${ASKED} }`,
    ...joined(honest),
    ...comment('The input is demanded, and paul publishes it on chain.', '  '),
    `  - { do: await-event, event: inference.InputPublished, request: ${ASKED} }`,
  ],
  expects: [
    ...comment(
      'Who complains is charged for it and nobody compensates it; the work is paid as any.',
      '  ',
    ),
    '  - { that: event, event: inference.ComplaintCharged, times: 1 }',
    '  - { that: event, event: inference.WorkerCompensated, times: 0 }',
    `  - { that: answered-by, request: ${ASKED}, worker: ${cheat} }`,
    share(cheat, 0.85),
    '  - { that: cost, user: paul, is: 1 }',
    ...unpunished([...honest, 'vera']),
  ],
});

const scenesOf = (draft: Draft, cheats: readonly string[], honest: readonly string[]): Scenes => {
  const [cheat = ''] = cheats;
  switch (draft.tale.plot) {
    case 'paid':
      return paidScenes(honest);
    case 'convicted':
      return convictedScenes(draft, cheats, honest);
    case 'missed':
      return missedScenes(cheat, honest);
    case 'unrevealed':
      return unrevealedScenes(cheat, honest);
    case 'unaudited':
      return unauditedScenes(cheat, honest);
    case 'complained':
      return complainedScenes(cheat, honest);
  }
};

/** The models, and the one of them that is asked. */
const modelsOf = ({ tale, model }: Draft, price: number): { asked: string; lines: string[] } => {
  const terms = `author: iris, price: ${price}, royalty: 10%`;
  switch (tale.models) {
    case 'compiled':
      return {
        asked: model.name,
        lines: [
          ...comment(
            'A folder that `veritrace model compile` wrote; the price of one inference by one worker, ' +
              "and the author's share of it.",
            '  ',
          ),
          `  ${model.name}: { dir: ${scalar(model.dir)}, ${terms} }`,
        ],
      };
    case 'versions':
      return {
        asked: 'second',
        lines: [
          ...comment(
            'Two versions of a small model, made on the fly; `dir: FOLDER` would be compiled ones.',
            '  ',
          ),
          `  ${FORMER}: { generated: { nodes: 12, seed: 1 }, ${terms} }`,
          `  second: { generated: { nodes: 12, seed: 2 }, ${terms}, family: ${FORMER} }`,
        ],
      };
    case 'long':
      return {
        asked: 'deep',
        lines: [
          ...comment(
            'A model of so many small nodes, made on the fly: too many for a claim to show each.',
            '  ',
          ),
          `  deep: { generated: { nodes: ${LONG.nodes}, seed: 1 }, ${terms} }`,
        ],
      };
  }
};

/** The text of the file. */
export const renderDraft = (draft: Draft): string => {
  const { name, behaviour, does, tale, model, schema } = draft;
  const cheats = tale.plot === 'paid' ? [] : CHEATS.slice(0, tale.cheats ?? 1);
  const honest = HONEST.slice(0, draft.workers);
  const scenes = scenesOf(draft, cheats, honest);
  const { asked, lines: models } = modelsOf(draft, scenes.price);
  const worker = (who: string, later: boolean, how?: string): string =>
    [
      `    ${who}: { serves: [${asked}]`,
      ...(how === undefined ? [] : [`behaviour: ${how}`]),
      ...(later ? ['later: true'] : []),
    ]
      .join(', ')
      .concat(' }');
  const expected = [
    'state: settled',
    'true: true',
    ...(model.label === undefined || tale.models !== 'compiled' ? [] : [`label: ${model.label}`]),
  ];
  return [
    `# yaml-language-server: $schema=${schema}`,
    ...comment(
      'A scenario: who takes part and how they behave, what happens, and what must hold in the end. ' +
        'Editors that know the line above complete its keys and say what each means. An unknown key is an error.',
    ),
    '',
    ...comment('What it is called: the name of its file.'),
    `name: ${name}`,
    ...comment('What is shown, in a sentence or two.'),
    'description: >-',
    ...wrapped(tale.shows, '  '),
    ...(scenes.genesis === undefined
      ? []
      : [
          '',
          ...comment(
            'What the chain begins with, merged over the preset: every claim is audited. ' +
              'A chain that is there has its genesis already, so the scenario is left out there.',
          ),
          'skipOn: [network, endpoint]',
          'network:',
          '  genesis:',
          `    ${scenes.genesis}`,
        ]),
    '',
    ...comment(
      'Everyone who takes part, by role. Names are free. `{}` is one with all defaults: 1000 tokens, and honest.',
    ),
    'actors:',
    ...comment('Who registers models, and is paid a royalty of each inference.', '  '),
    '  authors:',
    '    iris: {}',
    ...comment('Who asks, and escrows the price.', '  '),
    '  users:',
    '    paul: {}',
    ...comment(
      'Who bond a stake (`stake: 500` unless it says otherwise), run the models they serve, and answer.',
      '  ',
    ),
    '  workers:',
    ...(cheats.length === 0 ? [] : comment(`${does}.`, '    ')),
    ...cheats.map((who) => worker(who, scenes.cheatsLater, behaviourText(behaviour))),
    ...comment(scenes.honest.why, '    '),
    ...honest.map((who) => worker(who, scenes.honest.later, scenes.honest.behaviour)),
    ...comment('Who recompute every claim, and prove the false ones wrong for a bounty.', '  '),
    '  challengers:',
    '    vera: {}',
    '',
    ...comment('What is asked.'),
    'models:',
    ...models,
    '',
    ...comment(
      'What happens, in this order. A step lasts as many blocks as it needs; `within: 60` is its patience.',
    ),
    'steps:',
    ...comment(`paul asks. The request is called "${ASKED}" in the rest of the file.`, '  '),
    '  - do: request',
    `    as: ${ASKED}`,
    '    user: paul',
    `    model: ${asked}`,
    ...comment(
      'An 8-bit grey PNG, or a JSON array of numbers; like all paths, from where this file is.',
      '    ',
    ),
    `    input: ${scalar(model.input)}`,
    ...scenes.asks,
    ...comment("How it must end: paid for, and with the model's own answer, bit for bit.", '    '),
    `    expect: { ${expected.join(', ')} }`,
    ...scenes.steps,
    ...comment('Until nobody can contradict the answer any more, and everyone is paid.', '  '),
    `  - { do: await, request: ${ASKED}, state: settled }`,
    '',
    ...comment(
      'What must hold in the end, beside what always must: every invariant of the chain ' +
        'after every block, and that the honest end with at least what they are owed, cheats with less than they came with.',
    ),
    'expect:',
    ...scenes.expects,
    '',
  ].join('\n');
};

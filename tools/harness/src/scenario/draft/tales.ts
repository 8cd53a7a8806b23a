/** The story that each behaviour of a worker is told by in a new scenario; the compiler asks for one of each. */
import type { WorkerBehaviourSpec } from '../../behaviours/specs.ts';

type Kind = WorkerBehaviourSpec['kind'];
type Parameters<K extends Kind> = Omit<Extract<WorkerBehaviourSpec, { kind: K }>, 'kind'>;

/** How a story goes. */
export type Plot =
  /** Nobody cheats, everyone is paid. */
  | 'paid'
  /** The cheat is asked alone, answers, and is convicted; honest workers join and answer instead. */
  | 'convicted'
  /** The cheat is asked alone and its deadline passes; honest workers join and answer instead. */
  | 'missed'
  /** The cheat and an honest worker are asked together; it commits to what it does not reveal. */
  | 'unrevealed'
  /** An honest worker answers, and the cheat is drawn to audit that. */
  | 'unaudited'
  /** The cheat demands an input that it could get, and answers. */
  | 'complained';

/** Which models a story is about. */
export type Cast =
  /** One, of a folder. */
  | 'compiled'
  /** Two versions of one, made on the fly. */
  | 'versions'
  /** One whose trace has more leaves than a claim shows, made on the fly. */
  | 'long';

/** A node to lie at: one whose inputs fit a transaction, or one that has to be opened. */
export type NodeSize = 'small' | 'large';

export interface Tale<K extends Kind = Kind> {
  plot: Plot;
  /** What is shown, as a sentence about mallory. */
  shows: string;
  models: Cast;
  /** Liars with the same lie; one unless said otherwise. */
  cheats?: 2;
  /** Fewest and most honest workers it can be told with. */
  honest: readonly [least: number, most: number];
  /** Where it lies, of behaviours that take a node. */
  lies?: NodeSize;
  /** Transactions to convict it by the size of its node; `undefined` where that depends on what was asked. */
  falls?: Readonly<Record<NodeSize, number>>;
  /** What the behaviour takes; `node` is what was chosen. */
  takes(node: number | 'random'): Parameters<K>;
}

/** Most honest workers of a story: more show nothing new. */
export const MOST_HONEST = 6;

const OPENS = { small: 1, large: 3 } as const;
const SILENT = { small: 1, large: 2 } as const;

/** A lie at a node that is proved on chain. */
const lie = {
  plot: 'convicted',
  models: 'compiled',
  honest: [1, MOST_HONEST],
  lies: 'small',
  falls: OPENS,
} as const satisfies Partial<Tale>;

/** An answer that is wrong at a node of its own choosing. */
const wrongSomewhere = {
  plot: 'convicted',
  models: 'compiled',
  honest: [1, MOST_HONEST],
  takes: () => ({}),
} as const satisfies Partial<Tale>;

const absent = { plot: 'missed', models: 'compiled', honest: [1, MOST_HONEST] } as const;

const unrevealed = {
  plot: 'unrevealed',
  models: 'compiled',
  honest: [1, 1],
  takes: () => ({}),
} as const satisfies Partial<Tale>;

/** Blocks within which the silent and the late would have had to answer. */
export const DEADLINE = 4;

/** Nodes of a model with a long trace, and one of them beyond the first page. */
export const LONG = { nodes: 2060, node: 1500 } as const;

/** The version whose weights a worker still has. */
export const FORMER = 'first';

/** Every behaviour's story. */
export const tales: { readonly [K in Kind]: Tale<K> } = {
  honest: {
    plot: 'paid',
    shows: 'A worker answers truly, and everyone is paid.',
    models: 'compiled',
    honest: [1, MOST_HONEST],
    takes: () => ({}),
  },
  silent: {
    ...absent,
    shows: 'A worker takes a request and is silent. It pays for that, and another answers.',
    takes: () => ({}),
  },
  late: {
    ...absent,
    shows: 'A worker has the answer when its deadline is over, which is as bad as none.',
    takes: () => ({ blocks: 30 }),
  },
  'silent-auditor': {
    plot: 'unaudited',
    shows: 'A worker that is drawn to audit another one says nothing, and pays for that.',
    models: 'compiled',
    honest: [1, 1],
    takes: () => ({}),
  },
  lazy: {
    ...wrongSomewhere,
    shows: 'A worker computes nothing and answers zeros; an honest one answers instead.',
  },
  'wrong-node': {
    ...lie,
    shows:
      'A worker changes one value inside the model. It is convicted, and an honest one answers instead.',
    takes: (node) => ({ node, probability: 1 }),
  },
  'wrong-tile': {
    ...lie,
    shows:
      'A worker fills a part of a layer with random bytes. It is convicted, and an honest one answers instead.',
    takes: (node) => ({ node }),
  },
  'stale-model': {
    ...wrongSomewhere,
    models: 'versions',
    shows:
      'A worker is paid for the second version of a model and computes the first. It is convicted.',
    takes: () => ({ version: FORMER }),
  },
  'flip-one-bit': {
    ...lie,
    shows: 'A single bit inside the model is wrong, which is enough to be convicted.',
    takes: (node) => ({ node }),
  },
  'wrong-output': {
    ...wrongSomewhere,
    shows: 'A worker runs the model and answers with another result. It is convicted.',
  },
  'garbage-trace': {
    ...wrongSomewhere,
    shows: 'A true answer over a trace of random digests is a false claim, and is convicted.',
  },
  colluding: {
    ...lie,
    cheats: 2,
    honest: [2, MOST_HONEST],
    shows:
      'Two workers tell the same lie. They are the majority, which decides nothing: both are convicted.',
    takes: (node) => ({ group: 'ring', node }),
  },
  copycat: {
    ...unrevealed,
    shows:
      "A worker sends another's commitment as its own. It can reveal nothing, and pays for that.",
  },
  'withhold-reveal': {
    ...unrevealed,
    shows: 'Of two workers that committed one never reveals. It pays; the other one is paid.',
  },
  'withhold-opening': {
    ...lie,
    lies: 'large',
    falls: SILENT,
    shows: 'A worker lies in a large layer and does not open it. Its silence convicts it.',
    takes: (node) => ({ node }),
  },
  'withhold-page': {
    ...lie,
    models: 'long',
    falls: { small: 2, large: 2 },
    shows: 'A worker lies in a long trace and does not open the page. Its silence convicts it.',
    takes: (node) => ({ node }),
  },
  'quit-after-claim': {
    ...lie,
    lies: 'large',
    falls: SILENT,
    shows: 'A worker lies, asks for its stake and is gone. Its stake is locked: it is convicted.',
    takes: (node) => ({ node }),
  },
  'false-complaint': {
    plot: 'complained',
    shows: 'A worker says that it cannot get an input that it has. To complain gains nothing.',
    models: 'compiled',
    honest: [1, MOST_HONEST],
    takes: () => ({}),
  },
};

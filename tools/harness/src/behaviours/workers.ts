/** What workers do, one function per behaviour: each gives the decisions in which it differs from an honest worker. */
import { randomBytes } from 'node:crypto';
import type { Referee } from '@veritrace/referee';
import type { WorkContext, WorkerBehaviour } from '@veritrace/worker';
import { createRandom, pick } from '../actors/random.ts';
import type { Model } from '../models/model.ts';
import { changeOneTile, changeOneValue, evaluateFrom, flipOneBit } from './lie.ts';
import type { WorkerBehaviourSpec } from './specs.ts';

/** What a behaviour may use. */
export interface BehaviourContext {
  referee: Referee;
  seed: number;
  /** The actor's name. */
  name: string;
  /** The scenario's models, of which a worker may have kept an old one. */
  models?: readonly Pick<Model, 'name' | 'loaded'>[];
}

type Kind = WorkerBehaviourSpec['kind'];
type SpecOf<K extends Kind> = Extract<WorkerBehaviourSpec, { kind: K }>;
type Behave<K extends Kind> = (spec: SpecOf<K>, context: BehaviourContext) => WorkerBehaviour;

/** A liar does not look for mistakes in what it is about to publish. */
const unverified: WorkerBehaviour = { verify: () => Promise.resolve(undefined) };

/** Shows nothing. */
const silentWhenChallenged: WorkerBehaviour = {
  onChallenge: () => Promise.resolve(undefined),
  onPageChallenge: () => Promise.resolve(undefined),
};

const whichNode = (node: number | 'random', work: WorkContext, random: () => number): number =>
  node === 'random' ? pick(random, work.model.loaded.header.nodeCount) : node;

/** Random numbers for one request: the same however often the worker thinks about it. */
const randomFor = (context: BehaviourContext, who: string, work: WorkContext) =>
  createRandom(context.seed, `${who}:${work.request.id}`);

const lieAt =
  (context: BehaviourContext, who: string, node: number | 'random', probability = 1) =>
  async (work: WorkContext) => {
    const honest = await work.honest();
    const random = randomFor(context, who, work);
    const where = whichNode(node, work, random);
    if (random() >= probability) return { nodeOutputs: honest };
    const { loaded } = work.model;
    const told = honest[where];
    if (told === undefined) throw new RangeError(`the model has no node ${where} to lie at`);
    const output = changeOneValue(loaded.graph, where, told, random());
    return { nodeOutputs: evaluateFrom(context.referee, loaded, work.inputs, where, output) };
  };

const after = (blocks: number): WorkerBehaviour => {
  const isTime = ({ head, request }: WorkContext) => head.number >= request.since + blocks;
  return { maySubmit: isTime, mayCommit: isTime, mayReveal: isTime };
};

const wrongNode: Behave<'wrong-node'> = ({ node, probability, late: blocks = 0 }, context) => ({
  ...unverified,
  ...after(blocks),
  computeTrace: lieAt(context, context.name, node, probability),
});

const late: Behave<'late'> = ({ blocks }) => after(blocks);

const copycat: Behave<'copycat'> = () => {
  const copied = ({ request, worker }: WorkContext): string | undefined =>
    request.slots
      .filter((slot) => slot.worker !== worker)
      .flatMap((slot) => (slot.state.type === 'Committed' ? [slot.state.value] : []))[0];
  return {
    maySubmit: () => false,
    mayCommit: (work) => copied(work) !== undefined,
    commitment: (work, honest) => {
      const commitment = copied(work);
      return commitment === undefined ? honest : Buffer.from(commitment.slice(2), 'hex');
    },
  };
};

const constantZero = async (work: WorkContext) => ({
  nodeOutputs: (await work.honest()).map((output) => new Uint8Array(output.length)),
});

const falseComplaint: Behave<'false-complaint'> = () => ({
  getInputs: (request, honest) =>
    request.visibility === 'Private' ? Promise.resolve(undefined) : honest(),
});

const behaviours: { [K in Kind]: Behave<K> } = {
  honest: () => ({}),
  silent: () => ({ computeTrace: () => Promise.resolve(undefined), mayAudit: () => false }),
  'silent-auditor': () => ({ mayAudit: () => false }),
  late,
  lazy: () => ({ ...unverified, computeTrace: constantZero }),
  'wrong-node': wrongNode,
  'wrong-tile': ({ node }, context) => ({
    ...unverified,
    computeTrace: async (work) => {
      const random = randomFor(context, context.name, work);
      const where = whichNode(node, work, random);
      const { loaded } = work.model;
      const told = (await work.honest())[where];
      if (told === undefined) throw new RangeError(`the model has no node ${where} to lie at`);
      const output = changeOneTile(told, random);
      return { nodeOutputs: evaluateFrom(context.referee, loaded, work.inputs, where, output) };
    },
  }),
  'stale-model': ({ version }, { models = [] }) => ({
    ...unverified,
    computeTrace: async ({ model, inputs }) => {
      const stale = models.find(({ name }) => name === version)?.loaded;
      if (stale === undefined) throw new RangeError(`there is no model "${version}"`);
      if (stale.header.nodeCount !== model.loaded.header.nodeCount) {
        throw new RangeError(`"${version}" has another graph than the model it is to answer for`);
      }
      return { nodeOutputs: stale.evaluate(inputs) };
    },
  }),
  'flip-one-bit': ({ node }, context) => ({
    ...unverified,
    computeTrace: async (work) => {
      const random = randomFor(context, context.name, work);
      const where = whichNode(node, work, random);
      const honest = await work.honest();
      return {
        nodeOutputs: honest.map((output, index) =>
          index === where ? flipOneBit(output, random()) : output,
        ),
      };
    },
  }),
  'wrong-output': (_spec, context) => ({
    ...unverified,
    computeTrace: async (work) => {
      const { graph, header } = work.model.loaded;
      const random = randomFor(context, context.name, work);
      const honest = await work.honest();
      return {
        nodeOutputs: honest.map((output, node) =>
          header.outputs.includes(node) ? changeOneValue(graph, node, output, random()) : output,
        ),
      };
    },
  }),
  'garbage-trace': () => ({
    ...unverified,
    computeTrace: async (work) => {
      const { loaded } = work.model;
      const nodeOutputs = await work.honest();
      const leaves = loaded
        .trace(nodeOutputs)
        .map((leaf, node) =>
          loaded.header.outputs.includes(node) ? leaf : new Uint8Array(randomBytes(32)),
        );
      return { nodeOutputs, leaves };
    },
  }),
  colluding: ({ group, node }, context) => ({
    ...unverified,
    computeTrace: lieAt(context, `group ${group}`, node),
  }),
  copycat,
  'false-complaint': falseComplaint,
  'withhold-reveal': () => ({ mayReveal: () => false }),
  'withhold-opening': ({ node }, context) => ({
    ...unverified,
    computeTrace: lieAt(context, context.name, node),
    ...silentWhenChallenged,
  }),
  'withhold-page': ({ node }, context) => ({
    ...unverified,
    computeTrace: lieAt(context, context.name, node),
    onPageChallenge: () => Promise.resolve(undefined),
  }),
  'quit-after-claim': ({ node }, context) => ({
    ...unverified,
    computeTrace: lieAt(context, context.name, node),
    ...silentWhenChallenged,
  }),
};

/** The decisions of a worker with this behaviour. */
export const workerBehaviour = (
  spec: WorkerBehaviourSpec,
  context: BehaviourContext,
): WorkerBehaviour => {
  const behave = behaviours[spec.kind] as (
    spec: WorkerBehaviourSpec,
    context: BehaviourContext,
  ) => WorkerBehaviour;
  return behave(spec, context);
};

/**
 * The worker: computes what it was drawn for, publishes it, and answers challenges.
 *
 * Each step reads the worker's open requests in the state of a head and does the most urgent thing that is missing
 * there: open a challenged node, reveal or attest, commit or submit. What will be published, the salt with it, is in the journal
 * before anything is sent, so a restart reveals what was committed to.
 */
import { byteLength } from '@veritrace/referee';
import {
  type Address,
  type Challenge,
  type HeadRef,
  type Hex,
  type Request,
  type Slot,
  StoreError,
  subjectName,
  type Trace,
} from '@veritrace/sdk';
import { createAudits } from './audits.ts';
import type { Action } from './chain.ts';
import {
  claimOf,
  commitmentOf,
  entryOf,
  haveRoots,
  openingOf,
  type Prepared,
  pageOf,
  preparedOf,
  salted,
} from './claim.ts';
import { identityOf, toHex } from './digest.ts';
import { createEngines } from './engines.ts';
import { isHeldUp } from './held-up.ts';
import { emptyStore, gatherInputs } from './inputs.ts';
import { createLoop, type Step } from './loop.ts';
import { lasting, liveEntries } from './memory.ts';
import { createOutbox } from './outbox.ts';
import type {
  LoadedModel,
  PreparedClaim,
  WorkContext,
  Worker,
  WorkerConfig,
  WorkerDeps,
  WorkerEvent,
} from './types.ts';
import { verifySample } from './verify-sample.ts';

/** Transactions that may wait for inclusion at once unless told otherwise: results of one block need not wait for each other. */
const IN_FLIGHT = 8;

interface Task {
  request: string;
  identity: Hex;
  prepared: Prepared | undefined;
  nodeOutputs: Uint8Array[] | undefined;
  /** The trace that goes with them. */
  leaves: Uint8Array[] | undefined;
  honest: Promise<Uint8Array[]> | undefined;
  inputs: Uint8Array[] | undefined;
  /** The head at which inputs were last looked for. */
  triedAt: number | undefined;
  /** Whether an input could not be got then. */
  isUnavailable: boolean;
  /** Whether the outputs that the claim leaves to its trace are in the store. */
  isServed: boolean;
  /** The head at which that was last tried. */
  servedAt: number | undefined;
  /** Why nothing will be published. */
  withheld: string | undefined;
}

/** Something to send, the more urgent the smaller its rank. */
interface Wish {
  rank: readonly [kind: number, due: number];
  name: string;
  identity: string;
  /** The height up to which the chain must stay as it is for the action to be right. */
  anchor?: number;
  action: () => Promise<Action | undefined>;
}

/**
 * The block before the present phase began: the request is in it or in one before, and no peer is so far behind as not to
 * know it. A result sent on that branch is void on one where the same number is another request.
 */
const anchorOf = ({ since }: Request): number => since - 1;

export const createWorker = (config: WorkerConfig, deps: WorkerDeps): Worker => {
  const { chain, referee, logger, behaviour = {}, store = emptyStore } = deps;
  const clock = deps.clock ?? (() => performance.now());
  const random = deps.random ?? Math.random;
  const journal = lasting(deps.journal);
  journal.compact(liveEntries(journal.entries()));

  const models = new Map(config.models.map((model) => [model.graphRoot, model]));
  const engines = createEngines(deps.createEngine, config.engine);
  /** A number may mean one request on a fork and another on the next, and the first again. */
  const tasks = new Map<string, Task>();
  const keyOf = (request: string, identity: Hex) => `${request} ${identity}`;
  for (const entry of journal.entries()) {
    if (entry.type !== 'prepared') continue;
    tasks.set(keyOf(entry.request, entry.identity), {
      ...emptyTask(entry.request, entry.identity),
      prepared: preparedOf(referee, entry),
    });
  }
  let isUnknown = false;

  const loop = createLoop<WorkerEvent>({
    chain,
    logger,
    step: (heads) => step(heads),
    onTrouble: (error) => loop.emit({ type: 'trouble', error: String(error) }),
    onStop: async () => {
      await audits.stop();
      await engines.dispose();
    },
  });
  const audits = createAudits(config, deps, {
    background: loop.background,
    onAudited: ({ request, worker, isTrue }) =>
      loop.emit({ type: 'audited', request: request.id, worker, isTrue }),
  });
  const outbox = createOutbox({
    chain,
    journal,
    account: config.operator,
    logger,
    emit: (event) => loop.emit(event),
    limit: config.waitingTransactions ?? IN_FLIGHT,
  });

  const step = async ({ head, finalized }: Step): Promise<void> => {
    await outbox.poll(head, finalized);
    const worker = await chain.workerOf(config.operator.address, head.hash);
    if (worker === undefined) {
      if (!isUnknown) {
        logger.warn(
          { operator: config.operator.address },
          'no worker has this operator key; register one, or see that the key file is the right one',
        );
      }
      isUnknown = true;
      return;
    }
    isUnknown = false;
    const ids = await chain.workOf(worker, head.hash);
    await forget(new Set(ids.map(String)), { head, finalized });

    const wishes: Wish[] = [];
    for (const id of ids) {
      const request = await chain.request(id, head.hash);
      if (request === undefined) continue;
      const slot = request.slots.find((each) => each.worker === worker);
      if (slot !== undefined) {
        wishes.push(...(await wishesFor(request, slot, worker, { head, finalized })));
      } else {
        wishes.push(...(await auditWishes(request, worker, { head, finalized })));
      }
    }
    wishes.push(...(await priceWish(worker, head.hash)));
    wishes.sort((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1]);
    for (const { name, identity, anchor, action } of wishes) {
      if (!outbox.isFree()) break;
      if (outbox.isDone(name, identity)) continue;
      const ready = await action();
      if (ready !== undefined) await outbox.send(name, identity, ready, anchor);
    }
  };

  /** Drops what is over in a block that cannot be taken back. */
  const forget = async (open: ReadonlySet<string>, { finalized }: Step): Promise<void> => {
    for (const id of new Set([...tasks.values()].map(({ request }) => request))) {
      if (open.has(id)) continue;
      if ((await chain.request(BigInt(id), finalized.hash)) !== undefined) continue;
      // A request younger than the final block is not over.
      if ((await chain.request(BigInt(id), chain.head('best').hash)) !== undefined) continue;
      for (const [key, { request }] of tasks) if (request === id) tasks.delete(key);
      audits.forget(id);
      journal.append({ type: 'forgotten', request: id });
    }
  };

  const priceWish = async (worker: Address, at: Hex): Promise<Wish[]> => {
    const { minPrice } = config;
    if (minPrice === undefined || (await chain.minPriceOf(worker, at)) === minPrice) return [];
    return [
      {
        rank: [9, 0],
        name: 'set-min-price',
        identity: String(minPrice),
        action: async () => ({ type: 'set-min-price', minPrice }),
      },
    ];
  };

  const taskOf = (request: Request): Task => {
    const identity = identityOf(request);
    const key = keyOf(String(request.id), identity);
    const known = tasks.get(key);
    if (known !== undefined) return known;
    const task = emptyTask(String(request.id), identity);
    tasks.set(key, task);
    return task;
  };

  const withhold = (request: Request, task: Task, reason: string): void => {
    if (task.withheld === reason) return;
    task.withheld = reason;
    logger.error({ request: String(request.id), reason }, 'withholding a result');
    loop.emit({ type: 'withheld', request: request.id, reason });
  };

  const contextOf = (
    request: Request,
    task: Task,
    model: LoadedModel,
    inputs: Uint8Array[],
    worker: Address,
    { head }: Pick<Step, 'head'>,
  ): WorkContext => ({
    request,
    inputs,
    model,
    worker,
    chain,
    head,
    honest: () => {
      if (task.honest === undefined) {
        task.honest = engines.run(model, inputs);
        task.honest.catch(() => {
          task.honest = undefined;
        });
      }
      return task.honest;
    },
  });

  /** What a request asks, as far as it can be got at this head. */
  const inputsOf = async (
    request: Request,
    task: Task,
    { head }: Pick<Step, 'head'>,
  ): Promise<Uint8Array[] | undefined> => {
    const sources = await chain.inputs(request.id, head.hash);
    if (sources === undefined) return undefined;
    task.triedAt = head.number;
    const honest = () => gatherInputs(sources, request.terms.inputs, store);
    const inputs = await (behaviour.getInputs?.(request, honest) ?? honest());
    if (inputs === undefined && !task.isUnavailable) {
      logger.warn({ request: String(request.id) }, 'an input cannot be got');
      loop.emit({ type: 'unavailable', request: request.id });
    }
    task.isUnavailable = inputs === undefined;
    return inputs;
  };

  /** Fetches and checks what a request asks; `undefined` once it is clear that nothing can be computed. */
  const fetchWork = async (
    request: Request,
    task: Task,
    worker: Address,
    step: Pick<Step, 'head'>,
  ): Promise<WorkContext | undefined> => {
    const model = models.get(request.terms.graphRoot);
    if (model === undefined) {
      withhold(request, task, `no model here has graph root ${request.terms.graphRoot}`);
      return undefined;
    }
    task.inputs ??= await inputsOf(request, task, step);
    const { inputs } = task;
    if (inputs === undefined) return undefined;
    if (!haveRoots(referee, model, inputs, request.inputRoots)) {
      withhold(request, task, 'the inputs do not have the roots of the request');
      return undefined;
    }
    return contextOf(request, task, model, inputs, worker, step);
  };

  const compute = async (context: WorkContext, task: Task): Promise<PreparedClaim | undefined> => {
    const computed =
      behaviour.computeTrace === undefined
        ? { nodeOutputs: await context.honest() }
        : await behaviour.computeTrace(context);
    if (computed === undefined) return undefined;
    const claim = await claimOf(deps, context.model, computed, chain.maxOutputBytes);
    task.nodeOutputs = computed.nodeOutputs;
    task.leaves = claim.leaves;
    return claim;
  };

  const prepare = async (
    request: Request,
    task: Task,
    worker: Address,
    step: Pick<Step, 'head'>,
  ): Promise<void> => {
    const context = await fetchWork(request, task, worker, step);
    if (context === undefined) return;
    const began = clock();
    const claim = await compute(context, task);
    if (claim === undefined) {
      task.withheld = 'nothing was computed';
      return;
    }
    const wrong =
      behaviour.verify === undefined
        ? verifySample(context.model, context.inputs, claim, config.verifySampleTiles, random)
        : await behaviour.verify(context, claim);
    if (wrong !== undefined) {
      withhold(request, task, wrong);
      return;
    }
    const prepared = salted(claim);
    journal.append(entryOf(request.id, task.identity, prepared));
    task.prepared = prepared;
    const milliseconds = clock() - began;
    const [traceRoot, outputRoot] = [toHex(prepared.traceRoot), toHex(prepared.outputRoot)];
    logger.info({ request: String(request.id), traceRoot, milliseconds }, 'computed');
    loop.emit({ type: 'computed', request: request.id, traceRoot, outputRoot, milliseconds });
  };

  const wishesFor = async (
    request: Request,
    slot: Slot,
    worker: Address,
    heads: Step,
  ): Promise<Wish[]> => {
    const task = taskOf(request);
    const { head } = heads;
    const id = String(request.id);
    // The next block is the first that can have a transaction sent now.
    const isOpen = head.number + 1 < request.due;
    switch (slot.state.type) {
      case 'Assigned': {
        const isWanted = request.status === 'Assigned' || request.status === 'Committing';
        if (!isOpen || !isWanted || task.withheld !== undefined) return [];
        if (task.prepared === undefined) {
          if (task.triedAt === head.number) return complaintWishes(request, task, head);
          loop.background(`prepare ${id} ${task.identity}`, () =>
            prepare(request, task, worker, heads),
          );
          return [];
        }
        return request.redundancy === 1
          ? [submitWish(request, task, task.prepared, worker, heads)]
          : [commitWish(request, task, task.prepared, worker, heads)];
      }
      case 'Committed': {
        if (request.status !== 'Revealing' || !isOpen) return [];
        return revealWishes(request, task, slot.state.value, worker, heads);
      }
      case 'Revealed':
        serve(request, task, worker, heads);
        return slot.challenges === 0 ? [] : openWishes(request, task, worker, heads);
      case 'Missed':
      case 'Struck':
      case 'Excused':
        return [];
    }
  };

  /**
   * Says that an input cannot be got. That is heard in the phase's first half, and said in its second quarter, in the last
   * two blocks at least: what comes late, or over a bad connection, costs no fee, and a daemon that is busy for some blocks
   * is heard all the same. The input is looked for at every head until then.
   */
  const complaintWishes = (request: Request, task: Task, head: HeadRef): Wish[] => {
    const last = request.since + Math.floor(request.deadline / 2);
    const blocks = Math.max(2, Math.floor(request.deadline / 4));
    const isTime = head.number + blocks >= last && head.number < last;
    if (!task.isUnavailable || request.visibility === 'Public' || !isTime) return [];
    return [
      {
        rank: [2, last],
        anchor: anchorOf(request),
        name: `complain ${request.id}`,
        identity: `${task.identity} ${request.since}`,
        action: async () => ({ type: 'input-unavailable', request: request.id }),
      },
    ];
  };

  /**
   * Puts the outputs into the store that the claim leaves to its trace. Not before it is revealed: what can be got can be
   * copied.
   */
  const serve = (request: Request, task: Task, worker: Address, heads: Step): void => {
    const large = request.terms.outputs.filter(
      ({ spec }) => byteLength(spec) > chain.maxOutputBytes,
    );
    if (deps.store === undefined || task.isServed || large.length === 0) return;
    if (task.prepared === undefined || task.servedAt === heads.head.number) return;
    task.servedAt = heads.head.number;
    const { leaves } = task.prepared;
    loop.background(`serve ${request.id} ${task.identity}`, async () => {
      if (task.nodeOutputs === undefined) {
        // Claimed before a restart: compute it again.
        const context = await fetchWork(request, task, worker, heads);
        if (context === undefined || (await compute(context, task)) === undefined) return;
      }
      try {
        for (const { node, spec } of large) {
          const [leaf, output] = [leaves[node], task.nodeOutputs?.[node]];
          if (leaf === undefined || output === undefined) continue;
          await store.put({ kind: 'tensor', digest: toHex(leaf), spec }, output);
        }
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        // Whoever wants it may still demand it on chain.
        logger.warn(
          { request: String(request.id), reason: error.message },
          'cannot serve an output',
        );
        return;
      }
      task.isServed = true;
      loop.emit({ type: 'served', request: request.id, outputs: large.length });
    });
  };

  const auditWishes = async (request: Request, worker: Address, heads: Step): Promise<Wish[]> => {
    const { audit } = request;
    if (audit.type !== 'Running' || audit.auditor !== worker) return [];
    const task = taskOf(request);
    const fetch = () => fetchWork(request, task, worker, heads);
    const wanted = await audits.wishes({ request, audit, identity: task.identity, fetch }, heads);
    return wanted.map(({ due, ...wish }) => ({ rank: [1, due] as const, ...wish }));
  };

  /** Asks a behaviour with the context of a request; the claim's node outputs may have to be computed again. */
  const asked = async (
    request: Request,
    task: Task,
    prepared: Prepared,
    worker: Address,
    heads: Step,
    ask: ((context: WorkContext, claim: PreparedClaim) => boolean | Promise<boolean>) | undefined,
  ): Promise<boolean> => {
    if (ask === undefined) return true;
    const context = await fetchWork(request, task, worker, heads);
    if (context === undefined) return false;
    return ask(context, { ...prepared, nodeOutputs: task.nodeOutputs ?? [] });
  };

  /** The trace in the form that the model's number of nodes demands. A claim is prepared with the model at hand. */
  const revealed = ({ terms }: Request, { leaves }: Prepared): Trace => {
    const model = models.get(terms.graphRoot);
    if (model === undefined)
      throw new RangeError(`no model here has graph root ${terms.graphRoot}`);
    return model.loaded.reveal(leaves);
  };

  const submitWish = (
    request: Request,
    task: Task,
    prepared: Prepared,
    worker: Address,
    heads: Step,
  ): Wish => ({
    rank: [2, request.due],
    anchor: anchorOf(request),
    name: `submit ${request.id}`,
    identity: task.identity,
    action: async () => {
      if (!(await asked(request, task, prepared, worker, heads, behaviour.maySubmit))) return;
      const { outputs } = prepared;
      return { type: 'submit', request: request.id, trace: revealed(request, prepared), outputs };
    },
  });

  const committed = (request: Request, prepared: Prepared, worker: Address): Uint8Array =>
    commitmentOf(referee, request.id, chain.accountId(worker), prepared);

  const commitWish = (
    request: Request,
    task: Task,
    prepared: Prepared,
    worker: Address,
    heads: Step,
  ): Wish => ({
    rank: [2, request.due],
    anchor: anchorOf(request),
    name: `commit ${request.id}`,
    identity: task.identity,
    action: async () => {
      if (!(await asked(request, task, prepared, worker, heads, behaviour.mayCommit))) return;
      let commitment = committed(request, prepared, worker);
      if (behaviour.commitment !== undefined) {
        const context = await fetchWork(request, task, worker, heads);
        if (context === undefined) return;
        commitment = await behaviour.commitment(context, commitment);
      }
      return { type: 'commit', request: request.id, commitment };
    },
  });

  const revealWishes = async (
    request: Request,
    task: Task,
    commitment: Hex,
    worker: Address,
    heads: Step,
  ): Promise<Wish[]> => {
    const { prepared } = task;
    if (
      prepared === undefined ||
      (behaviour.commitment === undefined &&
        toHex(committed(request, prepared, worker)) !== commitment)
    ) {
      withhold(request, task, 'the journal has not what was committed to; was it lost?');
      return [];
    }
    // What is shown in a block that is taken back can be copied, so the phase should be final; but the clock does not
    // stop for finality, and after half of it the risk of being late is the greater one.
    const isPressing = 2 * heads.head.number >= request.since + request.due;
    if (!isPressing) {
      const final = await chain.request(request.id, heads.finalized.hash);
      if (final?.status !== 'Revealing') return [];
    }
    return [
      {
        rank: [1, request.due],
        anchor: anchorOf(request),
        name: `reveal ${request.id}`,
        identity: task.identity,
        action: async () => {
          if (!(await asked(request, task, prepared, worker, heads, behaviour.mayReveal))) return;
          const { outputs, salt } = prepared;
          const trace = revealed(request, prepared);
          return { type: 'reveal', request: request.id, trace, outputs, salt };
        },
      },
    ];
  };

  const openWishes = async (
    request: Request,
    task: Task,
    worker: Address,
    heads: Step,
  ): Promise<Wish[]> => {
    const { head } = heads;
    const challenges = await chain.challengesOf(request.id, worker, head.hash);
    const isOver = ({ state }: Challenge) => head.number + 1 >= state.due;
    // A challenger who was answered and is silent forfeits the bond, and holds up the settlement until someone says so.
    const expired = challenges
      .filter(
        (challenge) =>
          challenge.state.type === 'Opened' &&
          isOver(challenge) &&
          !isHeldUp(challenges, challenge),
      )
      .map(
        ({ subject, state }): Wish => ({
          rank: [3, state.due],
          name: `expire ${request.id} ${subjectName(subject)}`,
          identity: `${task.identity} ${state.due}`,
          action: async () => ({ type: 'expire-challenge', request: request.id, worker, subject }),
        }),
      );
    const awaiting = challenges.filter(
      (challenge) => challenge.state.type === 'Awaiting' && !isOver(challenge),
    );
    const needsOutputs = awaiting.some(({ subject }) => subject.type === 'Node');
    if (awaiting.length === 0) return expired;
    if (task.nodeOutputs === undefined && (needsOutputs || task.prepared === undefined)) {
      // Claimed before a restart: compute it again.
      loop.background(`recompute ${request.id} ${task.identity}`, async () => {
        const context = await fetchWork(request, task, worker, heads);
        if (context !== undefined) await compute(context, task);
      });
      return expired;
    }
    return [
      ...awaiting.map((challenge) => openWish(request, task, challenge, worker, heads)),
      ...expired,
    ];
  };

  const openWish = (
    request: Request,
    task: Task,
    challenge: Challenge,
    worker: Address,
    heads: Step,
  ): Wish => ({
    rank: [0, challenge.state.due],
    anchor: anchorOf(request),
    name: `open ${request.id} ${subjectName(challenge.subject)}`,
    identity: `${task.identity} ${challenge.challenger} ${challenge.state.due}`,
    action: async () => {
      const context = await fetchWork(request, task, worker, heads);
      if (context === undefined) return;
      const { subject } = challenge;
      const answer =
        subject.type === 'Node'
          ? await openNode(context, task, challenge, subject.value)
          : await openPage(context, task, challenge, subject.value);
      loop.emit({
        ...{ type: 'challenged', request: request.id, subject },
        answered: answer !== undefined,
      });
      return answer;
    },
  });

  const openNode = async (
    context: WorkContext,
    task: Task,
    challenge: Challenge,
    node: number,
  ): Promise<Action | undefined> => {
    const honest = () =>
      openingOf(context.model, task.nodeOutputs ?? [], node, challenge.openingBytes);
    const opening =
      behaviour.onChallenge === undefined
        ? honest()
        : await behaviour.onChallenge(context, challenge, honest);
    return opening && { type: 'open', request: challenge.request, node, opening };
  };

  /** The leaves are what was published, so that they are not computed again. */
  const openPage = async (
    context: WorkContext,
    task: Task,
    challenge: Challenge,
    page: number,
  ): Promise<Action | undefined> => {
    const honest = () => pageOf(task.prepared?.leaves ?? task.leaves ?? [], page);
    const leaves =
      behaviour.onPageChallenge === undefined
        ? honest()
        : await behaviour.onPageChallenge(context, challenge, honest);
    return leaves && { type: 'open-page', request: challenge.request, page, leaves };
  };

  return {
    start: loop.start,
    stop: loop.stop,
    settled: async (head) => {
      await loop.settled(head);
      await audits.settled(head);
    },
    on: loop.on,
  };
};

const emptyTask = (request: string, identity: Hex): Task => ({
  request,
  identity,
  prepared: undefined,
  nodeOutputs: undefined,
  leaves: undefined,
  honest: undefined,
  inputs: undefined,
  triedAt: undefined,
  isUnavailable: false,
  isServed: false,
  servedAt: undefined,
  withheld: undefined,
});

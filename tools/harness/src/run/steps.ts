/** What each step of a scenario does. */
import {
  type Balance,
  cancelRequest,
  createCall,
  demandAskable,
  type Inclusion,
  type ModelId,
  type RequestId,
  registerWorker,
  serveModel,
  stopServing,
  submitInferenceRequest,
  submitRequestToLatest,
} from '@veritrace/sdk';
import { tillOf } from '../actors/accounts.ts';
import { readScenarioInput } from '../models/input.ts';
import type { Model } from '../models/model.ts';
import {
  isStrike,
  type NodeFault,
  type RequestState,
  type ScenarioStep,
} from '../scenario/schema.ts';
import { checkAbsent, checkBehind, checkStalled, occurrences, otherOccurrences } from './checks.ts';
import type { RequestTale } from './chronicle.ts';
import { crowd } from './crowd.ts';
import { backlogOf, flood } from './flood.ts';
import { type Asked, entry, type Happened } from './happened.ts';
import { demandLargeOutput, getOutput } from './large-output.ts';
import { readPageInput } from './page-input.ts';
import { familyOf, modelName, performOnModel, registerModels } from './registry.ts';
import { type Stage, StoryStopped } from './stage.ts';
import {
  errorOf,
  noteFailure,
  own,
  standing,
  stretched,
  units,
  withinLimits,
} from './step-tools.ts';

/** Bonds workers and lets them serve their models, all together, then starts their daemons. */
export const joinWorkers = async (
  stage: Stage,
  happened: Happened,
  names: readonly string[],
): Promise<void> => {
  const { scenario, accounts, network, cast } = stage;
  const { client } = network;
  await stage.insist(
    names.flatMap((name) => {
      const { stake, minPrice, serves } = own(scenario.actors.workers, name);
      const signer = accounts.account(name);
      const calls = [
        registerWorker(client, {
          operator: accounts.operator(name).address,
          bond: units(stake),
          minPrice: units(minPrice),
        }),
        ...serves.map((model) =>
          serveModel(client, { model: entry(happened.models, model, 'registered model') }),
        ),
      ];
      return calls.map((call) => ({ signer, call }));
    }),
  );
  for (const name of names) {
    const { behaviour, node } = own(scenario.actors.workers, name);
    await cast.startWorker(name, behaviour, [...stage.models.values()], node);
  }
};

/** Workers that are drawn from the start are old enough to be. */
export const awaitTickets = async (stage: Stage): Promise<void> => {
  const { ticketAge } = stage.network.parameters.workers;
  for (let age = 0; age < ticketAge; age += 1) await stage.tick();
};

/** What a user keeps who spends all it has: enough for a fee, too little for a price. */
const POCKET_MONEY = units(0.1);

const becomeUnpayable = async (stage: Stage, user: string): Promise<void> => {
  const { accounts, network } = stage;
  const signer = accounts.account(user);
  const { free } = stage.state().accounts.get(network.client.address(signer)) ?? { free: 0n };
  if (free <= 2n * POCKET_MONEY) return;
  await stage.insist([
    {
      signer,
      call: createCall(network.client, 'balances', 'transferKeepAlive', [
        tillOf(accounts, user).address,
        free - 2n * POCKET_MONEY,
      ]),
    },
  ]);
};

/** What a request is made to: a model, or the version that is the latest of its family now, with the price of now. */
const askedNow = (
  stage: Stage,
  happened: Happened,
  { model: named, latest }: Extract<ScenarioStep, { do: 'request' }>,
): { model: Model; price: Balance } => {
  const { models, families } = stage.state();
  const pinned = models.find(({ id }) => id === happened.models.get(named));
  const family = families.find(({ id }) => id === pinned?.family);
  const meant = latest ? models.find(({ id }) => id === family?.latest) : pinned;
  const name = meant === undefined ? undefined : modelName(happened, meant.id);
  return {
    // What is not there will be refused; until then it is what the scenario declares.
    model: entry(stage.models, name ?? named, 'model'),
    price: meant?.price ?? units(own(stage.scenario.models, named).price),
  };
};

const ask = async (
  stage: Stage,
  happened: Happened,
  step: Extract<ScenarioStep, { do: 'request' }>,
): Promise<void> => {
  const { network, accounts, recorder, narrator } = stage;
  const { client } = network;
  const { model, price } = askedNow(stage, happened, step);
  const what = `the request "${step.as}" to ${step.model}`;
  // Before the input is read and named: by its root it has the same limit.
  withinLimits(what, () => demandAskable(client, [model.input.spec]));
  const input =
    typeof step.input !== 'string' && 'page' in step.input
      ? await readPageInput(stage, happened, step.input, model)
      : await readScenarioInput(step.input, stage.folder, model.input);
  await recorder?.input(step.as, input);
  if (own(stage.scenario.actors.users, step.user).behaviour.kind === 'unpayable') {
    await becomeUnpayable(stage, step.user);
  }
  const { minDeadline, maxDeadline } = network.parameters.inference;
  const deadline = stretched(stage, step.deadline ?? DEADLINE);
  const asked: Asked = {
    step,
    model,
    input,
    id: undefined,
    error: undefined,
    sentAt: undefined,
  };
  const named = entry(happened.models, step.model, 'registered model');
  const request = {
    inputs: [
      step.byRoot
        ? {
            root: await stage.contents.name(
              step.user,
              own(stage.scenario.actors.users, step.user).behaviour,
              model,
              input,
            ),
          }
        : input,
    ],
    maxPrice: step.maxPrice === undefined ? price * BigInt(step.redundancy) : units(step.maxPrice),
    deadline: Math.min(maxDeadline, Math.max(minDeadline, deadline)),
    redundancy: step.redundancy,
  };
  const [sent] = await stage.transact([
    {
      signer: accounts.account(step.user),
      call: withinLimits(what, () =>
        step.latest
          ? submitRequestToLatest(client, { family: familyOf(stage, named), ...request })
          : submitInferenceRequest(client, { model: named, ...request }),
      ),
      landed: (inclusion) => {
        const submitted = inclusion?.error === undefined ? submittedIn(inclusion) : undefined;
        asked.id = submitted?.request;
        if (submitted === undefined) return;
        narrator.nameRequest(submitted.request, step.as);
        // On a fork the latest may be another one.
        const answering = modelName(happened, submitted.model);
        if (answering !== undefined) asked.model = entry(stage.models, answering, 'model');
      },
    },
  ]);
  if (sent === undefined) throw new StoryStopped('nothing was sent');
  asked.error = errorOf(sent);
  if (!('refused' in sent)) asked.sentAt = sent.sentAt;
  happened.asked.set(step.as, asked);
  if ('refused' in sent && step.expect.error === undefined) {
    throw new StoryStopped(`the request "${step.as}" was refused: ${sent.refused.message}`);
  }
};

/** Blocks a working phase takes unless the step says otherwise. */
const DEADLINE = 8;

/** The request that a transaction made, and to which model. */
const submittedIn = (
  inclusion: Inclusion | undefined,
): { request: RequestId; model: ModelId } | undefined => {
  for (const { event } of inclusion?.events ?? []) {
    if (event.type === 'inference.RequestSubmitted') return event;
  }
  return undefined;
};

const describe = (asked: Asked, tale: RequestTale | undefined): string => {
  if (tale !== undefined) return `it is ${tale.state}`;
  return asked.error === undefined ? 'a fork has taken it back' : `it was refused (${asked.error})`;
};

/** Whether a request has got to a state, or past it. */
const hasReached = (tale: RequestTale, state: RequestState): boolean =>
  tale.state === state ||
  (state === 'claimed' && tale.softAt !== undefined && tale.state !== 'open');

const awaitState = async (
  stage: Stage,
  happened: Happened,
  { request, state, within }: Extract<ScenarioStep, { do: 'await' }>,
): Promise<void> => {
  const asked = entry(happened.asked, request, 'request');
  const blocks = stretched(stage, within);
  for (let waited = 0; ; waited += 1) {
    const tale = asked.id === undefined ? undefined : stage.chronicle.request(asked.id);
    if (tale !== undefined && hasReached(tale, state)) return;
    const isOver = asked.error !== undefined || tale?.closedAt !== undefined;
    if (isOver || waited === blocks) {
      throw new StoryStopped(
        `"${request}" was to be ${state} within ${blocks} blocks; after ${waited} ${describe(asked, tale)}`,
      );
    }
    await stage.tick();
  }
};

/**
 * The event may have occurred since the last step that took one: on a chain that goes by itself blocks pass during every
 * step.
 */
const awaitEvent = async (
  stage: Stage,
  happened: Happened,
  { event, request, worker, within }: Extract<ScenarioStep, { do: 'await-event' }>,
): Promise<void> => {
  const kind = [event, request ?? '', worker ?? ''].join(' ');
  const wanted = (happened.awaited.get(kind) ?? 0) + 1;
  happened.awaited.set(kind, wanted);
  const count = () => occurrences(stage, happened, { event, request, worker });
  const blocks = stretched(stage, within);
  for (let waited = 0; count() < wanted; waited += 1) {
    if (waited === blocks) {
      const others = otherOccurrences(stage, happened, { event, request, worker });
      throw new StoryStopped(
        `${event} did not occur${wanted === 1 ? '' : ` ${wanted} times`} within ${blocks} blocks; ${others}`,
      );
    }
    await stage.tick();
  }
};

/** Until the block of now is final, or the one that came in its place. */
const awaitFinality = async (
  stage: Stage,
  { within }: Extract<ScenarioStep, { do: 'await-finality' }>,
): Promise<void> => {
  const { number } = stage.state().block;
  const blocks = stretched(stage, within);
  for (let waited = 0; (stage.finalPart() ?? -1) < number; waited += 1) {
    if (waited === blocks) {
      throw new StoryStopped(
        `block #${number} was not final within ${blocks} blocks; finalized is #${stage.network.finalized().number}`,
      );
    }
    await stage.tick();
  }
};

const faultNodes = async (
  { network }: Stage,
  { struck }: Happened,
  kind: NodeFault,
  nodes: readonly string[],
): Promise<void> => {
  for (const node of nodes) {
    try {
      await network.fault(kind, node);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new StoryStopped(`${kind} ${node}: ${reason}`, { cause });
    }
    if (isStrike(kind)) struck.set(node, network.client.heads.current('best').number);
    else struck.delete(node);
  }
};

/** Says what a step does, for those who watch. */
export const describeStep = (step: ScenarioStep): string => {
  switch (step.do) {
    case 'register-model':
      return `register ${step.model}`;
    case 'set-terms':
      return `${step.model} costs ${step.price}, royalty ${step.royalty}`;
    case 'set-latest':
      return `${step.model} is the latest of its family`;
    case 'deprecate-model':
      return `withdraw ${step.model}`;
    case 'remove-model':
      return `remove ${step.model}`;
    case 'offer-family':
      return `offer the family of ${step.model} to ${step.to}`;
    case 'accept-family':
      return `${step.by} accepts the family of ${step.model}`;
    case 'serve':
      return `${step.worker} serves ${step.model}`;
    case 'join':
    case 'leave':
    case 'stop':
    case 'restart':
      return `${step.worker}: ${step.do}`;
    case 'request':
      return `${step.user} asks ${step.latest ? 'the latest of ' : ''}${step.model}: "${step.as}", ${step.redundancy === 1 ? 'one worker' : `${step.redundancy} workers`}`;
    case 'cancel':
      return `cancel "${step.request}"`;
    case 'demand-output':
      return `the worker is to open its output of "${step.request}"`;
    case 'get-output':
      return `get the output of "${step.request}"`;
    case 'advance':
      return step.blocks === 1 ? 'one block passes' : `${step.blocks} blocks pass`;
    case 'await':
      return `until "${step.request}" is ${step.state}`;
    case 'await-event':
      return `until ${step.event}${step.worker === undefined ? '' : ` of ${step.worker}`}`;
    case 'crowd':
      return `${step.blocks === 1 ? 'a block is' : `${step.blocks} blocks are`} filled to the brim`;
    case 'censor':
      return `${step.blocks === 1 ? 'a block leaves' : `${step.blocks} blocks leave`} out what ${step.who} sends`;
    case 'await-finality':
      return 'until everything so far is final';
    case 'kill-node':
    case 'start-node':
    case 'pause-node':
    case 'resume-node':
    case 'isolate-node':
    case 'rejoin-node':
      return `${step.do.replace('-node', '')} ${step.nodes.join(', ')}`;
    case 'twin': {
      const how = step.behaviour.kind === 'honest' ? '' : ` (${step.behaviour.kind})`;
      return `a second daemon with ${step.worker}'s key${how}`;
    }
    case 'flood':
      return `${step.user} floods the pool with ${step.megabytes} MB`;
    case 'check-absent':
      return `no ${step.event}${step.worker === undefined ? '' : ` of ${step.worker}`} yet`;
    case 'check-behind':
      return `${step.nodes.join(', ')} behind by ${step.blocks} blocks`;
    case 'check-stalled':
      return `${step.blocks} blocks, and none becomes final`;
  }
};

/** Does one step. Throws a `StoryStopped` when it does not come about. */
export const perform = async (
  stage: Stage,
  happened: Happened,
  step: ScenarioStep,
): Promise<void> => {
  const { cast, accounts, network } = stage;
  const { client } = network;
  switch (step.do) {
    case 'register-model': {
      const outcome = await registerModels(stage, happened, [step.model]);
      noteFailure(happened, `registering ${step.model}`, step.fails, outcome.get(step.model));
      return;
    }
    case 'set-terms':
    case 'set-latest':
    case 'deprecate-model':
    case 'remove-model':
    case 'offer-family':
    case 'accept-family':
      await performOnModel(stage, happened, step, describeStep(step));
      return;
    case 'join':
      await joinWorkers(stage, happened, [step.worker]);
      return;
    case 'serve':
      await stage.insist([
        {
          signer: accounts.account(step.worker),
          call: serveModel(client, {
            model: entry(happened.models, step.model, 'registered model'),
          }),
        },
      ]);
      return;
    case 'leave':
      await stage.insist(
        own(stage.scenario.actors.workers, step.worker).serves.map((model) => ({
          signer: accounts.account(step.worker),
          call: stopServing(client, { model: entry(happened.models, model, 'registered model') }),
        })),
      );
      return;
    case 'stop':
      await cast.stop(step.worker);
      return;
    case 'restart':
      await cast.restart(step.worker);
      return;
    case 'request':
      await ask(stage, happened, step);
      return;
    case 'cancel': {
      const asked = entry(happened.asked, step.request, 'request');
      const id = await standing(stage, step.request, asked);
      const [sent] = await stage.transact([
        {
          signer: accounts.account(asked.step.user),
          call: cancelRequest(client, { request: id }),
        },
      ]);
      noteFailure(happened, `cancelling "${step.request}"`, step.fails, errorOf(sent));
      return;
    }
    case 'demand-output':
      await demandLargeOutput(stage, happened, step);
      return;
    case 'get-output':
      await getOutput(stage, happened, step);
      return;
    case 'advance':
      for (let block = 0; block < step.blocks; block += 1) await stage.tick();
      return;
    case 'await':
      await awaitState(stage, happened, step);
      return;
    case 'await-event':
      await awaitEvent(stage, happened, step);
      return;
    case 'crowd':
      await crowd(stage, step.blocks);
      return;
    case 'await-finality':
      await awaitFinality(stage, step);
      return;
    case 'kill-node':
    case 'start-node':
    case 'pause-node':
    case 'resume-node':
    case 'isolate-node':
    case 'rejoin-node':
      await faultNodes(stage, happened, step.do, step.nodes);
      return;
    case 'censor':
      stage.network.censor(stage.network.client.address(accounts.account(step.who)), step.blocks);
      return;
    case 'twin':
      await cast.startTwin(step.worker, step.behaviour, [...stage.models.values()], step.node);
      return;
    case 'flood': {
      const {
        sent,
        bytes,
        isFull,
        end: last,
      } = await flood(stage, accounts.account(step.user), step.megabytes);
      const end = isFull ? 'the pool is full' : 'the pool took all of them';
      const { waiting, perBlock } = await backlogOf(stage, accounts.account(step.user), last);
      // A pool that is full may be so of an earlier one.
      if (!isFull && waiting <= perBlock) {
        throw new StoryStopped(
          `the flood left ${(waiting / 1e6).toFixed(1)} MB waiting and a block takes ${(perBlock / 1e6).toFixed(1)} MB: ` +
            'nobody has to come behind it. Send more megabytes',
        );
      }
      stage.onProgress({
        type: 'phase',
        text: `${sent} transactions, ${(bytes / 1e6).toFixed(1)} MB: ${end}, ${(waiting / 1e6).toFixed(1)} MB wait`,
      });
      return;
    }
    case 'check-absent':
      checkAbsent(stage, happened, step);
      return;
    case 'check-behind':
      await checkBehind(stage, happened, step);
      return;
    case 'check-stalled':
      await checkStalled(stage, step);
      return;
  }
};

/** The workers, or models, of a scenario that are there from the start. */
export const fromTheStart = (declared: Readonly<Record<string, { later: boolean }>>): string[] =>
  Object.entries(declared)
    .filter(([, { later }]) => !later)
    .map(([name]) => name);

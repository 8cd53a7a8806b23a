/** Plays a scenario from its first block to its last and says what came of it. */
import { resolve } from 'node:path';
import { createReferee, type Referee } from '@veritrace/referee';
import { type Address, broadcast, bytes, type ModelId, unbondStake } from '@veritrace/sdk';
import type { ComputedTrace } from '@veritrace/worker';
import { pino } from 'pino';
import { createAccountDirectory, tillOf } from '../actors/accounts.ts';
import { createCast, DaemonFailed } from '../actors/cast.ts';
import { type BehavingRole, type Ending, endingOf, isCheating } from '../behaviours/standing.ts';
import { suggest } from '../declared/suggest.ts';
import { ChainStalled, type Driver, type Network } from '../drivers/driver.ts';
import type { JsonObject } from '../embedded/json.ts';
import { palletAccount, TREASURY } from '../invariants/read.ts';
import type { ChainState } from '../invariants/state.ts';
import { BadInput } from '../models/input.ts';
import { loadModel, type Model, makeDeepModel } from '../models/model.ts';
import { compiledOcrModel, ocrReader } from '../models/ocr.ts';
import { reportDisputes } from '../recorder/disputes.ts';
import type { Stretch } from '../recorder/ledger.ts';
import { nodesOf } from '../recorder/nodes.ts';
import { accountsOf, modelsOf } from '../recorder/people.ts';
import { createRecorder, type Recorder } from '../recorder/recorder.ts';
import { renderReport } from '../recorder/report.ts';
import { toUnits } from '../scenario/amount.ts';
import { type LoadedScenario, linesOf } from '../scenario/load.ts';
import { nodesBeyond } from '../scenario/nodes.ts';
import type { Scenario } from '../scenario/schema.ts';
import { TOKEN } from '../token.ts';
import { type Chronicle, createChronicle } from './chronicle.ts';
import { createContents, publishes } from './contents.ts';
import { duesOf, NO_DUES, sumOfDues, type Terms } from './dues.ts';
import {
  answeredLabel,
  answeredText,
  answerOf,
  compare,
  type Met,
  totalOf,
} from './expectations.ts';
import { type Asked, type Happened, nothingYet } from './happened.ts';
import { latencyOf } from './latency.ts';
import { createLogbook } from './logbook.ts';
import { judge, moneyMet } from './money.ts';
import { createNarrator } from './narrate.ts';
import type { OnProgress } from './progress.ts';
import { registerModels } from './registry.ts';
import type { ActorReport, RequestReport, RunReport } from './report.ts';
import { everything, scopeOf } from './scope.ts';
import { describeState, type Situation } from './situation.ts';
import { createStage, type Stage, StoryStopped } from './stage.ts';
import { permill, stretched, units } from './step-tools.ts';
import { awaitTickets, describeStep, fromTheStart, joinWorkers, perform } from './steps.ts';

/** How a scenario is played. */
export interface PlayOptions {
  driver: Driver;
  /** Fixes keys, behaviours and what else is drawn here; where others play on the chain, the keys are new every time. */
  seed: number;
  /** Folder for the record; none is kept without. */
  record: string | undefined;
  onProgress?: OnProgress;
  /** Ends the run early; what was started is stopped. */
  signal?: AbortSignal;
}

/** The driver cannot give the scenario what it asks for. */
export class ScenarioRefused extends Error {
  override readonly name = 'ScenarioRefused';
}

/** Throws a `ScenarioRefused` when a driver cannot play a scenario. */
export const demandPlayable = ({ scenario }: LoadedScenario, driver: Driver): void => {
  const reason = skippedOn(scenario, driver) ?? driver.refuses(scenario.network);
  const problem = reason ?? unknownNode(scenario, driver.nodes());
  if (problem !== undefined) {
    throw new ScenarioRefused(`${scenario.name} cannot be played: ${problem}`);
  }
};

/** Why a scenario is left out on a driver, by its own declaration; `undefined` when it is not. */
export const skippedOn = (
  { skipOn }: Scenario,
  { name }: Pick<Driver, 'name'>,
): string | undefined =>
  skipOn.includes(name)
    ? `it is not meant for the ${name} driver (skipOn: ${skipOn.join(', ')})`
    : undefined;

/** The first node that a scenario names and a network does not have, in words; `undefined` where nodes have no names. */
const unknownNode = (
  { actors, steps }: Scenario,
  known: readonly string[] | undefined,
): string | undefined => {
  if (known === undefined) return undefined;
  const named = [
    ...Object.entries(actors.workers).map(([worker, { node }]) => ({
      what: `${worker} is to talk to`,
      node,
    })),
    ...steps.flatMap((step) => {
      if (step.do === 'twin')
        return [{ what: `the twin of ${step.worker} is to talk to`, node: step.node }];
      return 'nodes' in step
        ? step.nodes.map((node) => ({ what: `"${step.do}" names`, node }))
        : [];
    }),
  ];
  const unknown = named.find(({ node }) => node !== undefined && !known.includes(node));
  if (unknown?.node === undefined) return undefined;
  const near = suggest(unknown.node, known);
  return (
    `${unknown.what} the node "${unknown.node}"` +
    `${near === undefined ? '' : ` (did you mean "${near}"?)`}, and the network has ${known.join(', ')}`
  );
};

/** The challenge window of preset `development`, for which scenario files are written. */
const WRITTEN_FOR = 6;

const OPERATOR_FLOAT = toUnits(10, TOKEN.decimals);

/** Log lines of each daemon and node that a failure is reported with. */
const LAST_LINES = 12;

const balancesOf = (
  { scenario }: LoadedScenario,
  accounts: Awaited<ReturnType<typeof createAccountDirectory>>,
): Map<Address, bigint> => {
  const balances = new Map<Address, bigint>();
  for (const actors of Object.values(scenario.actors)) {
    for (const [name, { balance }] of Object.entries(actors)) {
      balances.set(accounts.account(name).address, toUnits(balance, TOKEN.decimals));
    }
  }
  for (const name of Object.keys(scenario.actors.workers)) {
    balances.set(accounts.operator(name).address, OPERATOR_FLOAT);
  }
  return balances;
};

/** Workers that leave after their first claim: they ask for their stake, and their daemon is gone. */
const quitters = (stage: () => Stage) => {
  const gone = new Set<string>();
  return async (state: ChainState): Promise<void> => {
    const { scenario, accounts, network, cast } = stage();
    for (const [name, { behaviour, stake }] of Object.entries(scenario.actors.workers)) {
      if (behaviour.kind !== 'quit-after-claim' || gone.has(name)) continue;
      const signer = accounts.account(name);
      if (!state.claims.some((claim) => claim.worker === signer.address)) continue;
      await cast.stop(name);
      const call = unbondStake(network.client, { amount: toUnits(stake, TOKEN.decimals) });
      try {
        await broadcast(network.client, await call.sign(signer));
        gone.add(name);
      } catch (error) {
        // On a live chain a node may be lost: it asks again after the next block.
        if (network.pace === 'made') throw error;
      }
    }
  };
};

/** What of a scenario is not over by a chronicle's last block, in words. */
const openIn = (chronicle: Chronicle, state: ChainState, happened: Happened): string[] => {
  const requests = [...happened.asked].filter(([, { id, error, step }]) => {
    if (error !== undefined) return false;
    const tale = id === undefined ? undefined : chronicle.request(id);
    const isContested = tale?.state === 'contested' && step.expect.state === 'contested';
    return tale?.closedAt === undefined && !isContested;
  });
  const isOwn = ({ request }: { request: bigint }) => chronicle.request(request) !== undefined;
  const challenges = state.challenges.filter(isOwn);
  const bounties = state.bounties.filter(isOwn);
  return [
    ...requests.map(([name]) => `"${name}"`),
    ...(challenges.length === 0 ? [] : [`${challenges.length} challenges`]),
    ...(bounties.length === 0 ? [] : [`${bounties.length} bounties`]),
  ];
};

/** Until every request has come to its end, and that is final. Returns the last block that counts. */
const finish = async (stage: Stage, happened: Happened): Promise<number> => {
  const { network, chronicle } = stage;
  const blocks = stretched(stage, stage.scenario.finish.within);
  /** Since when nothing is open: blocks waited until then, and the block of then. */
  let over: { waited: number; block: number } | undefined;
  for (let waited = 0; ; waited += 1) {
    const open = openIn(chronicle, stage.state(), happened);
    if (open.length > 0) over = undefined;
    else over ??= { waited, block: stage.state().block.number };
    const final = stage.finalPart();
    if (over !== undefined && final !== undefined && final >= over.block) {
      const { state } = await network.read(stage.dated().get(final)?.block ?? stage.state().block);
      if (openIn(chronicle.upTo(final), state, happened).length === 0) return final;
    }
    if (over === undefined && waited >= blocks) {
      throw new StoryStopped(`after ${blocks} blocks more ${open.join(' and ')} are open`);
    }
    if (over !== undefined && waited - over.waited >= blocks) {
      throw new StoryStopped(
        `everything was over, and after ${blocks} blocks more that is not final: finalized is #${network.finalized().number}, taken in #${stage.state().block.number}`,
      );
    }
    await stage.tick();
  }
};

/** Why a story does not go on; `undefined` for errors that are not the story's. */
const reasonOf = (error: unknown): string | undefined =>
  error instanceof StoryStopped || error instanceof DaemonFailed || error instanceof ChainStalled
    ? error.message
    : undefined;

/** What workers stood for that did not compute as they should, by worker and request. */
const createLies = () => {
  const told = new Map<string, ComputedTrace[]>();
  const keyOf = (worker: string, request: bigint) => `${worker}/${request}`;
  return {
    add: (worker: string, request: bigint, trace: ComputedTrace): void => {
      const key = keyOf(worker, request);
      told.set(key, [...(told.get(key) ?? []), trace]);
    },
    of: (worker: string, request: bigint): readonly ComputedTrace[] =>
      told.get(keyOf(worker, request)) ?? [],
  };
};

/** A model as it is declared: read from a folder, made on the fly, or compiled on demand. */
const openModel = async (
  name: string,
  { dir, generated, ocr }: Scenario['models'][string],
  folder: string,
  referee: Referee,
  onProgress: OnProgress,
): Promise<Model> => {
  if (generated !== undefined) return makeDeepModel(generated, name, referee);
  if (ocr === undefined) return loadModel(resolve(folder, dir ?? '.'), name, referee);
  const compiled = await compiledOcrModel(ocr, referee, {
    onCompile: () =>
      onProgress({ type: 'phase', text: `compiling the ${ocr}: once, about a minute` }),
  });
  return {
    ...(await loadModel(compiled, name, referee)),
    // A class for each step is no label of the whole.
    labelOutput: undefined,
    reader: await ocrReader(ocr, compiled),
  };
};

/** Throws a `BadInput` for a node that a model lacks: of those, too, that were made just now. */
const demandNodes = (
  { scenario, file }: LoadedScenario,
  models: ReadonlyMap<string, Model>,
): void => {
  const counts = [...models].map(([name, { loaded }]) => [name, loaded.header.nodeCount] as const);
  const [first] = nodesBeyond(scenario, new Map(counts));
  if (first !== undefined) throw new BadInput(`${file}: ${first.path.join('.')}: ${first.message}`);
};

/** Plays it. Throws only for what is wrong outside the story: files, the runtime, a signal. */
export const play = async (
  loadedScenario: LoadedScenario,
  { driver, seed, record, onProgress = () => undefined, signal }: PlayOptions,
): Promise<RunReport> => {
  const began = performance.now();
  const { scenario, folder } = loadedScenario;
  demandPlayable(loadedScenario, driver);
  onProgress({ type: 'phase', text: 'loading models' });
  const referee = createReferee();
  const salt = driver.salt();
  const accounts = await createAccountDirectory(seed, salt);
  const models = new Map<string, Model>();
  for (const [name, declared] of Object.entries(scenario.models)) {
    models.set(name, await openModel(name, declared, folder, referee, onProgress));
  }
  demandNodes(loadedScenario, models);
  const recorder =
    record === undefined
      ? undefined
      : await createRecorder(resolve(record), loadedScenario, { seed, salt, driver: driver.name });
  for (const [name, model] of models) {
    await recorder?.model(name, model);
    await recorder?.document(`models/${name}/nodes`, nodesOf(model.loaded));
  }

  onProgress({
    type: 'phase',
    text:
      salt === undefined
        ? `starting the chain (${driver.name})`
        : `funding actors (${driver.name})`,
  });
  const network = await driver.start({
    preset: scenario.network.preset,
    patch: scenario.network.genesis as JsonObject,
    balances: balancesOf(loadedScenario, accounts),
    signal,
  });
  const silent = pino({ level: 'silent' });
  const logbook = createLogbook(LAST_LINES);
  const contents = createContents(referee);
  const lies = createLies();
  const cast = createCast({
    clientOf: network.clientOf,
    accounts,
    referee,
    seed,
    store: contents.common,
    loggerOf: (actor) => logbook.keeping(actor, recorder?.logger(actor) ?? silent),
    ...(recorder !== undefined && { onTrace: lies.add }),
  });
  let played: { report: RunReport; story: Stretch } | undefined;
  try {
    const treasury = network.client.address(palletAccount(TREASURY));
    accounts.label('treasury', treasury);
    await recorder?.document('accounts', accountsOf(scenario, accounts, treasury));
    const chronicle = createChronicle(
      network.pace === 'made' ? everything : () => scopeOf(accounts.owns),
    );
    const narrator = createNarrator(accounts.nameOf);
    const { inference, disputes } = network.parameters;
    const stage: Stage = createStage({
      scenario,
      folder,
      seed,
      network,
      accounts,
      referee,
      models,
      contents,
      cast,
      chronicle,
      narrator,
      recorder,
      onProgress,
      signal,
      stretch: Math.max(1, inference.challengeWindow / WRITTEN_FOR),
      afterBlock: quitters(() => stage),
    });
    const first = stage.state();
    const happened = nothingYet();

    let failure: Situation | undefined;
    let end: number;
    try {
      end = await tell(stage, happened);
      // The last may have become final since it was taken in.
      stage.flush(end);
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === undefined) throw error;
      end = stage.state().block.number;
      failure = {
        reason,
        state: describeState(stage, happened),
        daemons: logbook.last(),
        nodes: await network.logs(LAST_LINES),
      };
      stage.flush();
    }

    const final = chronicle.upTo(end);
    const verdicts = final.verdicts();
    const isDisputed = ({ id }: Asked) => verdicts.some(({ request }) => request === id);
    const truths = new Map<Asked, string>();
    /** True outputs of every node, kept of disputed requests only. */
    const honest = new Map<Asked, Uint8Array[]>();
    const truth = (asked: Asked): string => {
      const known = truths.get(asked);
      if (known !== undefined) return known;
      const { loaded } = asked.model;
      const outputs = loaded.evaluate([asked.input]);
      const root = bytes(referee.traceRoot(loaded.trace(outputs)));
      truths.set(asked, root);
      if (isDisputed(asked)) honest.set(asked, outputs);
      return root;
    };
    const last = await stateAt(stage, end);
    const met = compare({
      scenario,
      happened,
      chronicle: final,
      accounts,
      treasury,
      first,
      last,
      truth,
      lineOf: linesOf(loadedScenario.text),
    });
    const stopped: Met[] =
      failure === undefined
        ? []
        : [{ name: 'the story comes to its end', passed: false, detail: failure.reason }];
    // What is not final yet was not looked at: a story that stopped does not wait for it.
    const invariants = await network.invariants(
      first.block.number,
      failure === undefined ? end : undefined,
      signal,
    );
    const { checked, violated } = invariants;
    const told: Stage = { ...stage, chronicle: final };
    const actors = reportActors(told, happened, treasury, first, last);
    // Of a story that stopped nobody's money says anything.
    const money = failure === undefined ? actors.flatMap((one) => moneyMet(one.name, one)) : [];
    const expectations = [...stopped, ...met, ...money];
    const report: RunReport = {
      scenario: scenario.name,
      description: scenario.description,
      driver: network.driver,
      seed,
      passed: expectations.every(({ passed }) => passed) && violated.length === 0,
      expectations,
      invariants: { checked, violated },
      verdictsOfInvariants: invariants.verdicts,
      requests: [...happened.asked].map(([name, asked]) => reportRequest(name, asked, told, truth)),
      verdicts: verdicts.map((verdict) => ({
        ...verdict,
        request: nameOfRequest(happened, verdict.request),
        worker: accounts.nameOf(verdict.worker),
        challenger: accounts.nameOf(verdict.challenger),
      })),
      actors,
      stepLimit: disputes.maxWholeBytes,
      burned: final.burned(),
      skipped: happened.skipped,
      failure,
      blocks: end - first.block.number + 1,
      durationMs: Math.round(performance.now() - began),
      record: recorder?.folder,
      recordRoot: undefined,
    };
    played = { report, story: { first: first.block.number, last: end } };
    await recorder?.document('claims', final.requests());
    await recorder?.document('verdicts', report.verdicts);
    await recorder?.document('steps', happened.steps);
    await recorder?.document('models', modelsOf(models, happened.models, last, accounts.nameOf));
    await recorder?.document(
      'disputes',
      reportDisputes(verdicts, final.blocks(), {
        nameOf: accounts.nameOf,
        nameOfRequest: (id) => nameOfRequest(happened, id),
        computed: (id) => {
          const asked = [...happened.asked.values()].find((one) => one.id === id);
          if (asked === undefined) return undefined;
          truth(asked);
          const outputs = honest.get(asked);
          return (
            outputs && {
              model: asked.model,
              honest: outputs,
              claimedBy: (worker) => lies.of(worker, id),
            }
          );
        },
        referee,
      }),
    );
    await recorder?.document('summary', report);
    const inputs = [...happened.asked].map(
      ([name, { input, model }]) => [name, { bytes: input, port: model.input }] as const,
    );
    const story = final
      .blocks()
      .flatMap(({ block, events }) =>
        narrator.tell(events).map((text) => ({ block: block.number, text })),
      );
    await recorder?.page(
      'report',
      renderReport(report, { facts: network.facts, story, inputs: new Map(inputs) }),
    );
    return report;
  } finally {
    await cast.end();
    if (recorder !== undefined) await recordChain(recorder, network, played?.story, signal);
    await network.stop();
    for (const { loaded } of models.values()) loaded.free();
    await recorder?.document('names', accounts.named());
    const recordRoot = await recorder?.close();
    if (played !== undefined) played.report.recordRoot = recordRoot;
  }
};

/** Writes the chain down; where that cannot be done, why: the run is none the worse for it. */
const recordChain = async (
  recorder: Recorder,
  network: Network,
  story: Stretch | undefined,
  signal: AbortSignal | undefined,
): Promise<void> => {
  const { facts, genesis } = network;
  const last = Math.max(recorder.last() ?? 0, story?.last ?? 0);
  const ledger = await network.ledger(last, signal).catch((error: unknown) => ({
    missing: error instanceof Error ? error.message : String(error),
  }));
  await recorder.chain({ facts, ledger, genesis, story });
};

/** The state after a block that was taken in; the newest where that is meant. */
const stateAt = async (stage: Stage, number: number): Promise<ChainState> => {
  const newest = stage.state();
  const block = stage.dated().get(number)?.block;
  if (block === undefined || block.hash === newest.block.hash) return newest;
  return (await stage.network.read(block)).state;
};

/** Everything from the actors' entrance to the last request's end. Returns the last block that counts. */
const tell = async (stage: Stage, happened: Happened): Promise<number> => {
  const { scenario, cast, onProgress } = stage;
  onProgress({ type: 'phase', text: 'registering models and workers' });
  const registered = await registerModels(stage, happened, fromTheStart(scenario.models));
  for (const [model, error] of registered) {
    if (error !== undefined) throw new StoryStopped(`registering ${model} failed: ${error}`);
  }
  const every = [...stage.models.values()];
  await joinWorkers(stage, happened, fromTheStart(scenario.actors.workers));
  for (const [name, { behaviour, seals }] of Object.entries(scenario.actors.challengers)) {
    await cast.startChallenger(name, behaviour, every, seals);
  }
  for (const name of Object.keys(scenario.actors.keepers)) await cast.startKeeper(name);
  for (const [name, { behaviour }] of Object.entries(scenario.actors.users)) {
    const names = scenario.steps.some(
      (step) => step.do === 'request' && step.user === name && step.byRoot,
    );
    if (names && publishes(behaviour)) await cast.startPublisher(name, stage.contents.own(name));
  }
  await awaitTickets(stage);

  happened.begun = stage.state().block.number;
  for (const [index, step] of scenario.steps.entries()) {
    const text = describeStep(step);
    if (step.skipOn.includes(stage.network.driver)) {
      happened.skipped.push(text);
      continue;
    }
    onProgress({ type: 'step', index: index + 1, of: scenario.steps.length, text });
    const done: Happened['steps'][number] = {
      do: step.do,
      text,
      from: stage.state().block.number,
      to: undefined,
    };
    happened.steps.push(done);
    await perform(stage, happened, step);
    done.to = stage.state().block.number;
  }
  onProgress({ type: 'phase', text: 'until everything is settled' });
  return finish(stage, happened);
};

const nameOfRequest = (happened: Happened, id: bigint): string =>
  [...happened.asked].find(([, asked]) => asked.id === id)?.[0] ?? String(id);

const reportRequest = (
  name: string,
  asked: Asked,
  { chronicle, accounts, network, dated }: Stage,
  truth: (asked: Asked) => string,
): RequestReport => {
  const { step, id, error, sentAt } = asked;
  const tale = id === undefined ? undefined : chronicle.request(id);
  const standing = tale === undefined ? undefined : answerOf(tale);
  return {
    name,
    id,
    user: step.user,
    model: asked.model.name,
    redundancy: step.redundancy,
    state: tale?.state ?? 'refused',
    error,
    workers: tale?.workers.map(accounts.nameOf) ?? [],
    claims: (tale?.claims ?? []).map((claim) => ({
      worker: accounts.nameOf(claim.worker),
      true: claim.traceRoot === truth(asked),
      struck: claim.struck,
      label:
        tale === undefined
          ? undefined
          : answeredLabel(asked, { ...tale, claims: [{ ...claim, struck: false }] }),
      text:
        tale === undefined
          ? undefined
          : answeredText(asked, { ...tale, claims: [{ ...claim, struck: false }] }),
    })),
    label: tale === undefined || standing === undefined ? undefined : answeredLabel(asked, tale),
    text: tale === undefined || standing === undefined ? undefined : answeredText(asked, tale),
    paid: tale?.paid ?? 0n,
    refunded: tale?.refunded ?? 0n,
    blocks:
      tale === undefined
        ? undefined
        : { submitted: tale.submittedAt, soft: tale.softAt, closed: tale.closedAt },
    latency:
      tale === undefined || network.pace === 'made'
        ? undefined
        : latencyOf(tale, sentAt, dated(), network.heard),
  };
};

const listed = (verb: string, names: readonly string[]): string[] =>
  names.length === 0 ? [] : [`${verb} ${[...new Set(names)].join(', ')}`];

/** What an actor did, as the chain saw it. */
const deedsOf = (
  name: string,
  role: ActorReport['role'],
  { scenario, accounts, chronicle }: Stage,
  happened: Happened,
): string => {
  const address = accounts.account(name).address;
  const asked = [...happened.asked];
  const claimed = (struck: boolean) =>
    asked.flatMap(([request, { id }]) => {
      const claims = id === undefined ? [] : (chronicle.request(id)?.claims ?? []);
      return claims.some((claim) => claim.worker === address && claim.struck === struck)
        ? [request]
        : [];
    });
  switch (role) {
    case 'author': {
      const models = Object.keys(scenario.models).filter(
        (model) => scenario.models[model]?.author === name && happened.models.has(model),
      );
      return listed('registered', models).join('');
    }
    case 'user':
      return listed(
        'asked',
        asked.flatMap(([request, { step }]) => (step.user === name ? [request] : [])),
      ).join('');
    case 'worker':
      return [...listed('answered', claimed(false)), ...listed('lied about', claimed(true))].join(
        '; ',
      );
    case 'challenger':
      return listed(
        'convicted',
        chronicle
          .verdicts()
          .filter(({ challenger }) => challenger === address)
          .map(({ worker }) => accounts.nameOf(worker)),
      ).join('');
    case 'keeper':
      return 'settles what is due';
    case 'treasury':
      return 'takes the protocol fee';
  }
};

/** The terms that a scenario's models are registered with. */
const termsOf = ({ scenario }: Stage, { models }: Happened): Map<ModelId, Terms> =>
  new Map(
    [...models].flatMap(([name, id]): [ModelId, Terms][] => {
      const declared = scenario.models[name];
      return declared === undefined
        ? []
        : [[id, { price: units(declared.price), royalty: permill(declared.royalty) }]];
    }),
  );

/** What an actor has beside its account: a worker its operator's, a user what it has put aside. */
const pursesBeside = (
  name: string,
  role: ActorReport['role'],
  { accounts, network }: Stage,
): Address[] => {
  if (role === 'worker') return [network.client.address(accounts.operator(name))];
  return role === 'user' ? [network.client.address(tillOf(accounts, name))] : [];
};

/** How an actor's money must end: as the scenario says, or else by behaviour, a worker's second daemon's, too. */
const mustEnd = (
  name: string,
  role: ActorReport['role'],
  behaviour: string,
  { scenario, network }: Stage,
  isPunished: boolean,
): { ends: Ending; because?: string } => {
  const declared = scenario.money[name];
  if (declared !== undefined) return declared;
  if (role === 'treasury') {
    return network.pace === 'made'
      ? { ends: 'at-least-owed' }
      : { ends: 'any', because: 'others play on the chain, too, and are paid by it for audits' };
  }
  if (role === 'keeper') return { ends: 'at-least-owed' };
  const behaving: BehavingRole = role;
  const twins = scenario.steps.flatMap((step) =>
    step.do === 'twin' && step.worker === name ? [step.behaviour.kind] : [],
  );
  const cheating = twins.find((kind) => isCheating('worker', kind));
  return { ends: endingOf(behaving, cheating ?? behaviour, isPunished) };
};

const reportActors = (
  stage: Stage,
  happened: Happened,
  treasury: Address,
  first: ChainState,
  last: ChainState,
): ActorReport[] => {
  const { scenario, accounts, chronicle, network } = stage;
  const dues = duesOf(chronicle.blocks(), {
    parameters: network.parameters,
    treasury,
    terms: termsOf(stage, happened),
  });
  const one = (
    name: string,
    role: ActorReport['role'],
    behaviour: string,
    address: Address,
  ): ActorReport => {
    const { received, slashed, penalised } = chronicle.account(address);
    const purses = [address, ...pursesBeside(name, role, stage)];
    const sum = (amountOf: (one: Address) => bigint) =>
      purses.reduce((all, purse) => all + amountOf(purse), 0n);
    const fined = sum((purse) => chronicle.account(purse).fined);
    const { ends, because } = mustEnd(
      name,
      role,
      behaviour,
      stage,
      slashed + penalised + fined > 0n,
    );
    const money = judge(
      {
        before: sum((purse) => totalOf(first, purse)),
        after: sum((purse) => totalOf(last, purse)),
        fees: sum((purse) => chronicle.account(purse).fees),
        dues: sumOfDues(purses.map((purse) => dues.get(purse) ?? NO_DUES)),
        mayBeCharged: role !== 'challenger',
      },
      ends,
      because,
    );
    const spent = chronicle
      .requests()
      .reduce((sum, { user, paid }) => (user === address ? sum + paid : sum), 0n);
    return {
      name,
      role,
      behaviour,
      did: deedsOf(name, role, stage, happened),
      spent,
      received,
      slashed,
      penalised,
      fined,
      ...money,
    };
  };
  const { authors, users, workers, challengers, keepers } = scenario.actors;
  const of = (
    role: ActorReport['role'],
    actors: Readonly<Record<string, { behaviour: { kind: string } }>>,
  ) =>
    Object.entries(actors).map(([name, { behaviour }]) =>
      one(name, role, behaviour.kind, accounts.account(name).address),
    );
  return [
    ...of('author', authors),
    ...of('user', users),
    ...of('worker', workers),
    ...of('challenger', challengers),
    ...Object.keys(keepers).map((name) =>
      one(name, 'keeper', 'honest', accounts.account(name).address),
    ),
    one('treasury', 'treasury', '', treasury),
  ];
};

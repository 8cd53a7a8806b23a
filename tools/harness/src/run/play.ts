/** Plays a scenario from its first block to its last and says what came of it. */
import { resolve } from 'node:path';
import { createReferee } from '@veritrace/referee';
import {
  type Address,
  bytes,
  type DisputeParameters,
  getParametersOf,
  unbondStake,
} from '@veritrace/sdk';
import { pino } from 'pino';
import { createAccountDirectory } from '../actors/accounts.ts';
import { createCast } from '../actors/cast.ts';
import type { Driver } from '../drivers/driver.ts';
import type { JsonObject } from '../embedded/json.ts';
import { createMonitor } from '../invariants/monitor.ts';
import { palletAccount } from '../invariants/read.ts';
import type { ChainState } from '../invariants/state.ts';
import { loadModel, type Model } from '../models/model.ts';
import { createRecorder } from '../recorder/recorder.ts';
import { renderReport } from '../recorder/report.ts';
import { toUnits } from '../scenario/amount.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import { TOKEN } from '../token.ts';
import { createChronicle } from './chronicle.ts';
import { answeredLabel, answerOf, compare, type Met } from './expectations.ts';
import { createNarrator } from './narrate.ts';
import type { OnProgress } from './progress.ts';
import type { ActorReport, RequestReport, RunReport } from './report.ts';
import { createStage, type Stage, StoryStopped } from './stage.ts';
import {
  type Asked,
  awaitTickets,
  describeStep,
  fromTheStart,
  type Happened,
  joinWorkers,
  perform,
  registerModels,
} from './steps.ts';

/** How a scenario is played. */
export interface PlayOptions {
  driver: Driver;
  /** Fixes keys, behaviours and what else is drawn here. */
  seed: number;
  /** Folder for the record; none is kept without. */
  record: string | undefined;
  onProgress?: OnProgress;
  /** Ends the run early; what was started is stopped. */
  signal?: AbortSignal;
}

const OPERATOR_FLOAT = toUnits(10, TOKEN.decimals);

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
      gone.add(name);
      await cast.stop(name);
      const call = unbondStake(network.client, { amount: toUnits(stake, TOKEN.decimals) });
      const signed = await call.sign(signer);
      await network.client.api.rpc.author.submitExtrinsic(signed.hex);
    }
  };
};

/** Until every request has come to its end. */
const finish = async (stage: Stage, happened: Happened): Promise<void> => {
  const { within } = stage.scenario.finish;
  const open = () =>
    [...happened.asked].filter(([, { id, step }]) => {
      if (id === undefined) return false;
      const tale = stage.chronicle.request(id);
      return (
        tale !== undefined &&
        tale.closedAt === undefined &&
        !(tale.state === 'contested' && step.expect.state === 'contested')
      );
    });
  for (let waited = 0; ; waited += 1) {
    const names = open().map(([name]) => `"${name}"`);
    const challenges = stage.state().challenges.length;
    if (names.length === 0 && challenges === 0) return;
    if (waited === within) {
      throw new StoryStopped(
        `after ${within} blocks more ${names.length === 0 ? 'no request' : names.join(', ')} and ${challenges} challenges are open`,
      );
    }
    await stage.tick();
  }
};

/** Plays it. Throws only for what is wrong outside the story: files, the runtime, a signal. */
export const play = async (
  loadedScenario: LoadedScenario,
  { driver, seed, record, onProgress = () => undefined, signal }: PlayOptions,
): Promise<RunReport> => {
  const began = performance.now();
  const { scenario, folder } = loadedScenario;
  onProgress({ type: 'phase', text: 'loading models' });
  const referee = createReferee();
  const accounts = await createAccountDirectory(seed);
  const models = new Map<string, Model>();
  for (const [name, { dir }] of Object.entries(scenario.models)) {
    models.set(name, await loadModel(resolve(folder, dir), name, referee));
  }
  const recorder =
    record === undefined ? undefined : await createRecorder(resolve(record), loadedScenario, seed);
  for (const [name, { dir }] of models) await recorder?.model(name, dir);

  onProgress({ type: 'phase', text: `starting the chain (${driver.name})` });
  const network = await driver.start({
    preset: scenario.network.preset,
    patch: scenario.network.genesis as JsonObject,
    balances: balancesOf(loadedScenario, accounts),
  });
  const silent = pino({ level: 'silent' });
  const cast = createCast({
    client: network.client,
    accounts,
    referee,
    seed,
    loggerOf: (actor) => recorder?.logger(actor) ?? silent,
  });
  try {
    const { client } = network;
    await recorder?.genesis(network);
    const treasury = client.address(palletAccount('vt/trsry'));
    accounts.label('treasury', treasury);
    const story: { block: number; text: string }[] = [];
    const chronicle = createChronicle();
    const monitor = createMonitor();
    const stage: Stage = await createStage({
      scenario,
      folder,
      seed,
      network,
      accounts,
      referee,
      models,
      cast,
      chronicle,
      monitor,
      narrator: createNarrator(accounts.nameOf),
      recorder,
      onProgress: (progress) => {
        if (progress.type === 'told') story.push({ block: progress.block, text: progress.text });
        onProgress(progress);
      },
      signal,
      afterBlock: quitters(() => stage),
    });
    const first = stage.state();
    const disputes: DisputeParameters = await getParametersOf(client, 'disputes', first.block.hash);
    const happened: Happened = {
      asked: new Map(),
      models: new Map(),
      failures: [],
      skipped: [],
    };

    let stopped: Met | undefined;
    try {
      await tell(stage, happened);
    } catch (error) {
      if (!(error instanceof StoryStopped)) throw error;
      stopped = { name: 'the story comes to its end', passed: false, detail: error.message };
    }

    const truths = new Map<Asked, string>();
    const truth = (asked: Asked): string => {
      const known = truths.get(asked);
      if (known !== undefined) return known;
      const { loaded } = asked.model;
      const root = bytes(referee.traceRoot(loaded.trace(loaded.evaluate([asked.input]))));
      truths.set(asked, root);
      return root;
    };
    const last = stage.state();
    const met = compare({
      scenario,
      happened,
      chronicle,
      accounts,
      treasury,
      first,
      last,
      truth,
    });
    const expectations = stopped === undefined ? met : [stopped, ...met];
    const { checked, violated, verdicts } = monitor.report();
    const report: RunReport = {
      scenario: scenario.name,
      description: scenario.description,
      driver: network.driver,
      seed,
      passed: expectations.every(({ passed }) => passed) && violated.length === 0,
      expectations,
      invariants: { checked, violated },
      verdictsOfInvariants: verdicts,
      requests: [...happened.asked].map(([name, asked]) =>
        reportRequest(name, asked, stage, truth),
      ),
      verdicts: chronicle.verdicts().map((verdict) => ({
        ...verdict,
        request: nameOfRequest(happened, verdict.request),
        worker: accounts.nameOf(verdict.worker),
        challenger: accounts.nameOf(verdict.challenger),
      })),
      actors: reportActors(stage, happened, treasury, first, last),
      stepLimit: disputes.maxWholeBytes,
      burned: chronicle.burned(),
      skipped: happened.skipped,
      blocks: last.block.number,
      durationMs: Math.round(performance.now() - began),
      record: recorder?.folder,
    };
    await recorder?.document('claims', chronicle.requests());
    await recorder?.document('verdicts', report.verdicts);
    await recorder?.document('summary', report);
    const inputs = [...happened.asked].map(
      ([name, { input, model }]) => [name, { bytes: input, port: model.input }] as const,
    );
    await recorder?.page(
      'report',
      renderReport(report, { facts: network.facts, story, inputs: new Map(inputs) }),
    );
    return report;
  } finally {
    await cast.end();
    await network.stop();
    for (const { loaded } of models.values()) loaded.free();
    await recorder?.close();
  }
};

/** Everything from the actors' entrance to the last request's end. */
const tell = async (stage: Stage, happened: Happened): Promise<void> => {
  const { scenario, cast, onProgress } = stage;
  onProgress({ type: 'phase', text: 'registering models and workers' });
  const registered = await registerModels(stage, happened, fromTheStart(scenario.models));
  for (const [model, error] of registered) {
    if (error !== undefined) throw new StoryStopped(`registering ${model} failed: ${error}`);
  }
  const every = [...stage.models.values()];
  await joinWorkers(stage, happened, fromTheStart(scenario.actors.workers));
  for (const [name, { behaviour }] of Object.entries(scenario.actors.challengers)) {
    await cast.startChallenger(name, behaviour, every);
  }
  for (const name of Object.keys(scenario.actors.keepers)) await cast.startKeeper(name);
  await awaitTickets(stage);

  for (const [index, step] of scenario.steps.entries()) {
    const text = describeStep(step);
    if (step.skipOn.includes(stage.network.driver)) {
      happened.skipped.push(text);
      continue;
    }
    onProgress({ type: 'step', index: index + 1, of: scenario.steps.length, text });
    await perform(stage, happened, step);
  }
  onProgress({ type: 'phase', text: 'until everything is settled' });
  await finish(stage, happened);
};

const nameOfRequest = (happened: Happened, id: bigint): string =>
  [...happened.asked].find(([, asked]) => asked.id === id)?.[0] ?? String(id);

const reportRequest = (
  name: string,
  asked: Asked,
  { chronicle, accounts }: Stage,
  truth: (asked: Asked) => string,
): RequestReport => {
  const { step, id, error } = asked;
  const tale = id === undefined ? undefined : chronicle.request(id);
  const standing = tale === undefined ? undefined : answerOf(tale);
  return {
    name,
    id,
    user: step.user,
    model: step.model,
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
    })),
    label: tale === undefined || standing === undefined ? undefined : answeredLabel(asked, tale),
    paid: tale?.paid ?? 0n,
    refunded: tale?.refunded ?? 0n,
    blocks:
      tale === undefined
        ? undefined
        : { submitted: tale.submittedAt, soft: tale.softAt, closed: tale.closedAt },
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

const reportActors = (
  stage: Stage,
  happened: Happened,
  treasury: Address,
  first: ChainState,
  last: ChainState,
): ActorReport[] => {
  const { scenario, accounts, chronicle } = stage;
  const total = (state: ChainState, address: Address) => {
    const { free, reserved } = state.accounts.get(address) ?? { free: 0n, reserved: 0n };
    return free + reserved;
  };
  const one = (
    name: string,
    role: ActorReport['role'],
    behaviour: string,
    address: Address,
  ): ActorReport => {
    const { received, slashed, penalised, fined, fees } = chronicle.account(address);
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
      fees,
      before: total(first, address),
      after: total(last, address),
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

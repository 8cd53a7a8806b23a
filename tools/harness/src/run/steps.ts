/** What each step of a scenario does. */
import {
  bytes,
  cancelRequest,
  createCall,
  getParametersOf,
  type Inclusion,
  type ModelId,
  type RequestId,
  registerDraft,
  registerWorker,
  serveModel,
  stopServing,
  submitGraphPage,
  submitInferenceRequest,
} from '@veritrace/sdk';
import { readScenarioInput } from '../models/input.ts';
import type { Model } from '../models/model.ts';
import { toUnits } from '../scenario/amount.ts';
import type { RequestState, ScenarioStep } from '../scenario/schema.ts';
import { TOKEN } from '../token.ts';
import type { RequestTale } from './chronicle.ts';
import { type Sent, type Stage, StoryStopped, type Wish } from './stage.ts';

const units = (amount: number): bigint => toUnits(amount, TOKEN.decimals);

/** A request the scenario made. */
export interface Asked {
  step: Extract<ScenarioStep, { do: 'request' }>;
  model: Model;
  input: Uint8Array;
  /** `undefined` when it was refused. */
  id: RequestId | undefined;
  /** Why it was refused, as pallet.Name. */
  error: string | undefined;
}

/** What the steps leave behind for the expectations. */
export interface Happened {
  asked: Map<string, Asked>;
  /** Model ids by name. */
  models: Map<string, ModelId>;
  /** Calls that were to fail, and how they did. */
  failures: { what: string; expected: string; got: string | undefined }[];
  skipped: string[];
}

const entry = <T>(map: ReadonlyMap<string, T>, name: string, what: string): T => {
  const found = map.get(name);
  if (found === undefined) throw new StoryStopped(`there is no ${what} "${name}" yet`);
  return found;
};

const own = <T>(record: Readonly<Record<string, T>>, name: string): T => {
  const found = record[name];
  if (found === undefined) throw new StoryStopped(`"${name}" is not declared`);
  return found;
};

const permill = (share: string): number => Math.round(Number.parseFloat(share) * 10_000);

const errorOf = (sent: Sent): string | undefined =>
  'refused' in sent ? `${sent.refused.pallet}.${sent.refused.error}` : undefined;

/** Registers models and submits their graphs; the first error of each, if any. */
export const registerModels = async (
  stage: Stage,
  happened: Happened,
  names: readonly string[],
): Promise<Map<string, string | undefined>> => {
  const { scenario, accounts, network, narrator } = stage;
  const { client } = network;
  const outcome = new Map<string, string | undefined>();
  const pageBytes = Number(String(client.api.consts.models?.maxPageBytes));

  const drafts = names.map((name): Wish => {
    const { loaded } = entry(stage.models, name, 'model');
    const { author, price, royalty } = own(scenario.models, name);
    const { behaviour } = own(scenario.actors.authors, author);
    const graphRoot = loaded.graphRoot.slice();
    // A malformed graph announces another root than its pages have.
    if (behaviour.kind === 'malformed-graph') graphRoot[0] = (graphRoot[0] ?? 0) ^ 0xff;
    return {
      signer: accounts.account(author),
      call: registerDraft(client, {
        artefact: bytes(loaded.artefact),
        graphRoot: bytes(graphRoot),
        header: loaded.header,
        price: units(price),
        royalty: permill(royalty),
        metadata: new TextEncoder().encode(name),
      }),
    };
  });
  const registered = await stage.transact(drafts);
  const pages: Wish[] = [];
  const owners: string[] = [];
  for (const [index, sent] of registered.entries()) {
    const name = names[index] ?? '';
    if ('refused' in sent) {
      outcome.set(name, errorOf(sent));
      continue;
    }
    const id = registeredId(sent.inclusion);
    happened.models.set(name, id);
    narrator.nameModel(id, name);
    for (const page of entry(stage.models, name, 'model').loaded.pages(pageBytes)) {
      pages.push({
        signer: accounts.account(own(scenario.models, name).author),
        call: submitGraphPage(client, { model: id, page }),
      });
      owners.push(name);
    }
  }
  for (const [index, sent] of (await stage.transact(pages)).entries()) {
    const name = owners[index] ?? '';
    const error = errorOf(sent);
    if (error !== undefined && outcome.get(name) === undefined) outcome.set(name, error);
  }
  return outcome;
};

const registeredId = (inclusion: Inclusion): ModelId => {
  for (const { event } of inclusion.events) {
    if (event.type === 'models.ModelRegistered') return event.model;
  }
  throw new StoryStopped('models.registerModel was included without its event');
};

/** Bonds workers, all together, then lets each serve its models, then starts their daemons. */
export const joinWorkers = async (
  stage: Stage,
  happened: Happened,
  names: readonly string[],
): Promise<void> => {
  const { scenario, accounts, network, cast } = stage;
  const { client } = network;
  await stage.insist(
    names.map((name) => {
      const { stake, minPrice } = own(scenario.actors.workers, name);
      return {
        signer: accounts.account(name),
        call: registerWorker(client, {
          operator: accounts.operator(name).address,
          bond: units(stake),
          minPrice: units(minPrice),
        }),
      };
    }),
  );
  await stage.insist(
    names.flatMap((name) =>
      own(scenario.actors.workers, name).serves.map((model) => ({
        signer: accounts.account(name),
        call: serveModel(client, { model: entry(happened.models, model, 'registered model') }),
      })),
    ),
  );
  for (const name of names) {
    const { behaviour } = own(scenario.actors.workers, name);
    await cast.startWorker(name, behaviour, [...stage.models.values()]);
  }
};

/** Workers that are drawn from the start are old enough to be. */
export const awaitTickets = async (stage: Stage): Promise<void> => {
  const { client } = stage.network;
  const { ticketAge } = await getParametersOf(client, 'workers', stage.state().block.hash);
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
        stage.accounts.account('till').address,
        free - 2n * POCKET_MONEY,
      ]),
    },
  ]);
};

const ask = async (
  stage: Stage,
  happened: Happened,
  step: Extract<ScenarioStep, { do: 'request' }>,
): Promise<void> => {
  const { network, accounts, recorder, narrator } = stage;
  const { client } = network;
  const model = entry(stage.models, step.model, 'model');
  const input = await readScenarioInput(step.input, stage.folder, model.input);
  await recorder?.input(step.as, input);
  if (own(stage.scenario.actors.users, step.user).behaviour.kind === 'unpayable') {
    await becomeUnpayable(stage, step.user);
  }
  const { minDeadline, maxDeadline } = await getParametersOf(
    client,
    'inference',
    stage.state().block.hash,
  );
  const price = own(stage.scenario.models, step.model).price * step.redundancy;
  const [sent] = await stage.transact([
    {
      signer: accounts.account(step.user),
      call: submitInferenceRequest(client, {
        model: entry(happened.models, step.model, 'registered model'),
        inputs: [input],
        maxPrice: units(step.maxPrice ?? price),
        deadline: step.deadline ?? Math.min(maxDeadline, Math.max(minDeadline, DEADLINE)),
        redundancy: step.redundancy,
      }),
    },
  ]);
  if (sent === undefined) throw new StoryStopped('nothing was sent');
  const id = 'refused' in sent ? undefined : submittedId(sent.inclusion);
  if (id !== undefined) narrator.nameRequest(id, step.as);
  happened.asked.set(step.as, { step, model, input, id, error: errorOf(sent) });
  if ('refused' in sent && step.expect.error === undefined) {
    throw new StoryStopped(`the request "${step.as}" was refused: ${sent.refused.message}`);
  }
};

/** Blocks a working phase takes unless the step says otherwise. */
const DEADLINE = 8;

const submittedId = (inclusion: Inclusion): RequestId => {
  for (const { event } of inclusion.events) {
    if (event.type === 'inference.RequestSubmitted') return event.request;
  }
  throw new StoryStopped('inference.submitInferenceRequest was included without its event');
};

const describe = (tale: RequestTale | undefined): string =>
  tale === undefined ? 'it was refused' : `it is ${tale.state}`;

/** Whether a request has got to a state, or past it. */
const hasReached = (tale: RequestTale, state: RequestState): boolean =>
  tale.state === state ||
  (state === 'claimed' && tale.softAt !== undefined && tale.state !== 'open');

const awaitState = async (
  stage: Stage,
  happened: Happened,
  { request, state, within }: Extract<ScenarioStep, { do: 'await' }>,
): Promise<void> => {
  const { id } = entry(happened.asked, request, 'request');
  for (let waited = 0; ; waited += 1) {
    const tale = id === undefined ? undefined : stage.chronicle.request(id);
    if (tale !== undefined && hasReached(tale, state)) return;
    if (tale === undefined || tale.closedAt !== undefined || waited === within) {
      throw new StoryStopped(
        `"${request}" was to be ${state} within ${within} blocks; after ${waited} ${describe(tale)}`,
      );
    }
    await stage.tick();
  }
};

const awaitEvent = async (
  stage: Stage,
  happened: Happened,
  { event, request, within }: Extract<ScenarioStep, { do: 'await-event' }>,
): Promise<void> => {
  const id = request === undefined ? undefined : entry(happened.asked, request, 'request').id;
  const before = stage.chronicle.count(event, id);
  for (let waited = 0; stage.chronicle.count(event, id) === before; waited += 1) {
    if (waited === within) {
      throw new StoryStopped(`${event} did not occur within ${within} blocks`);
    }
    await stage.tick();
  }
};

/** Says what a step does, for those who watch. */
export const describeStep = (step: ScenarioStep): string => {
  switch (step.do) {
    case 'register-model':
      return `register ${step.model}`;
    case 'serve':
      return `${step.worker} serves ${step.model}`;
    case 'join':
    case 'leave':
    case 'stop':
    case 'restart':
      return `${step.worker}: ${step.do}`;
    case 'request':
      return `${step.user} asks ${step.model}: "${step.as}", ${step.redundancy === 1 ? 'one worker' : `${step.redundancy} workers`}`;
    case 'cancel':
      return `cancel "${step.request}"`;
    case 'advance':
      return `${step.blocks} blocks pass`;
    case 'await':
      return `until "${step.request}" is ${step.state}`;
    case 'await-event':
      return `until ${step.event}`;
    case 'kill-node':
    case 'start-node':
      return `${step.do} ${step.node}`;
  }
};

const noteFailure = (
  happened: Happened,
  what: string,
  expected: string | undefined,
  got: string | undefined,
): void => {
  if (expected !== undefined) happened.failures.push({ what, expected, got });
  else if (got !== undefined) throw new StoryStopped(`${what} failed: ${got}`);
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
      const { step: asked, id } = entry(happened.asked, step.request, 'request');
      if (id === undefined) throw new StoryStopped(`"${step.request}" was refused`);
      const [sent] = await stage.transact([
        { signer: accounts.account(asked.user), call: cancelRequest(client, { request: id }) },
      ]);
      const got = sent === undefined ? undefined : errorOf(sent);
      noteFailure(happened, `cancelling "${step.request}"`, step.fails, got);
      return;
    }
    case 'advance':
      for (let block = 0; block < step.blocks; block += 1) await stage.tick();
      return;
    case 'await':
      await awaitState(stage, happened, step);
      return;
    case 'await-event':
      await awaitEvent(stage, happened, step);
      return;
    case 'kill-node':
    case 'start-node':
      throw new StoryStopped(`the ${network.driver} driver cannot do "${step.do}"`);
  }
};

/** The workers, or models, of a scenario that are there from the start. */
export const fromTheStart = (declared: Readonly<Record<string, { later: boolean }>>): string[] =>
  Object.entries(declared)
    .filter(([, { later }]) => !later)
    .map(([name]) => name);

/** What a scenario does to models: registers them, and what their owners do. */
import type { KeyringPair } from '@polkadot/keyring/types';
import {
  acceptFamily,
  bytes,
  type Call,
  demandAskable,
  deprecateModel,
  type FamilyId,
  type Inclusion,
  type ModelId,
  offerFamily,
  registerDraft,
  removeModel,
  setLatest,
  setTerms,
  submitGraphPage,
} from '@veritrace/sdk';
import type { ScenarioStep } from '../scenario/schema.ts';
import { entry, type Happened } from './happened.ts';
import { type Stage, StoryStopped, type Wish } from './stage.ts';
import { errorOf, noteFailure, own, permill, units, withinLimits } from './step-tools.ts';

/** Registers models and submits their graphs; the first error of each, if any. First versions go before the others. */
export const registerModels = async (
  stage: Stage,
  happened: Happened,
  names: readonly string[],
): Promise<Map<string, string | undefined>> => {
  const isFirst = (name: string) => own(stage.scenario.models, name).family === undefined;
  const outcome = await registerAll(stage, happened, names.filter(isFirst));
  const later = names.filter((name) => !isFirst(name));
  if (later.length === 0) return outcome;
  return new Map([...outcome, ...(await registerAll(stage, happened, later))]);
};

const registerAll = async (
  stage: Stage,
  happened: Happened,
  names: readonly string[],
): Promise<Map<string, string | undefined>> => {
  const { scenario, accounts, network, narrator } = stage;
  const { client } = network;
  const outcome = new Map<string, string | undefined>();
  const pageBytes = Number(String(client.api.consts.models?.maxPageBytes));

  const drafts = names.map((name): Wish => {
    const { loaded, card } = entry(stage.models, name, 'model');
    const { author, price, royalty, family } = own(scenario.models, name);
    const { behaviour } = own(scenario.actors.authors, author);
    withinLimits(`the model "${name}"`, () => demandAskable(client, loaded.header.inputs));
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
        family: family === undefined ? undefined : entry(happened.models, family, 'family'),
        card: { ...card, name },
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
        call: withinLimits(`the model "${name}"`, () =>
          submitGraphPage(client, { model: id, page }),
        ),
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

/** What a model is called in the scenario. */
export const modelName = (
  { models }: Pick<Happened, 'models'>,
  model: ModelId,
): string | undefined => [...models].find(([, id]) => id === model)?.[0];

/** The family of a model; its own id where the chain has forgotten it: the first of a family has the family's. */
export const familyOf = ({ state }: Pick<Stage, 'state'>, model: ModelId): FamilyId =>
  state().models.find(({ id }) => id === model)?.family ?? model;

/** The key of the author whose a model is now; of who registered it when nobody's of the scenario. */
const ownerOf = (stage: Stage, name: string, model: ModelId): KeyringPair => {
  const { accounts, network, scenario } = stage;
  const family = familyOf(stage, model);
  const owner = stage.state().families.find(({ id }) => id === family)?.owner;
  const author = Object.keys(scenario.actors.authors).find(
    (one) => network.client.address(accounts.account(one)) === owner,
  );
  return accounts.account(author ?? own(scenario.models, name).author);
};

/** Steps about a model that exists. */
type ModelStep = Extract<
  ScenarioStep,
  {
    do:
      | 'set-terms'
      | 'set-latest'
      | 'deprecate-model'
      | 'remove-model'
      | 'offer-family'
      | 'accept-family';
  }
>;

/** Does what an owner, or an heir, does to a model or its family. */
export const performOnModel = async (
  stage: Stage,
  happened: Happened,
  step: ModelStep,
  what: string,
): Promise<void> => {
  const { accounts, network } = stage;
  const { client } = network;
  const model = entry(happened.models, step.model, 'registered model');
  const family = familyOf(stage, model);
  const callOf = (): Call => {
    switch (step.do) {
      case 'set-terms':
        return setTerms(client, {
          model,
          price: units(step.price),
          royalty: permill(step.royalty),
        });
      case 'set-latest':
        return setLatest(client, { model });
      case 'deprecate-model':
        return deprecateModel(client, { model });
      case 'remove-model':
        return removeModel(client, { model });
      case 'offer-family':
        return offerFamily(client, { family, heir: accounts.account(step.to).address });
      case 'accept-family': {
        const deposit = stage.state().families.find(({ id }) => id === family)?.deposit;
        return acceptFamily(client, { family, maxDeposit: deposit ?? 0n });
      }
    }
  };
  const signer =
    step.do === 'accept-family' ? accounts.account(step.by) : ownerOf(stage, step.model, model);
  const [sent] = await stage.transact([{ signer, call: callOf() }]);
  noteFailure(happened, what, step.fails, errorOf(sent));
};

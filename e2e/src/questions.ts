/** Users of a network's models: real images, and the true answers to compare with. */
import { resolve } from 'node:path';
import { Keyring } from '@polkadot/keyring';
import type { KeyringPair } from '@polkadot/keyring/types';
import { loadModel, type Model, type RunningNetwork, readScenarioInput } from '@veritrace/harness';
import { createReferee } from '@veritrace/referee';
import {
  bytes,
  getParametersOf,
  type Hex,
  type Inclusion,
  type ModelId,
  type RequestId,
  submitInferenceRequest,
  type VeritraceClient,
} from '@veritrace/sdk';

const IMAGES = resolve(import.meta.dirname, '../../scenarios/inputs/digits');

/** One of the well-known development accounts, which every preset endows. */
export const developmentKey = (name: string): KeyringPair =>
  new Keyring({ type: 'sr25519' }).addFromUri(`//${name}`);

/** A request that is in a block. */
export interface Question {
  request: RequestId;
  input: Uint8Array;
  inclusion: Inclusion;
  /** The trace root of the honest computation. */
  truth: Hex;
}

export interface Questions {
  readonly model: Model;
  /** Asks about an image of the held-out set; resolves once it is in a best block. */
  ask(image: number, redundancy: number, deadline?: number): Promise<Question>;
  /** What every node of the model gives for an input. */
  trace(input: Uint8Array): Uint8Array[];
  free(): void;
}

/** The first node with more input than fits one transaction: challenged, it has to be opened. */
export const firstLargeNode = async (client: VeritraceClient, model: Model): Promise<number> => {
  const { hash } = client.heads.current('best');
  const { maxWholeBytes } = await getParametersOf(client, 'disputes', hash);
  const node = model.loaded.costs.findIndex(({ wholeBytes }) => wholeBytes > maxWholeBytes);
  if (node < 0) throw new Error(`every node of ${model.name} fits one transaction`);
  return node;
};

/** Blocks each working phase may take: room for a node and a daemon to be started again. */
const DEADLINE = 24;

/** Questions of one user to one of the models that the network registered. */
export const createQuestions = async (
  network: RunningNetwork,
  client: VeritraceClient,
  user: KeyringPair,
  name: string,
): Promise<Questions> => {
  const registered = network.models().find((model) => model.name === name);
  const id = registered?.id;
  if (registered === undefined || id === undefined) {
    throw new Error(`${network.name} registers no model ${name}`);
  }
  const referee = createReferee();
  const model = await loadModel(registered.dir, name, referee);
  const trace = (input: Uint8Array) => model.loaded.trace(model.loaded.evaluate([input]));
  return {
    model,
    trace,
    ask: async (image, redundancy, deadline = DEADLINE) => {
      const input = await readScenarioInput(
        { images: 'test-images.u8', index: image, of: 16 },
        IMAGES,
        model.input,
      );
      const inclusion = await submitInferenceRequest(client, {
        model: id as ModelId,
        inputs: [input],
        maxPrice: 10n ** 14n,
        deadline,
        redundancy,
      }).submit(user);
      for (const { event } of inclusion.events) {
        if (event.type !== 'inference.RequestSubmitted') continue;
        const truth = bytes(referee.traceRoot(trace(input)));
        return { request: event.request, input, inclusion, truth };
      }
      throw new Error('the request was included without its event');
    },
    free: () => model.loaded.free(),
  };
};

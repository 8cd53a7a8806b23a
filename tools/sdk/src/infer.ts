import { createReferee, type Referee } from '@veritrace/referee';
import { publishInput, submitInferenceRequest, submitRequestToLatest } from './calls/index.ts';
import type { VeritraceClient } from './client.ts';
import type { ChainEvent } from './events.ts';
import {
  getLargeOutput,
  getTrace,
  type LargeOutput,
  largeOutputsOf,
  maxOutputBytes,
} from './large-outputs.ts';
import { demandAskable } from './limits.ts';
import { awaitSettlement, awaitSoft, type Settlement, type SoftResult } from './outcome.ts';
import { isPalletError } from './pallet-errors.ts';
import { getFamily } from './queries/family.ts';
import { getInputs } from './queries/inputs.ts';
import { getModel } from './queries/model.ts';
import { getParametersOf } from './queries/parameters.ts';
import { getRequest } from './queries/request.ts';
import { getQuote } from './quote.ts';
import type { RequestInput } from './request-input.ts';
import type { TensorSpec } from './state.ts';
import { tensorAddress } from './store/address.ts';
import type { ContentStore } from './store/content-store.ts';
import { tensorBytes } from './tensor.ts';
import type {
  Account,
  Balance,
  BlockRef,
  FamilyId,
  Finality,
  ModelId,
  RequestId,
} from './types.ts';

export interface InferOptions {
  /** How many workers compute it. 1 by default. */
  redundancy?: number;
  /** Most that all workers together may cost; the present price by default. */
  maxPrice?: Balance;
  /** Length of each working phase, in blocks; by default 10, within what the chain allows. */
  deadline?: number;
  /** Most blocks to wait for an answer, and again for its settlement; by default all that the chain's clocks allow. */
  patience?: number;
  /** `best` by default. */
  finality?: Finality;
  signal?: AbortSignal;
  /**
   * `by-root` names the inputs by their tensor roots and puts them into the store, where the workers get them; the answer
   * is private then. `inline`, the default, puts them on chain.
   */
  inputs?: 'inline' | 'by-root';
  /** Where inputs are put, and outputs found that are larger than a claim carries. Needed for `by-root`. */
  store?: ContentStore;
  /**
   * Whether inputs by root are published when a worker says that it cannot get them. Without, the request is closed then,
   * and the workers are compensated out of the price. True by default.
   */
  publish?: boolean;
  /** Forms roots; one is made when absent. */
  referee?: Referee;
}

/** What is asked: one model, or whichever version of a family is the latest when the request is included. */
export type AskedModel = ModelId | { latest: FamilyId };

/** An answer, first soft, then final. */
export interface Inference {
  requestId: RequestId;
  /** The model that answered. */
  model: ModelId;
  /** The soft answer, row-major little-endian, one tensor per output of the model; empty for those in `missing`. */
  outputs: Uint8Array[];
  /** Outputs larger than a claim carries that the store has not: `demandOutput` has the worker open one. */
  missing: LargeOutput[];
  /** The block of the request. */
  asked: BlockRef;
  soft: SoftResult;
  /** Set once `final()` resolved. */
  settled: Settlement | undefined;
  /** Waits for the settlement; its outputs are final. Throws `InferenceFailed` or `DeadlineError`. */
  final(): Promise<Settlement>;
}

/** Deadline when none is given, in blocks. */
const DEADLINE = 10;

/** The model that is meant now. */
const meant = async (client: VeritraceClient, asked: AskedModel): Promise<ModelId> => {
  if (typeof asked === 'string') return asked;
  const { hash, number } = client.heads.current('best');
  const family = await getFamily(client, asked.latest, hash);
  if (family?.latest !== undefined) return family.latest;
  throw new Error(
    `family ${asked.latest} ${family === undefined ? 'does not exist' : 'has no latest version'} at block ` +
      `#${number}. ${family === undefined ? 'A family has the id of its first model.' : 'Ask one of its models by id.'}`,
  );
};

/** The inputs as the request has them. By root, they are in the store before anyone asks for them. */
const named = async (
  client: VeritraceClient,
  model: ModelId,
  tensors: Uint8Array[],
  specs: readonly TensorSpec[],
  { inputs = 'inline', store, referee }: InferOptions,
): Promise<RequestInput[]> => {
  if (inputs === 'inline') return tensors;
  if (store === undefined) {
    throw new TypeError('inputs by root need a store, from which the workers get them');
  }
  const described = await getModel(client, model, client.heads.current('best').hash);
  if (described === undefined) throw new Error(`the chain has no model ${model}`);
  const { layoutVersion } = described.header;
  const roots = referee ?? createReferee();
  return Promise.all(
    specs.map(async (spec, index) => {
      const tensor = tensors[index] ?? new Uint8Array();
      const address = tensorAddress(roots, spec, tensor, layoutVersion);
      await store.put(address, tensor);
      return { root: address.digest };
    }),
  );
};

/** Publishes what is not on chain when a worker cannot get it. */
const publisher =
  (
    client: VeritraceClient,
    user: Account,
    tensors: readonly Uint8Array[],
    { inputs = 'inline', publish = true, signal }: InferOptions,
  ) =>
  async (event: ChainEvent): Promise<void> => {
    if (event.type !== 'inference.InputDemanded' || inputs === 'inline' || !publish) return;
    const { request } = event;
    const sources = await getInputs(client, request, client.heads.current('best').hash);
    for (const [index, source] of (sources ?? []).entries()) {
      const bytes = tensors[index];
      if (source.type === 'Inline' || bytes === undefined) continue;
      const call = publishInput(client, { request, index, bytes });
      try {
        await call.submit(user, signal === undefined ? {} : { signal });
      } catch (error) {
        // Someone else was faster, or it is over: what becomes of the request is told by its events.
        const passing = ['inference.InputAvailable', 'inference.TooLate'] as const;
        if (!isPalletError(error, ...passing, 'inference.UnknownRequest')) throw error;
      }
    }
  };

/** The outputs, those that the claim leaves to its trace out of the store. */
const resolved = async (
  client: VeritraceClient,
  id: RequestId,
  { block, claims: [claim], outputs }: SoftResult,
  { store, referee, signal }: InferOptions,
): Promise<Pick<Inference, 'outputs' | 'missing'>> => {
  const request = claim && (await getRequest(client, id, block.hash));
  const most = maxOutputBytes(client);
  if (
    claim === undefined ||
    request === undefined ||
    request.terms.outputs.every(({ spec }) => tensorBytes(spec) <= most)
  ) {
    return { outputs, missing: [] };
  }
  const { terms } = request;
  const head = await client.blocks.header(block.hash);
  const trace = await getTrace(client, claim, head, referee ?? createReferee(), terms);
  const large = largeOutputsOf(client, request, trace, { outputs });
  const all = [...outputs];
  const missing: LargeOutput[] = [];
  for (const output of large) {
    const content = store === undefined ? undefined : await getLargeOutput(store, output, signal);
    if (content === undefined) missing.push(output);
    all[output.index] = content ?? new Uint8Array();
  }
  return { outputs: all, missing };
};

/**
 * Asks a model, or the latest version of a family, and waits for the soft answer. Throws a `TooLarge` before anything is
 * sent, or put into the store, when the model takes an input that no request can bring.
 *
 * @example
 * const answer = await infer(client, user, model, pixels);
 * console.log(answer.outputs, (await answer.final()).paid);
 */
export const infer = async (
  client: VeritraceClient,
  user: Account,
  asked: AskedModel,
  input: Uint8Array | Uint8Array[],
  options: InferOptions = {},
): Promise<Inference> => {
  const { redundancy = 1, finality, signal } = options;
  const head = client.heads.current('best');
  const parameters = await getParametersOf(client, 'inference', head.hash);
  const deadline =
    options.deadline ??
    Math.min(Math.max(DEADLINE, parameters.minDeadline), parameters.maxDeadline);
  const now = await meant(client, asked);
  const quote = await getQuote(client, now, redundancy);
  const maxPrice = options.maxPrice ?? quote?.total;
  if (maxPrice === undefined || quote === undefined) {
    throw new Error(
      `model ${now} takes no requests with redundancy ${redundancy}. Check that it is live, and that ` +
        `redundancy is between 1 and ${parameters.maxRedundancy}.`,
    );
  }
  demandAskable(client, quote.inputs);
  const tensors = input instanceof Uint8Array ? [input] : input;
  if (tensors.length !== quote.inputs.length) {
    throw new RangeError(`the model has ${quote.inputs.length} inputs, not ${tensors.length}`);
  }
  const request = {
    inputs: await named(client, now, tensors, quote.inputs, options),
    maxPrice,
    deadline,
    redundancy,
  };
  const call =
    typeof asked === 'string'
      ? submitInferenceRequest(client, { model: asked, ...request })
      : submitRequestToLatest(client, { family: asked.latest, ...request });
  const inclusion = await call.submit(user, signal === undefined ? {} : { signal });
  const submitted = inclusion.events.find(
    ({ event }) => event.type === 'inference.RequestSubmitted',
  )?.event;
  if (submitted?.type !== 'inference.RequestSubmitted') {
    throw new Error('the request was included without its event; is the runtime newer?');
  }

  const requestId = submitted.request;
  // Every draw may take the assign window, a working phase, its replacements, a revealing phase and a challenge window.
  // Once, it may wait for an input and begin the working phase anew.
  const { assignWindow, maxReassignments, challengeWindow, publishWindow } = parameters;
  const attempts = maxReassignments + 1;
  const patience =
    options.patience ??
    attempts * (assignWindow + 3 * deadline + 2 * challengeWindow) +
      publishWindow +
      deadline +
      DEADLINE;
  const waiting = {
    after: inclusion.block,
    blocks: patience,
    ...(finality === undefined ? {} : { finality }),
    ...(signal === undefined ? {} : { signal }),
    onEvent: publisher(client, user, tensors, options),
  };
  const soft = await awaitSoft(client, requestId, waiting);
  const inference: Inference = {
    requestId,
    model: submitted.model,
    ...(await resolved(client, requestId, soft, options)),
    asked: inclusion.block,
    soft,
    settled: undefined,
    final: async () => {
      inference.settled ??= await awaitSettlement(client, requestId, {
        ...waiting,
        after: { number: soft.block.number, hash: soft.block.hash },
      });
      return inference.settled;
    },
  };
  return inference;
};

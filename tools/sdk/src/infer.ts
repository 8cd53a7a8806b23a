import { submitInferenceRequest, submitRequestToLatest } from './calls/index.ts';
import type { VeritraceClient } from './client.ts';
import { awaitSettlement, awaitSoft, type Settlement, type SoftResult } from './outcome.ts';
import { getFamily } from './queries/family.ts';
import { getParametersOf } from './queries/parameters.ts';
import { getQuote } from './quote.ts';
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
}

/** What is asked: one model, or whichever version of a family is the latest when the request is included. */
export type AskedModel = ModelId | { latest: FamilyId };

/** An answer, first soft, then final. */
export interface Inference {
  requestId: RequestId;
  /** The model that answered. */
  model: ModelId;
  /** The soft answer, row-major little-endian, one tensor per output of the model. */
  outputs: Uint8Array[];
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

/**
 * Asks a model, or the latest version of a family, and waits for the soft answer.
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
  const maxPrice = options.maxPrice ?? (await getQuote(client, now, redundancy))?.total;
  if (maxPrice === undefined) {
    throw new Error(
      `model ${now} takes no requests with redundancy ${redundancy}. Check that it is live, and that ` +
        `redundancy is between 1 and ${parameters.maxRedundancy}.`,
    );
  }
  const request = {
    inputs: input instanceof Uint8Array ? [input] : input,
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
  const { assignWindow, maxReassignments, challengeWindow } = parameters;
  const attempts = maxReassignments + 1;
  const patience =
    options.patience ?? attempts * (assignWindow + 3 * deadline + 2 * challengeWindow) + DEADLINE;
  const waiting = {
    after: inclusion.block,
    blocks: patience,
    ...(finality === undefined ? {} : { finality }),
    ...(signal === undefined ? {} : { signal }),
  };
  const soft = await awaitSoft(client, requestId, waiting);
  const inference: Inference = {
    requestId,
    model: submitted.model,
    outputs: soft.outputs,
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

/**
 * The worker's memory and machine for a node whose off-chain worker decides and signs: given a job it computes, commits,
 * reveals and opens, and answers at once or that it is still computing. What is committed to is in the journal, its salt
 * with it, before the commitment is told, so a restart of either side reveals what was committed to.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Referee } from '@veritrace/referee';
import { type ContentStore, type Hex, StoreError } from '@veritrace/sdk';
import { bytesEqual } from '../bytes-equal.ts';
import { claimOf, commitmentOf, haveRoots, openingOf, pageOf, salted } from '../claim.ts';
import { fromHex, toHex } from '../digest.ts';
import type { Engines } from '../engines.ts';
import { emptyStore, gatherInputs, sourcesOf } from '../inputs.ts';
import type { Journal } from '../journal.ts';
import { FatalError } from '../loop.ts';
import type { Tracer } from '../tracer.ts';
import type { Clock, LoadedModel, Logger } from '../types.ts';
import { verifySample } from '../verify-sample.ts';
import { createCache } from './cache.ts';
import { createClaimBook, type Kept } from './claim-book.ts';
import { identityOfWork } from './identity.ts';
import {
  type Answer,
  encodeLeaves,
  type Job,
  PROTOCOL_VERSION,
  reasonOf,
  withheld,
} from './protocol.ts';

/** Milliseconds an answer waits for the computation it has begun before it is `Pending`. */
const PATIENCE = 250;
/** Works that compute or wait for their turn; one asked for beyond is pending all the same, and asked for again. */
const MAX_COMPUTING = 64;
/** Claims remembered at once: a worker has at most 64 requests open, and some are of forks or just over. */
const MAX_CLAIMS = 4_096;
/** Node outputs kept to sample and to open from; what is not kept is computed again. */
const MAX_OUTPUT_BYTES = 256 * 2 ** 20;
/** The runtime’s `MaxOutputBytes`; a test compares them. */
export const MAX_OUTPUT_BYTES_OF_CLAIM = 64 * 1024;
/** Works of which a failure is remembered until it is told. */
const MAX_FAILURES = 1_024;

export interface SidecarDeps {
  models: readonly LoadedModel[];
  engines: Engines;
  referee: Referee;
  /** Where outputs are committed to; its owner disposes of it. On the sidecar's own thread when absent. */
  tracer?: Tracer;
  journal: Journal;
  logger: Logger;
  /** Where inputs are got that are not on chain, and outputs put that are larger than a claim. Nowhere when absent. */
  store?: ContentStore;
  /** Most bytes of an output in a claim: what the runtime’s `MaxOutputBytes` is. */
  maxOutputBytesOfClaim?: number;
  /** Random tiles recomputed by the referee before anything is published. */
  verifySampleTiles: number;
  clock?: Clock;
  /** Between 0 and 1, for which tiles are recomputed. `Math.random` by default. */
  random?: () => number;
  /** Milliseconds an answer waits for the computation it has begun. */
  patience?: number;
  maxClaims?: number;
  maxOutputBytes?: number;
}

export interface SidecarStatus {
  protocol: number;
  models: { name: string; graphRoot: Hex }[];
  /** Jobs answered since the start, by answer. */
  jobs: Record<Answer['tag'], number>;
  /** Works that compute or wait for their turn. */
  computing: number;
  /** Claims remembered. */
  claims: number;
}

export interface Sidecar {
  /** Answers a job. Rejects with a `FatalError` when the journal cannot be written: nothing is answered any more. */
  act(job: Job): Promise<Answer>;
  status(): SidecarStatus;
  /** Resolves when nothing computes. */
  idle(): Promise<void>;
  /** Aborts when the sidecar cannot go on, with the error as reason. */
  readonly failed: AbortSignal;
  /** Waits for what computes, and frees the engines. */
  stop(): Promise<void>;
}

/** What an engine gave for a job. */
interface Computed {
  nodeOutputs: Uint8Array[];
  /** Why it is not to be published; `undefined` once it is in the book. */
  refusal: string | undefined;
  /** Whether it is what was published or committed to before, as far as the book knows. */
  isSame: boolean;
}

/** What becomes of a job that needs a result. */
type Attempt<Result> =
  | { type: 'ready'; result: Result }
  | { type: 'pending' }
  /** It cannot be computed here, which says nothing about what was published before. */
  | { type: 'unable'; reason: string }
  /** It was computed, and is not to be trusted. */
  | { type: 'wrong'; reason: string };

export const createSidecar = (deps: SidecarDeps): Sidecar => {
  const { engines, referee, logger } = deps;
  const clock = deps.clock ?? (() => performance.now());
  const random = deps.random ?? Math.random;
  const patience = deps.patience ?? PATIENCE;
  const store = deps.store ?? emptyStore;
  const maxOutputBytes = deps.maxOutputBytesOfClaim ?? MAX_OUTPUT_BYTES_OF_CLAIM;
  const models = new Map(deps.models.map((model) => [model.graphRoot, model]));
  const cache = createCache<Computed>(deps.maxOutputBytes ?? MAX_OUTPUT_BYTES);
  const book = createClaimBook(referee, deps.journal, {
    maxClaims: deps.maxClaims ?? MAX_CLAIMS,
    onForget: (identity) => cache.drop(identity),
  });
  const computing = new Map<Hex, Promise<Attempt<Computed>>>();
  /** Why a computation failed that nobody was waiting for any more; told when it is asked for again. */
  const failures = new Map<Hex, string>();
  /** Computations take turns: an engine has its own threads, and activations may be large. */
  let turn: Promise<unknown> = Promise.resolve();
  const fatal = new AbortController();
  const jobs: SidecarStatus['jobs'] = {
    Pending: 0,
    Submit: 0,
    Commit: 0,
    Reveal: 0,
    Open: 0,
    Withheld: 0,
    Unavailable: 0,
    Attest: 0,
  };

  /** From outputs to what is stood for. */
  const concluded = async (
    job: Job,
    identity: Hex,
    model: LoadedModel,
    nodeOutputs: Uint8Array[],
    began: number,
  ): Promise<Computed> => {
    const claim = await claimOf(deps, model, { nodeOutputs }, maxOutputBytes);
    const known = book.get(identity);
    const isSame = known === undefined || bytesEqual(claim.traceRoot, known.prepared.traceRoot);
    const refusal = isSame
      ? verifySample(model, job.inputs, claim, deps.verifySampleTiles, random)
      : 'computed again, the result is another; run veritrace worker check';
    const [request, traceRoot] = [String(job.request), toHex(claim.traceRoot)];
    logger.info({ request, traceRoot, milliseconds: clock() - began }, 'computed');
    if (refusal !== undefined)
      logger.error({ request, reason: refusal }, 'a result is not to be trusted');
    else if (known !== undefined) known.isVerified = true;
    else if (book.hasRoom()) book.keep(job, identity, salted(claim));
    return { nodeOutputs, refusal, isSame };
  };

  /** Computes in its turn. Never rejects. */
  const begin = (job: Job, identity: Hex, model: LoadedModel): Promise<Attempt<Computed>> => {
    // The next one's turn comes when the engine is free; what was computed is committed to and looked at meanwhile.
    const ran = turn.then(async () => {
      const began = clock();
      return { began, nodeOutputs: await engines.run(model, job.inputs) };
    });
    const conclude = async (): Promise<Attempt<Computed>> => {
      try {
        const { began, nodeOutputs } = await ran;
        const result = await concluded(job, identity, model, nodeOutputs, began);
        cache.put(identity, result, bytesOf(result.nodeOutputs));
        return { type: 'ready', result };
      } catch (error) {
        const reason = `cannot compute: ${messageOf(error)}`;
        logger.error({ request: String(job.request), reason }, 'trouble with a computation');
        if (error instanceof FatalError) fatal.abort(error);
        failures.set(identity, reason);
        for (const oldest of failures.keys()) {
          if (failures.size <= MAX_FAILURES) break;
          failures.delete(oldest);
        }
        return { type: 'unable', reason };
      } finally {
        computing.delete(identity);
      }
    };
    const work = conclude();
    turn = ran.catch(() => undefined);
    computing.set(identity, work);
    return work;
  };

  /** The result of a job, its computation begun if need be. */
  const resultOf = async (
    job: Job,
    identity: Hex,
    model: LoadedModel,
  ): Promise<Attempt<Computed>> => {
    const result = cache.get(identity);
    if (result !== undefined) return { type: 'ready', result };
    if (computing.has(identity)) return { type: 'pending' };
    const reason = failures.get(identity);
    if (reason !== undefined) {
      failures.delete(identity);
      return { type: 'unable', reason };
    }
    if (computing.size >= MAX_COMPUTING) return { type: 'pending' };
    const work = begin(job, identity, model);
    // Whoever asks has other questions, too: only one that has the machine to itself is worth waiting for.
    const ended = computing.size === 1 ? await within(work, patience) : undefined;
    if (ended?.type === 'unable') failures.delete(identity);
    return ended ?? { type: 'pending' };
  };

  /** The model of a job whose inputs are what was asked. */
  const modelOf = (job: Job): Attempt<LoadedModel> => {
    const model = models.get(job.graphRoot);
    if (model === undefined) {
      return { type: 'unable', reason: `no model here has graph root ${job.graphRoot}` };
    }
    return haveRoots(referee, model, job.inputs, job.inputRoots)
      ? { type: 'ready', result: model }
      : { type: 'unable', reason: 'the inputs do not have the roots of the request' };
  };

  /** The claim to publish; random tiles of it have just been recomputed by the referee. */
  const claimToPublish = async (job: Job, identity: Hex): Promise<Attempt<Kept>> => {
    const model = modelOf(job);
    if (model.type !== 'ready') return model;
    const known = book.get(identity);
    if (known?.isVerified === true) {
      const nodeOutputs = cache.get(identity)?.nodeOutputs;
      if (nodeOutputs === undefined) return { type: 'ready', result: known };
      const claim = { ...known.prepared, nodeOutputs };
      const wrong = verifySample(model.result, job.inputs, claim, deps.verifySampleTiles, random);
      return wrong === undefined
        ? { type: 'ready', result: known }
        : { type: 'wrong', reason: wrong };
    }
    const ended = await resultOf(job, identity, model.result);
    if (ended.type !== 'ready') return ended;
    const { refusal } = ended.result;
    const kept = book.get(identity);
    if (refusal !== undefined) {
      // What others wait for is tried again; a new result that is wrong is wrong.
      if (kept !== undefined) cache.drop(identity);
      return { type: 'wrong', reason: refusal };
    }
    if (kept !== undefined) return { type: 'ready', result: kept };
    cache.drop(identity);
    return {
      type: 'unable',
      reason: `${book.size()} claims are unfinished here already; whose jobs are not followed up?`,
    };
  };

  const commit = async (job: Job, identity: Hex): Promise<Answer> => {
    const claim = await claimToPublish(job, identity);
    if (claim.type !== 'ready') return unready(claim);
    const commitment = commitmentOf(
      referee,
      job.request,
      fromHex(job.worker),
      claim.result.prepared,
    );
    return { tag: 'Commit', value: { commitment } };
  };

  const submit = async (job: Job, identity: Hex): Promise<Answer> => {
    const claim = await claimToPublish(job, identity);
    if (claim.type !== 'ready') return unready(claim);
    const { leaves: trace, outputs } = claim.result.prepared;
    return { tag: 'Submit', value: { trace, outputs } };
  };

  const reveal = async (job: Job, identity: Hex, commitment: Hex): Promise<Answer> => {
    const prepared = book.get(identity)?.prepared;
    if (
      prepared === undefined ||
      toHex(commitmentOf(referee, job.request, fromHex(job.worker), prepared)) !== commitment
    ) {
      return withheld('the journal has not what was committed to; was it lost?');
    }
    const claim = await claimToPublish(job, identity);
    if (claim.type === 'pending' || claim.type === 'wrong') return unready(claim);
    if (claim.type === 'unable') {
      // The referee looked at it before it was committed to, and who does not reveal pays for sure.
      logger.warn({ request: String(job.request), reason: claim.reason }, 'revealing unchecked');
    }
    const { leaves: trace, outputs, salt } = prepared;
    return { tag: 'Reveal', value: { trace, outputs, salt } };
  };

  const open = async (
    job: Job,
    identity: Hex,
    { node, openingBytes }: { node: number; openingBytes: number },
  ): Promise<Answer> => {
    const model = modelOf(job);
    if (model.type !== 'ready') return unready(model);
    if (node >= model.result.loaded.header.nodeCount) {
      return withheld(`the model has no node ${node}`);
    }
    const ended = await resultOf(job, identity, model.result);
    if (ended.type !== 'ready') return unready(ended);
    const { nodeOutputs, isSame, refusal } = ended.result;
    if (!isSame) {
      cache.drop(identity);
      return withheld(refusal ?? 'the result is another than the one claimed');
    }
    const opening = openingOf(model.result, nodeOutputs, node, openingBytes);
    return { tag: 'Open', value: { opening } };
  };

  /** Inputs that are being got, by work. */
  const fetching = new Map<Hex, Promise<Uint8Array[] | undefined>>();

  /** The inputs of a job, those that are not on chain out of the store; an answer when they cannot be had, or not yet. */
  const inputsOf = async (job: Job, identity: Hex): Promise<Uint8Array[] | Answer> => {
    const model = models.get(job.graphRoot);
    const sources = sourcesOf(job.inputs, job.inputRoots);
    if (model === undefined || sources.every(({ type }) => type === 'Inline')) return job.inputs;
    const known = fetching.get(identity);
    const work = known ?? gatherInputs(sources, model.loaded.header.inputs, store);
    if (known === undefined) {
      fetching.set(identity, work);
      // Those that nobody asks for again are of forks, or over.
      const [oldest] = fetching.keys();
      if (fetching.size > MAX_COMPUTING && oldest !== undefined) fetching.delete(oldest);
    }
    const ended = await within(
      work.then((inputs) => ({ inputs })),
      patience,
    ).catch((error: unknown) => {
      fetching.delete(identity);
      throw error;
    });
    if (ended === undefined) return { tag: 'Pending', value: undefined };
    fetching.delete(identity);
    if (ended.inputs !== undefined) return ended.inputs;
    logger.warn({ request: String(job.request) }, 'an input cannot be got');
    switch (job.action.tag) {
      case 'Submit':
      case 'Commit':
        return { tag: 'Unavailable', value: undefined };
      case 'Reveal':
      case 'Open':
      case 'OpenPage':
        // What was committed to is revealed all the same; an opening needs them.
        return job.inputs;
      case 'Attest':
        // Only what is public is audited, so that this is a matter of forks.
        return withheld('an input cannot be got');
    }
  };

  /** Puts the outputs into the store that a claim leaves to its trace. */
  const serve = async (job: Job): Promise<void> => {
    const model = models.get(job.graphRoot);
    const nodeOutputs = cache.get(identityOfWork(job))?.nodeOutputs;
    if (deps.store === undefined || model === undefined || nodeOutputs === undefined) return;
    const { graph, header } = model.loaded;
    for (const node of header.outputs) {
      const [spec, output] = [graph.nodes[node]?.output, nodeOutputs[node]];
      if (spec === undefined || output === undefined || output.length <= maxOutputBytes) continue;
      const digest = toHex(referee.tensorRoot(spec, output, header.layoutVersion));
      try {
        await store.put({ kind: 'tensor', digest, spec }, output);
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        logger.warn(
          { request: String(job.request), reason: error.message },
          'cannot serve an output',
        );
      }
    }
  };

  /** The leaves of a page, of what was published if that is remembered. */
  const openPage = async (job: Job, identity: Hex, page: number): Promise<Answer> => {
    const leavesOf = async (): Promise<Attempt<Uint8Array[]>> => {
      const kept = book.get(identity)?.prepared.leaves;
      if (kept !== undefined) return { type: 'ready', result: kept };
      const model = modelOf(job);
      if (model.type !== 'ready') return model;
      const ended = await resultOf(job, identity, model.result);
      if (ended.type !== 'ready') return ended;
      return { type: 'ready', result: model.result.loaded.trace(ended.result.nodeOutputs) };
    };
    const leaves = await leavesOf();
    if (leaves.type !== 'ready') return unready(leaves);
    const shown = pageOf(leaves.result, page);
    if (shown.length === 0) return withheld(`the trace has no page ${page}`);
    return { tag: 'Open', value: { opening: encodeLeaves(shown) } };
  };

  const attest = async (
    job: Job,
    identity: Hex,
    { node, lot, traceRoot }: { node: number; lot: bigint; traceRoot: Hex },
  ): Promise<Answer> => {
    const model = modelOf(job);
    if (model.type !== 'ready') return unready(model);
    const ended = await resultOf(job, identity, model.result);
    if (ended.type !== 'ready') return unready(ended);
    const { nodeOutputs, refusal } = ended.result;
    const output = nodeOutputs[node];
    if (output === undefined) return withheld(`the model has no node ${node}`);
    if (refusal !== undefined) return withheld(refusal);
    const { loaded } = model.result;
    const leaves = loaded.trace(nodeOutputs);
    if (toHex(referee.traceRoot(leaves)) !== traceRoot) {
      return withheld('the claim that is audited is false; let a challenger prove it');
    }
    return { tag: 'Attest', value: { proof: loaded.attest(node, lot, leaves, output) } };
  };

  const answer = async (asked: Job): Promise<Answer> => {
    const identity = identityOfWork(asked);
    const inputs = await inputsOf(asked, identity);
    if (!Array.isArray(inputs)) return inputs;
    const job = { ...asked, inputs };
    const { action } = job;
    switch (action.tag) {
      case 'Submit':
        return submit(job, identity);
      case 'Commit':
        return commit(job, identity);
      case 'Reveal':
        return reveal(job, identity, action.value.commitment);
      case 'Open':
        return open(job, identity, action.value);
      case 'OpenPage':
        return openPage(job, identity, action.value.page);
      case 'Attest':
        return attest(job, identity, action.value);
    }
  };

  return {
    act: async (job) => {
      fatal.signal.throwIfAborted();
      try {
        book.note(job);
        const given = await answer(job);
        // Others have committed by now, so that nobody can copy what is got there.
        if (given.tag === 'Submit' || given.tag === 'Reveal') await serve(job);
        // The computation it waited for may have found the disk full.
        fatal.signal.throwIfAborted();
        jobs[given.tag] += 1;
        const fields = { request: String(job.request), action: job.action.tag };
        if (given.tag === 'Withheld') {
          logger.warn({ ...fields, reason: reasonOf(given) }, 'withheld');
        } else logger.debug({ ...fields, answer: given.tag }, 'answered');
        return given;
      } catch (error) {
        if (error instanceof FatalError) fatal.abort(error);
        throw error;
      }
    },
    status: () => ({
      protocol: PROTOCOL_VERSION,
      models: deps.models.map(({ name, graphRoot }) => ({ name, graphRoot })),
      jobs: { ...jobs },
      computing: computing.size,
      claims: book.size(),
    }),
    idle: async () => {
      while (computing.size > 0) await Promise.all(computing.values());
    },
    failed: fatal.signal,
    stop: async () => {
      await Promise.all(computing.values());
      await engines.dispose();
    },
  };
};

/** The answer of an attempt that gave nothing to publish. */
const unready = (attempt: Exclude<Attempt<never>, { type: 'ready' }>): Answer => {
  switch (attempt.type) {
    case 'pending':
      return { tag: 'Pending', value: undefined };
    case 'unable':
    case 'wrong':
      return withheld(attempt.reason);
  }
};

const bytesOf = (tensors: readonly Uint8Array[]): number =>
  tensors.reduce((sum, { length }) => sum + length, 0);

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** What a promise gives, or `undefined` when it has not within some milliseconds. */
const within = async <T>(promise: Promise<T>, milliseconds: number): Promise<T | undefined> => {
  const waiting = new AbortController();
  const patience = delay(milliseconds, undefined, { signal: waiting.signal }).catch(
    () => undefined,
  );
  try {
    return await Promise.race([promise, patience]);
  } finally {
    waiting.abort();
  }
};

/** Steps about outputs larger than a claim: got from a store, or opened on chain against a bond. */
import {
  demandOutput,
  demandPage,
  getClaims,
  getLargeOutput,
  getRequest,
  getTrace,
  getTraceAround,
  LIFETIME,
  largeOutputsOf,
} from '@veritrace/sdk';
import type { ScenarioStep } from '../scenario/schema.ts';
import { type Asked, entry, type Happened } from './happened.ts';
import { type Stage, StoryStopped } from './stage.ts';
import { errorOf, noteFailure, standing, stretched } from './step-tools.ts';

type Step<K extends ScenarioStep['do']> = Extract<ScenarioStep, { do: K }>;

/** What these steps need of a stage. */
export type OutputStage = Pick<
  Stage,
  'network' | 'state' | 'tick' | 'transact' | 'referee' | 'accounts' | 'contents' | 'stretch'
> &
  Pick<Stage, 'onProgress'>;

/** The first output that a claim on a request leaves to its trace. */
const largeOutputOf = async (stage: OutputStage, name: string, asked: Asked) => {
  const { client } = stage.network;
  const id = await standing(stage, name, asked);
  const head = await client.blocks.header(stage.state().block.hash);
  const [request, [claim]] = await Promise.all([
    getRequest(client, id, head.hash),
    getClaims(client, head.hash, id),
  ]);
  if (request === undefined || claim === undefined) {
    throw new StoryStopped(`"${name}" has no claim that stands now`);
  }
  const trace = await getTrace(client, claim, head, stage.referee, request.terms);
  const [large] = largeOutputsOf(client, request, trace, claim);
  if (large === undefined) throw new StoryStopped(`every output of "${name}" is in its claim`);
  const known = await getTraceAround(client, claim, trace, large.node, head, stage.referee);
  return { claim, trace, large, known };
};

/** Errors that say that someone else has done, or is doing, what was wanted. */
const DONE = ['disputes.AlreadyChallenged', 'disputes.AlreadyOpened'];

/**
 * The user has the worker open its output. Of a long trace the page with its leaf is opened first, which takes a bond and a
 * block more.
 */
export const demandLargeOutput = async (
  stage: OutputStage,
  happened: Happened,
  { request, fails }: Step<'demand-output'>,
): Promise<void> => {
  const { client } = stage.network;
  const what = `demanding the output of "${request}"`;
  const asked = entry(happened.asked, request, 'request');
  const signer = stage.accounts.account(asked.step.user);
  let found = await largeOutputOf(stage, request, asked);
  const { claim, trace, large } = found;
  if (found.known === undefined && trace.type === 'Pages') {
    const call = demandPage(client, claim, trace, large.node, stage.referee);
    const error = errorOf((await stage.transact([{ signer, call }]))[0]);
    if (error !== undefined && !DONE.includes(error)) {
      noteFailure(happened, what, fails, error);
      return;
    }
    // A worker that does not open it by then has lost its claim, of which the next look tells.
    const { openClock } = stage.network.parameters.disputes;
    const blocks = stretched(stage, openClock) + LIFETIME;
    for (let waited = 0; found.known === undefined; waited += 1) {
      if (waited === blocks) {
        throw new StoryStopped(`the page of the output of "${request}" was not opened`);
      }
      await stage.tick();
      found = await largeOutputOf(stage, request, asked);
    }
  }
  if (found.known === undefined) throw new StoryStopped(`the trace of "${request}" is not known`);
  const [sent] = await stage.transact([
    {
      signer,
      call: demandOutput(client, {
        claim: found.claim,
        node: found.large.node,
        model: asked.model.loaded,
        trace: found.known,
      }),
    },
  ]);
  noteFailure(happened, what, fails, errorOf(sent));
};

/** Blocks that workers have to put an output into the store. */
const STORED_WITHIN = 8;

/** Everyone can get the output from where workers put it. */
export const getOutput = async (
  stage: OutputStage,
  happened: Happened,
  { request }: Step<'get-output'>,
): Promise<void> => {
  const asked = entry(happened.asked, request, 'request');
  const { large } = await largeOutputOf(stage, request, asked);
  const seek = () => getLargeOutput(stage.contents.common, large);
  let output = await seek();
  // The worker puts it there when it has seen its claim in a block, as we have: one of us is first.
  for (let waited = 0; output === undefined && waited < STORED_WITHIN; waited += 1) {
    await stage.tick();
    output = await seek();
  }
  if (output === undefined) {
    throw new StoryStopped(`nobody has put the output of "${request}" into the store`);
  }
  stage.onProgress({
    type: 'phase',
    text: `output ${large.index}, ${output.length} bytes, has the root of the claim's leaf`,
  });
};

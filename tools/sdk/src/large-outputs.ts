/** Outputs larger than a claim carries: their leaf in the trace stands for them, and whoever has them is asked. */
import type { KnownTrace, LoadedGraph, Referee } from '@veritrace/referee';
import { bytes } from './bytes.ts';
import type { Call } from './call.ts';
import { challengeNode } from './calls/challenge-node.ts';
import type { VeritraceClient } from './client.ts';
import { tracesIn } from './published.ts';
import type { Claim, ModelTerms, Request, TensorSpec } from './state.ts';
import type { ContentStore } from './store/content-store.ts';
import { tensorBytes } from './tensor.ts';
import type { Trace } from './trace.ts';
import type { HeadRef, Hex } from './types.ts';

/** An output that a claim leaves to its leaf. */
export interface LargeOutput {
  /** Which of the model's outputs. */
  index: number;
  /** The node it is the output of: what a challenge is about that has it opened. */
  node: number;
  spec: TensorSpec;
  /** Its tensor root, by which stores have it. */
  root: Hex;
}

/** Most bytes of an output in a claim; a larger one is committed to by its leaf alone. */
export const maxOutputBytes = (client: VeritraceClient): number =>
  Number(String(client.api.consts.inference?.maxOutputBytes));

/** The trace of a claim, from the call that made it. Throws when the block that has it is not to be had. */
export const getTrace = async (
  client: VeritraceClient,
  claim: Pick<Claim, 'request' | 'traceRoot' | 'at'>,
  head: HeadRef,
  referee: Pick<Referee, 'traceRoot' | 'pagedRoot'>,
  { nodeCount }: Pick<ModelTerms, 'nodeCount'>,
): Promise<Trace> => {
  const rootOf = (trace: Trace): Uint8Array =>
    trace.type === 'Leaves'
      ? referee.traceRoot(trace.leaves)
      : referee.pagedRoot(nodeCount, trace.pages);
  const traces = await tracesIn(client, claim.request, claim.at, head);
  const trace = traces.find((each) => bytes(rootOf(each)) === claim.traceRoot);
  if (trace !== undefined) return trace;
  throw new Error(
    `block #${claim.at} has no trace of the claim on request ${claim.request} with root ${claim.traceRoot}; ` +
      'does the node keep the bodies of old blocks?',
  );
};

/** The outputs that a claim on this request leaves to its leaves; none when all are in the claim. */
export const largeOutputsOf = (
  client: VeritraceClient,
  { terms }: Pick<Request, 'terms'>,
  trace: Trace,
  { outputs }: Pick<Claim, 'outputs'>,
): LargeOutput[] => {
  const most = maxOutputBytes(client);
  return terms.outputs.flatMap(({ node, spec }, index) => {
    // A trace by pages does not tell its leaves: there the leaf is in the output's place.
    const leaf = trace.type === 'Leaves' ? trace.leaves[node] : outputs[index];
    if (tensorBytes(spec) <= most || leaf === undefined) return [];
    return [{ index, node, spec, root: bytes(leaf) }];
  });
};

/** Gets an output from a store, checked against the claim's leaf; `undefined` when the store has it not. */
export const getLargeOutput = (
  store: ContentStore,
  { root, spec }: LargeOutput,
  signal?: AbortSignal,
): Promise<Uint8Array | undefined> => store.get({ kind: 'tensor', digest: root, spec }, signal);

/**
 * Demands an output on chain, with a bond: the worker opens it, as bytes or tile hashes, or loses its lock. Half of the
 * bond is the worker's once it has, so ask the stores first. While the claim is open. The event `disputes.NodeOpened` tells
 * that it was opened, and `openingsIn` has the opening. Of a trace by pages the output's page must be known: `challengePage`
 * has it opened.
 */
export const demandOutput = (
  client: VeritraceClient,
  {
    claim,
    node,
    model,
    trace,
  }: {
    claim: Pick<Claim, 'request' | 'worker'>;
    node: number;
    /** The model, loaded by a referee. */
    model: Pick<LoadedGraph, 'proveChallenge'>;
    trace: KnownTrace;
  },
): Call =>
  challengeNode(client, {
    request: claim.request,
    worker: claim.worker,
    proof: model.proveChallenge(node, trace),
  });

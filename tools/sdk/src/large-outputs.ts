/** Outputs larger than a claim carries: their leaf in the trace stands for them, and whoever has them is asked. */
import { type KnownTrace, type LoadedGraph, PAGE_LEAVES, type Referee } from '@veritrace/referee';
import { bytes } from './bytes.ts';
import type { Call } from './call.ts';
import { challengeNode } from './calls/challenge-node.ts';
import { challengePage } from './calls/challenge-page.ts';
import type { VeritraceClient } from './client.ts';
import { openedPagesIn, tracesIn } from './published.ts';
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

/** The page of a long trace that has a node's leaf. */
export const pageOfNode = (node: number): number => Math.floor(node / PAGE_LEAVES);

/**
 * The leaves of the page with this hash, among those that were sent: anyone can have sent others beside the worker's own, and
 * only those under the hash are the claim's.
 */
export const leavesUnder = (
  hash: Uint8Array,
  sent: readonly Uint8Array[][],
  referee: Pick<Referee, 'pageHashes'>,
): Uint8Array[] | undefined =>
  sent.find((leaves) => {
    const [found, ...more] = referee.pageHashes(leaves);
    return more.length === 0 && found !== undefined && bytes(found) === bytes(hash);
  });

/**
 * What has to be known of a claim's trace to challenge a node of it: its leaves, or the page of that node if the claim shows
 * only the hashes of pages. `undefined` as long as nobody has had that page opened: `demandPage` does.
 */
export const getTraceAround = async (
  client: VeritraceClient,
  { request, worker, at }: Pick<Claim, 'request' | 'worker' | 'at'>,
  trace: Trace,
  node: number,
  head: HeadRef,
  referee: Pick<Referee, 'pageHashes'>,
): Promise<KnownTrace | undefined> => {
  if (trace.type === 'Leaves') return trace.leaves;
  const { pages } = trace;
  const page = pageOfNode(node);
  const wanted = pages[page];
  if (wanted === undefined) {
    throw new RangeError(
      `node ${node} is in page ${page}, and the trace has ${pages.length} pages`,
    );
  }
  const opened = await openedPagesIn(client, { request, worker, page }, at, head);
  const leaves = leavesUnder(wanted, opened, referee);
  return leaves === undefined ? undefined : { pages, shown: new Map([[page, leaves]]) };
};

/**
 * Demands, with a bond, that a worker show the leaves of the page that has a node's leaf. The event `disputes.PageOpened`
 * tells that it was; then `getTraceAround` knows enough to go on with `demandOutput`.
 */
export const demandPage = (
  client: VeritraceClient,
  { request, worker }: Pick<Claim, 'request' | 'worker'>,
  { pages }: Extract<Trace, { type: 'Pages' }>,
  node: number,
  referee: Pick<Referee, 'provePage'>,
): Call =>
  challengePage(client, { request, worker, proof: referee.provePage(pages, pageOfNode(node)) });

/**
 * Demands an output on chain, with a bond: the worker opens it, as bytes or tile hashes, or loses its lock. Half of the
 * bond is the worker's once it has, so ask the stores first. While the claim is open. The event `disputes.NodeOpened` tells
 * that it was opened, and `openingsIn` has the opening. `getTraceAround` gives the trace; where the claim shows pages alone,
 * the page has to be opened before, by `demandPage`.
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

/**
 * From computed outputs to what a worker stands for, commits to, remembers and opens. The daemon and the sidecar both
 * work with these, so that a worker publishes the same thing by either way.
 */
import { randomBytes } from 'node:crypto';
import { byteLength, PAGE_LEAVES, type Referee } from '@veritrace/referee';
import type { Hex } from '@veritrace/sdk';
import { fromHex, toHex } from './digest.ts';
import type { Entry } from './journal.ts';
import { plainTracer, type Tracer } from './tracer.ts';
import type { ComputedTrace, LoadedModel, PreparedClaim } from './types.ts';

/** What is going to be published, or was. */
export interface Prepared extends Omit<PreparedClaim, 'nodeOutputs' | 'isTraced'> {
  salt: Uint8Array;
}

type PreparedEntry = Extract<Entry, { type: 'prepared' }>;

/** Whether inputs are what the model takes and have the roots of the request. */
export const haveRoots = (
  referee: Referee,
  { loaded }: LoadedModel,
  inputs: readonly Uint8Array[],
  roots: readonly Hex[],
): boolean => {
  const specs = loaded.header.inputs;
  return (
    inputs.length === specs.length &&
    roots.length === specs.length &&
    specs.every((spec, index) => {
      const data = inputs[index];
      return (
        data?.length === byteLength(spec) &&
        toHex(referee.tensorRoot(spec, data, loaded.header.layoutVersion)) === roots[index]
      );
    })
  );
};

/** The claim that a trace makes. Outputs of more than `maxOutputBytes` are left to their leaves. */
export const claimOf = async (
  { referee, tracer = plainTracer }: { referee: Referee; tracer?: Tracer | undefined },
  model: LoadedModel,
  { nodeOutputs, ...stated }: ComputedTrace,
  maxOutputBytes: number,
): Promise<PreparedClaim> => {
  const declared = model.loaded.header.outputs;
  const leaves = stated.leaves ?? (await tracer.trace(model, nodeOutputs));
  return {
    leaves,
    outputs:
      stated.outputs ??
      declared.map((node) => {
        const output = itemOf(nodeOutputs, node, 'output');
        if (output.length <= maxOutputBytes) return output;
        // Its leaf stands for it; where the trace is by pages, which do not tell it, it is shown here.
        return leaves.length > PAGE_LEAVES ? itemOf(leaves, node, 'leaf') : new Uint8Array();
      }),
    nodeOutputs,
    ...(stated.leaves === undefined && { isTraced: true }),
    traceRoot: referee.traceRoot(leaves),
    outputRoot: referee.outputRoot(declared.map((node) => itemOf(leaves, node, 'leaf'))),
  };
};

/** The claim with a fresh salt; the outputs of its nodes are left to the caller. */
export const salted = ({ nodeOutputs: _, isTraced: __, ...claim }: PreparedClaim): Prepared => ({
  ...claim,
  salt: new Uint8Array(randomBytes(32)),
});

/** What the journal keeps of it. */
export const entryOf = (
  request: bigint,
  identity: Hex,
  { leaves, outputs, outputRoot, salt }: Prepared,
): PreparedEntry => ({
  type: 'prepared',
  request: String(request),
  identity,
  leaves: leaves.map(toHex),
  outputs: outputs.map(toHex),
  outputRoot: toHex(outputRoot),
  salt: toHex(salt),
});

/** What was journalled. */
export const preparedOf = (referee: Referee, entry: PreparedEntry): Prepared => {
  const leaves = entry.leaves.map(fromHex);
  return {
    leaves,
    outputs: entry.outputs.map(fromHex),
    salt: fromHex(entry.salt),
    traceRoot: referee.traceRoot(leaves),
    outputRoot: fromHex(entry.outputRoot),
  };
};

/** What a worker's account commits to before it reveals. */
export const commitmentOf = (
  referee: Referee,
  request: bigint,
  account: Uint8Array,
  { traceRoot, outputRoot, salt }: Prepared,
): Uint8Array => referee.commitment({ request, account, traceRoot, outputRoot, salt });

/**
 * The answer to a challenge of a node. The chain takes it in the form, bytes or tile hashes, that follows from the limit
 * the challenge was made under, whatever the limit is now; `openingBytes` of the challenge stands for that limit.
 */
export const openingOf = (
  { loaded }: LoadedModel,
  nodeOutputs: readonly Uint8Array[],
  node: number,
  openingBytes: number,
): Uint8Array => loaded.open(node, itemOf(nodeOutputs, node, 'output'), openingBytes);

/** The leaves of a page of a trace. */
export const pageOf = (leaves: readonly Uint8Array[], page: number): Uint8Array[] =>
  leaves.slice(page * PAGE_LEAVES, (page + 1) * PAGE_LEAVES);

const itemOf = <T>(items: readonly T[], index: number, what: string): T => {
  const item = items[index];
  if (item === undefined) throw new RangeError(`there is no ${what} of node ${index}`);
  return item;
};

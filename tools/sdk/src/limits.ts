/**
 * What the runtime takes at most, read from its constants. A call with more does not even decode: the node says nothing
 * but that its codec failed, so it is refused here, before anything is sent.
 */
import type { VeritraceClient } from './client.ts';
import { TooLarge } from './errors.ts';
import type { TensorSpec } from './state.ts';
import { tensorBytes } from './tensor.ts';

/** The constants, as `pallet.Name` in the runtime. */
const constants = {
  input: ['inference', 'maxInputBytes'],
  output: ['inference', 'maxOutputBytes'],
  page: ['models', 'maxPageBytes'],
  malformedProof: ['models', 'maxProofBytes'],
  proof: ['disputes', 'maxProofBytes'],
  opening: ['disputes', 'maxOpeningBytes'],
} as const;

/** What there is a limit on. */
export type Limited = keyof typeof constants;

/** What can be done about each. */
const remedies: Readonly<Record<Limited, string>> = {
  input:
    'Ask a model that takes a smaller input, or compile it for one (--shape); an input that is named by its root has the same limit.',
  output:
    'Leave an output that is larger empty: its leaf in the trace stands for it, and stores have it.',
  page: 'Cut the graph into pages of at most that (`loaded.pages(limit)`); a single tensor or node that is larger has to be made smaller when the model is compiled.',
  malformedProof: 'A proof about one node is far smaller; show nothing besides.',
  proof: 'Challenge the node, and show a tile or an element of what is opened.',
  opening:
    'Open by tile hashes: `loaded.open` does so when it is given `maxOpeningBytes` of the chain.',
};

/** Most bytes of one of a kind; `undefined` where the chain's runtime does not tell. */
export const limitOf = (client: VeritraceClient, kind: Limited): number | undefined => {
  const [pallet, name] = constants[kind];
  const value = client.api.consts?.[pallet]?.[name];
  return value === undefined ? undefined : Number(String(value));
};

/** Throws a `TooLarge` when these are more bytes than the chain takes. `what` names them: "input 0". */
export const demandWithin = (
  client: VeritraceClient,
  kind: Limited,
  what: string,
  bytes: number,
): void => {
  const limit = limitOf(client, kind);
  if (limit === undefined || bytes <= limit) return;
  const [pallet, name] = constants[kind];
  const constant = `${pallet}.${name[0]?.toUpperCase()}${name.slice(1)}`;
  throw new TooLarge({ what, bytes, limit, constant, remedy: remedies[kind] });
};

const nameOf = ({ dtype, shape }: TensorSpec, index: number): string =>
  `input ${index}, ${dtype} of shape [${shape.join(', ')}],`;

/** Throws a `TooLarge` when a model takes an input that no request can bring, on chain or by its root. */
export const demandAskable = (client: VeritraceClient, inputs: readonly TensorSpec[]): void => {
  for (const [index, spec] of inputs.entries()) {
    demandWithin(client, 'input', nameOf(spec, index), tensorBytes(spec));
  }
};

import { bytes } from '../bytes.ts';
import { type Call, createCall } from '../call.ts';
import type { VeritraceClient } from '../client.ts';
import type { GraphHeader } from '../state.ts';
import type { Balance, Hex } from '../types.ts';

export interface RegisterDraftParameters {
  /** SHA-256 of graph.bin. */
  artefact: Hex;
  /** Commitment to the graph. */
  graphRoot: Hex;
  /** Versions, counts, inputs, outputs. */
  header: GraphHeader;
  /** Of one inference by one worker. */
  price: Balance;
  /** The author’s share of it, in parts per million. */
  royalty: number;
  /** Free text for people and tools, as bytes. */
  metadata: Uint8Array;
}

/** Registers a model as a draft and holds the author’s deposit. Its id is in the event `models.ModelRegistered`. */
export const registerDraft = (
  client: VeritraceClient,
  { artefact, graphRoot, header, price, royalty, metadata }: RegisterDraftParameters,
): Call =>
  createCall(client, 'models', 'registerModel', [
    artefact,
    graphRoot,
    header,
    price,
    royalty,
    bytes(metadata),
  ]);

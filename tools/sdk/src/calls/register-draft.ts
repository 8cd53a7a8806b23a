import { type Call, createCall } from '../call.ts';
import { type CardText, encodeCard } from '../card.ts';
import type { VeritraceClient } from '../client.ts';
import type { GraphHeader } from '../state.ts';
import type { Balance, FamilyId, Hex } from '../types.ts';

export interface RegisterDraftParameters {
  /** SHA-256 of graph.bin. */
  artefact: Hex;
  /** Commitment to the graph. */
  graphRoot: Hex;
  /** Versions, counts, inputs, outputs. */
  header: GraphHeader;
  /** Of one inference by one worker. */
  price: Balance;
  /** The owner’s share of it, in parts per million. */
  royalty: number;
  /** The author’s family that it is the next version of; one of its own if absent. */
  family?: FamilyId | undefined;
  /** What people want to know of it. */
  card: CardText;
}

/** Registers a model as a draft and holds the author’s deposit. Its id is in the event `models.ModelRegistered`. */
export const registerDraft = (
  client: VeritraceClient,
  { artefact, graphRoot, header, price, royalty, family, card: text }: RegisterDraftParameters,
): Call => {
  const card = encodeCard(text);
  return createCall(client, 'models', 'registerModel', [
    artefact,
    graphRoot,
    header,
    price,
    royalty,
    family,
    card,
  ]);
};

import { type Call, createCall } from '../call.ts';
import { type CardText, encodeCard } from '../card.ts';
import type { VeritraceClient } from '../client.ts';
import type { ModelId } from '../types.ts';

export interface SetCardParameters {
  model: ModelId;
  /** Takes the place of the old one as a whole. */
  card: CardText;
}

/** Changes what a model’s card says. By the owner. */
export const setCard = (
  client: VeritraceClient,
  { model, card: text }: SetCardParameters,
): Call => {
  const card = encodeCard(text);
  return createCall(client, 'models', 'setCard', [model, card]);
};

/** Cards as the chain has them, UTF-8 in bounded fields, and as people do. */
import { bytes, fromHex } from './bytes.ts';
import type { ModelCard } from './state.ts';
import type { Hex } from './types.ts';

/** A card as far as one has something to say. */
export type CardText = Pick<ModelCard, 'name'> & {
  [field in keyof ModelCard]?: string | undefined;
};

/** Most bytes of each field. */
const LIMITS: Readonly<Record<keyof ModelCard, number>> = {
  name: 64,
  licence: 64,
  task: 64,
  inputs: 512,
  outputs: 512,
  artefactUri: 256,
};

const fields = Object.keys(LIMITS) as (keyof ModelCard)[];

/** As a call takes it. Throws a `RangeError` when a field is too long: the chain could not even decode it. */
export const encodeCard = (card: CardText): Record<keyof ModelCard, Hex> => {
  const encode = (field: keyof ModelCard): Hex => {
    const text = new TextEncoder().encode(card[field] ?? '');
    if (text.length > LIMITS[field]) {
      throw new RangeError(
        `the card's ${field} has ${text.length} bytes, and ${LIMITS[field]} is the most; shorten it`,
      );
    }
    return bytes(text);
  };
  return Object.fromEntries(fields.map((field) => [field, encode(field)])) as Record<
    keyof ModelCard,
    Hex
  >;
};

/** As it is read from storage. */
export const decodeCard = (card: Readonly<Record<keyof ModelCard, Hex>>): ModelCard =>
  Object.fromEntries(
    fields.map((field) => [field, new TextDecoder().decode(fromHex(card[field]))]),
  ) as unknown as ModelCard;

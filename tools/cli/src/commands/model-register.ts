/** `veritrace model register`: a compiled model on a chain, with its card. */
import { readCard } from '@veritrace/compiler';
import { TOKEN, tokens, toUnits } from '@veritrace/harness';
import { accountFromUri, connect, type FamilyId, registerModel } from '@veritrace/sdk';
import { onInterrupt } from '../interrupt.ts';
import type { Output } from '../output.ts';
import { keepGraph } from './model-publish.ts';

export interface RegisterOptions {
  endpoint: string;
  /** Secret URI of the author. */
  key: string;
  /** Tokens for one inference by one worker. */
  price: number;
  /** The owner's share, in parts per million. */
  royalty: number;
  family: FamilyId | undefined;
  /** Folders that keep its graph, for those who name it by its id. */
  places: string[];
}

/** Registers a compiled model and submits its graph; it is live when this ends. */
export const modelRegister = async (
  dir: string,
  { endpoint, key, price, royalty, family, places }: RegisterOptions,
  output: Output,
): Promise<boolean> => {
  const card = await readCard(dir);
  const author = await accountFromUri(key);
  const { signal, release } = onInterrupt();
  try {
    // Before: whoever reads of the registration can get it.
    if (places.length > 0) await keepGraph(dir, places, output);
    const client = await connect(endpoint, { signal });
    try {
      output.note(`· registering ${card.name} as ${client.address(author)}`);
      const registered = await registerModel(client, author, dir, {
        price: toUnits(price, TOKEN.decimals),
        royalty,
        card,
        family,
        signal,
      });
      const { model, version, deposit, block } = registered;
      output.result(
        { model, family: registered.family, version, deposit, card, block },
        () =>
          `${card.name} is live since block #${block.number}, version ${version}\n` +
          `model  ${model}\nfamily ${registered.family}\n${tokens(deposit)} are held as its deposit`,
      );
    } finally {
      await client.disconnect();
    }
  } finally {
    release();
  }
  return true;
};

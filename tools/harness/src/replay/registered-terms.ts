/** The terms that models were registered with, as their authors signed them. */
import { type ModelId, toPlain, type VeritraceClient } from '@veritrace/sdk';
import type { TakenBlock } from '../drivers/driver.ts';
import type { Terms } from '../run/dues.ts';

/**
 * Terms of the models that were registered in a block, from the calls: what the chain stored of them may have been changed
 * in the same block. A model that the chain already forgot, or whose call is not found, is left out.
 */
export const termsSigned = async (
  client: VeritraceClient,
  { content, state }: TakenBlock,
): Promise<ReadonlyMap<ModelId, Terms>> => {
  const registered = content.events.flatMap(({ event, extrinsicIndex }) =>
    event.type === 'models.ModelRegistered' ? [{ id: event.model, extrinsicIndex }] : [],
  );
  const terms = new Map<ModelId, Terms>();
  if (registered.length === 0) return terms;
  const calls = (await client.blocks.calls(content.hash)).filter(
    ({ pallet, method }) => pallet === 'models' && method === 'registerModel',
  );
  for (const { id, extrinsicIndex } of registered) {
    const model = state.models.find((one) => one.id === id);
    for (const call of calls) {
      const [artefact, graphRoot, , price, royalty] = call.args.map((arg) => toPlain(arg));
      const isIt =
        call.extrinsicIndex === extrinsicIndex &&
        model?.artefact === artefact &&
        model?.graphRoot === graphRoot;
      if (!isIt) continue;
      terms.set(id, { price: BigInt(price as bigint | number), royalty: Number(royalty) });
      break;
    }
  }
  return terms;
};

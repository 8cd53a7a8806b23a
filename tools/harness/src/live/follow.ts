/** Following the best chain block by block, whatever it takes back and however far ahead it is. */
import { type BlockRef, routeBetween } from '@veritrace/sdk';
import type { Advance } from '../drivers/driver.ts';
import type { NodeReader } from './reader.ts';
import type { View } from './view.ts';

/** Heads in a row that may be unreadable before following is given up. */
const ATTEMPTS = 20;

/** The next block after `from` on the best chain, with what the way there takes back. */
export const advance = async (
  { view, reader }: { view: View; reader: NodeReader },
  from: BlockRef,
  signal?: AbortSignal,
): Promise<Advance> => {
  let tried: string | undefined;
  for (let failures = 0; ; ) {
    const head = await view.until(
      () => {
        const best = view.current('best');
        return best.hash === from.hash || best.hash === tried ? undefined : best;
      },
      `a block after #${from.number}`,
      signal,
    );
    // A head that is behind `from` on its own chain, or one that is gone before it was read, is waited out.
    tried = head.hash;
    try {
      const { retracted, added } = await routeBetween(reader.header, from, head);
      const [next] = added;
      if (next !== undefined) return { retracted, taken: await reader.read(next) };
    } catch (error) {
      failures += 1;
      if (failures === ATTEMPTS) throw error;
    }
  }
};

import type { ApiPromise } from '@polkadot/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBlocks } from './blocks.ts';
import type { HeadRef, Hex } from './types.ts';

/** A tree of blocks; `parents[i]` is the parent of block `i + 1`. */
const treeOf = (parents: number[]) => {
  const hashOf = (index: number): Hex => `0x${index.toString(16)}`;
  const refs: HeadRef[] = [{ number: 0, hash: hashOf(0), parentHash: '0x' }];
  for (const [index, parent] of parents.entries()) {
    const above = refs[parent % refs.length];
    if (above === undefined) continue;
    refs.push({ number: above.number + 1, hash: hashOf(index + 1), parentHash: above.hash });
  }
  const byHash = new Map(refs.map((ref) => [ref.hash, ref]));
  const raw = async (hash: Hex) => {
    const ref = byHash.get(hash);
    return ref === undefined
      ? null
      : { number: `0x${ref.number.toString(16)}`, parentHash: ref.parentHash };
  };
  const api = { rpc: { chain: { getHeader: { raw } } } } as unknown as ApiPromise;
  return { refs, byHash, blocks: createBlocks(api) };
};

describe('the route between two blocks', () => {
  it('goes back to their common ancestor and forth, whatever the tree', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(40), { minLength: 1, maxLength: 40 }),
        fc.nat(),
        fc.nat(),
        async (parents, a, b) => {
          const { refs, byHash, blocks } = treeOf(parents);
          const [from, to] = [refs[a % refs.length], refs[b % refs.length]];
          if (from === undefined || to === undefined) throw new Error('an empty tree');
          const { retracted, added } = await blocks.route(from, to);

          let at: HeadRef | undefined = from;
          for (const { hash } of retracted) {
            expect(hash).toBe(at?.hash);
            at = byHash.get(at?.parentHash ?? '0x');
          }
          for (const block of added) {
            expect(block.parentHash).toBe(at?.hash);
            at = block;
          }
          expect(at?.hash).toBe(to.hash);
          const gone = new Set(retracted.map(({ hash }) => hash));
          expect(added.some(({ hash }) => gone.has(hash))).toBe(false);
        },
      ),
    );
  });

  it('names a block that the node does not have', async () => {
    const { blocks } = treeOf([0]);
    await expect(blocks.header('0xdead')).rejects.toThrow('the node has no block 0xdead');
  });
});

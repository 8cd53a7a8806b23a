import type { ApiPromise } from '@polkadot/api';
import { TypeRegistry } from '@polkadot/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBlocks } from './blocks.ts';
import { AnswerError, type HeaderAnswer } from './node/answers.ts';
import { hashOf } from './node/header-hash.ts';
import type { HeadRef, Hex } from './types.ts';

const registry = new TypeRegistry();
const zero = `0x${'00'.repeat(32)}` as const;

/** A header as nodes answer it. `lot` makes those of one height and parent differ. */
const headerOf = (number: number, parentHash: Hex, lot: number): HeaderAnswer => ({
  number,
  parentHash,
  stateRoot: `0x${lot.toString(16).padStart(64, '0')}`,
  extrinsicsRoot: zero,
  digest: { logs: [] },
});

/** A tree of blocks; `parents[i]` is the parent of block `i + 1`. */
const treeOf = (parents: number[]) => {
  const headers = new Map<Hex, HeaderAnswer>();
  const grow = (header: HeaderAnswer): HeadRef => {
    const hash = hashOf(registry, header);
    headers.set(hash, header);
    return { number: header.number, hash, parentHash: header.parentHash };
  };
  const refs: HeadRef[] = [grow(headerOf(0, zero, 0))];
  for (const [index, parent] of parents.entries()) {
    const above = refs[parent % refs.length];
    if (above !== undefined) refs.push(grow(headerOf(above.number + 1, above.hash, index + 1)));
  }
  const byHash = new Map(refs.map((ref) => [ref.hash, ref]));
  const raw = async (hash: Hex) => {
    const header = headers.get(hash);
    return header === undefined ? null : { ...header, number: `0x${header.number.toString(16)}` };
  };
  const api = { registry, rpc: { chain: { getHeader: { raw } } } } as unknown as ApiPromise;
  return { refs, byHash, headers, blocks: createBlocks(api) };
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

  it('ends where a node gives out another block than it was asked for, or one that is no parent', async () => {
    const { refs, headers, blocks } = treeOf([0, 1, 2]);
    const [genesis, first, second, third] = refs;
    if (genesis === undefined || first === undefined || second === undefined || third === undefined)
      throw new Error('an empty tree');
    headers.set(second.hash, headerOf(2, third.hash, 2));
    const walk = blocks.route(genesis, third);
    await expect(walk).rejects.toThrow(AnswerError);
    await expect(walk).rejects.toThrow(`block ${second.hash} cannot be used: it is block 0x`);
    const far = { number: 9, hash: zero, parentHash: third.hash };
    await expect(blocks.parent(far)).rejects.toThrow(
      'it is the parent of block 9, and says that it is block 3',
    );
  });
});

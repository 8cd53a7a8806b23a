/** Nodes that lie to who fetches a chain: it is refused, or what is fetched is not what executes to the same. */

import { withinBoundsAsync } from '@veritrace/referee/testing';
import { twist, twisted } from '@veritrace/referee/testing/answers';
import { AnswerError } from '@veritrace/sdk/answers';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../bytes.ts';
import { genesisBlock, type MadeBlock, nextBlock, seal } from '../testing/author.ts';
import { stateOf } from '../trie/state.ts';
import { hashOfHeader, type RecordedBlock } from './block.ts';
import { type Before, executeBlock, RecordDiffers } from './execute.ts';
import { type Ask, CannotFetch, fetchLedger, type Ledger } from './fetch.ts';
import { createShownChain } from './provider.ts';

const RUNS = Number(process.env.VERITRACE_FUZZ_RUNS ?? 60);

let genesis: MadeBlock;
let answer: Ask;
let sound: Ledger;

/** A node that shows these blocks, each with the state that the first ones lead to. */
const showing = (blocks: readonly RecordedBlock[], states: readonly MadeBlock['state'][]): Ask => {
  const shown = createShownChain(
    { ...genesis, state: undefined, after: genesis.state },
    { name: 'a chain', properties: { ss58Format: 42 } },
  );
  for (const [index, block] of blocks.entries()) {
    shown.show({ ...block, after: states[index] ?? genesis.state });
  }
  return (method, params) => shown.provider.send<unknown>(method, params);
};

const blocks: RecordedBlock[] = [];
const states: MadeBlock['state'][] = [];

beforeAll(async () => {
  genesis = await genesisBlock();
  let before: Before = genesis;
  for (let made = 0; made < 3; made += 1) {
    const { block, state } = nextBlock(before);
    blocks.push(block);
    states.push(state);
    before = { ...block, state };
  }
  answer = showing(blocks, states);
  sound = await fetchLedger(answer);
}, 120_000);

/** Executes what was fetched, from its own first state on. */
const execute = ({ base, storage, blocks: fetched, kind }: Ledger): void => {
  const entries = Object.entries(storage).map(
    ([key, value]) => [key.slice(2), fromHex(value)] as const,
  );
  let before: Before = { ...base, state: stateOf(entries) };
  for (const block of fetched) {
    before = { ...block, state: executeBlock(kind, before, block).state };
  }
};

describe('a node that lies about its chain', { timeout: 600_000 }, () => {
  it('is refused, or is told the same as who is not lied to', async () => {
    await fc.assert(
      fc.asyncProperty(twist, fc.nat(24), async (each, at) => {
        let asked = 0;
        const lying: Ask = async (method, params) => {
          const is = await answer(method, params);
          asked += 1;
          return asked === at + 1 ? twisted(is, each) : is;
        };
        const fetched = await withinBoundsAsync(() => fetchLedger(lying)).catch((error) => {
          if (error instanceof CannotFetch || error instanceof AnswerError) return undefined;
          throw error;
        });
        if (fetched === undefined) return;
        // Names and properties are a node's own word, and so is which block is the newest.
        const { base, storage, blocks: got } = fetched;
        const expected = sound.blocks.slice(0, got.length);
        expect([base.hash, base.header]).toEqual([sound.base.hash, sound.base.header]);
        expect(storage).toEqual(sound.storage);
        expect(got.map(({ hash }) => hash)).toEqual(expected.map(({ hash }) => hash));
        // What is in the blocks their headers tell when they are executed.
        const isSame = JSON.stringify(got) === JSON.stringify(expected);
        if (!isSame) expect(() => execute(fetched)).toThrow(RecordDiffers);
      }),
      {
        numRuns: RUNS,
        examples: [[{ type: 'append', at: 8_334, bytes: Uint8Array.of(0) }, 9]],
      },
    );
  });

  it('with blocks that hang together, of its own making, is found by executing them', async () => {
    const part = fc.constantFrom(
      'stateRoot' as const,
      'extrinsicsRoot' as const,
      'extrinsics' as const,
    );
    await fc.assert(
      fc.asyncProperty(
        fc.nat(2),
        part,
        fc.nat(31),
        fc.boolean(),
        async (which, what, byte, sealed) => {
          const forged: RecordedBlock[] = [];
          let parentHash = genesis.hash;
          for (const [index, block] of blocks.entries()) {
            const flip = (hex: `0x${string}`) => {
              const bytes = fromHex(hex);
              bytes[byte % bytes.length] = (bytes[byte % bytes.length] ?? 0) ^ 1;
              return toHex(bytes);
            };
            const isIt = index === which;
            const header = {
              ...block.header,
              parentHash,
              ...(isIt && what !== 'extrinsics' ? { [what]: flip(block.header[what]) } : {}),
            };
            const extrinsics =
              isIt && what === 'extrinsics' ? block.extrinsics.map(flip) : block.extrinsics;
            const made = { ...block, header, extrinsics };
            forged.push(
              sealed ? seal(made) : { ...made, hash: hashOfHeader(block.number, header) },
            );
            parentHash = forged.at(-1)?.hash ?? parentHash;
          }
          const fetched = await fetchLedger(showing(forged, states));
          expect(() => execute(fetched)).toThrow(RecordDiffers);
        },
      ),
      { numRuns: Math.ceil(RUNS / 10) },
    );
  });

  it('and goes on without end is left after so many keys', async () => {
    let last = 0;
    const endless: Ask = async (method, params) =>
      method === 'state_getKeysPaged'
        ? Array.from({ length: 512 }, () => `0x${(last++).toString(16).padStart(16, '0')}`)
        : method === 'state_queryStorageAt'
          ? [{ changes: [] }]
          : answer(method, params);
    await expect(fetchLedger(endless)).rejects.toThrow(/more than 1000000 keys/);
    const same: Ask = async (method, params) =>
      method === 'state_getKeysPaged' ? Array(512).fill('0x00') : answer(method, params);
    await expect(fetchLedger(same)).rejects.toThrow('the keys are not in order');
  });
});

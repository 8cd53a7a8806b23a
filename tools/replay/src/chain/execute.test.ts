import { beforeAll, describe, expect, it } from 'vitest';
import { fromHex, type Hex, toHex } from '../bytes.ts';
import { createRuntime, RuntimeTrapped } from '../runtime/runtime.ts';
import {
  genesisBlock,
  type MadeBlock,
  nextBlock,
  releasedRuntime,
  seal,
} from '../testing/author.ts';
import { stateOf } from '../trie/state.ts';
import { hashOfHeader, type RecordedBlock } from './block.ts';
import { type Before, executeBlock, RecordDiffers } from './execute.ts';
import { CannotFetch, fetchLedger } from './fetch.ts';
import { createShownChain } from './provider.ts';
import { versionOf } from './version.ts';

let genesis: MadeBlock;
const blocks: RecordedBlock[] = [];

beforeAll(async () => {
  genesis = await genesisBlock();
  let before: Before = genesis;
  for (let made = 0; made < 3; made += 1) {
    const { block, state } = nextBlock(before);
    blocks.push(block);
    before = { ...block, state };
  }
}, 120_000);

const execute = (chain: readonly RecordedBlock[]): Before => {
  let before: Before = genesis;
  for (const block of chain) {
    before = { ...block, state: executeBlock('imported', before, block).state };
  }
  return before;
};

const differenceIn = (chain: readonly RecordedBlock[]) => {
  try {
    execute(chain);
  } catch (error) {
    if (error instanceof RecordDiffers) return error.difference;
    throw error;
  }
  return undefined;
};

/** The second block altered, under a seal of its author and a hash that is right. */
const forged = (change: (block: RecordedBlock) => RecordedBlock): RecordedBlock[] => {
  const [first, second] = blocks;
  if (first === undefined || second === undefined) throw new Error('the blocks were not made');
  return [first, seal(change(second))];
};

const flipped = (hex: Hex, at = -1): Hex => {
  const bytes = fromHex(hex);
  const index = at < 0 ? bytes.length + at : at;
  bytes[index] = (bytes[index] ?? 0) ^ 1;
  return toHex(bytes);
};

describe('blocks that were imported', { timeout: 60_000 }, () => {
  it('execute to the roots in their headers', () => {
    const last = execute(blocks);
    expect(toHex(last.state.root())).toBe(blocks.at(-1)?.header.stateRoot);
  });

  it('are told apart from those with another state root, however well sealed', () => {
    const chain = forged((block) => ({
      ...block,
      header: { ...block.header, stateRoot: flipped(block.header.stateRoot) },
    }));
    expect(differenceIn(chain)).toMatchObject({
      block: 2,
      what: 'the state root differs',
      computed: blocks[1]?.header.stateRoot,
    });
  });

  it('are told apart from those with other extrinsics', () => {
    const altered = forged((block) => ({
      ...block,
      extrinsics: block.extrinsics.map((one) => flipped(one)),
    }));
    expect(differenceIn(altered)).toMatchObject({ block: 2, what: 'the extrinsics root differs' });
    const without = forged((block) => ({ ...block, extrinsics: [] }));
    expect(differenceIn(without)).toMatchObject({ block: 2, what: 'the extrinsics root differs' });
  });

  it('are told apart from those that another has sealed', () => {
    const [first, second] = blocks;
    if (first === undefined || second === undefined) throw new Error('the blocks were not made');
    const chain = [first, seal(second, new Uint8Array(32).fill(7))];
    expect(differenceIn(chain)).toMatchObject({
      block: 2,
      what: 'its seal is not that of authority 0',
    });
  });

  it('are to come in their order, all of them, each on its parent', () => {
    const [first, second, third] = blocks;
    if (first === undefined || second === undefined || third === undefined) throw new Error('none');
    expect(differenceIn([second])).toMatchObject({
      block: 2,
      what: 'the block after 0 is missing or out of its place',
    });
    expect(differenceIn([first, third])).toMatchObject({ block: 3 });
    const orphan = forged((block) => ({
      ...block,
      header: { ...block.header, parentHash: genesis.hash },
    }));
    expect(differenceIn(orphan)).toMatchObject({ block: 2, what: 'the parent hash differs' });
    const misnamed = [{ ...first, hash: flipped(first.hash) }];
    expect(differenceIn(misnamed)).toMatchObject({ block: 1, what: 'the hash differs' });
  });
});

describe('a chain that is fetched', { timeout: 60_000 }, () => {
  const node = () => {
    const shown = createShownChain(
      { ...genesis, state: undefined, after: genesis.state },
      {
        name: 'a chain',
        properties: { ss58Format: 42 },
      },
    );
    let before: Before = genesis;
    for (const block of blocks) {
      const { state } = executeBlock('imported', before, block);
      before = { ...block, state };
      shown.show({ ...block, after: state });
    }
    return shown.provider;
  };

  it('is what the node has, from its genesis or from a later block on', async () => {
    const provider = node();
    const all = await fetchLedger((method, params) => provider.send(method, params));
    expect(all).toMatchObject({ kind: 'imported', name: 'a chain', blocks });
    expect(all.base.hash).toBe(genesis.hash);
    expect(new Map(Object.entries(all.storage)).size).toBe([...genesis.state.entries()].length);

    const later = await fetchLedger((method, params) => provider.send(method, params), { from: 2 });
    expect(later.blocks).toEqual(blocks.slice(2));
    const state = stateOf(
      Object.entries(later.storage).map(([key, value]) => [key.slice(2), fromHex(value)] as const),
    );
    expect(toHex(state.root())).toBe(blocks[1]?.header.stateRoot);
  });

  it('is refused when the node lies about a block, or has not all of a state', async () => {
    const provider = node();
    const lying = async <T>(method: string, params: unknown[]): Promise<T> => {
      const answer = (await provider.send(method, params)) as never;
      if (method !== 'chain_getBlock' || params[0] !== blocks[0]?.hash) return answer;
      const { block } = answer as { block: { header: { stateRoot: Hex } } };
      const header = { ...block.header, stateRoot: flipped(block.header.stateRoot) };
      return { block: { ...block, header } } as never;
    };
    await expect(fetchLedger(lying)).rejects.toThrow(/the node says that block 1 is/);
    const forgetful = async <T>(method: string, params: unknown[]): Promise<T> => {
      const answer = (await provider.send(method, params)) as never;
      return method === 'state_getKeysPaged' ? ((answer as Hex[]).slice(1) as never) : answer;
    };
    await expect(fetchLedger(forgetful)).rejects.toBeInstanceOf(CannotFetch);
  });
});

describe('a runtime', () => {
  it('says what it is, and is not trusted with a signature', async () => {
    const runtime = createRuntime(await releasedRuntime());
    const version = versionOf(runtime, genesis.state);
    expect(version).toMatchObject({ specName: 'veritrace', stateVersion: 1 });
    expect(version.apis.length).toBeGreaterThan(5);
  });

  it('that panics is told of with what it logged', () => {
    const runtime = createRuntime(genesis.state.get('3a636f6465') ?? new Uint8Array());
    const call = () => runtime.call(genesis.state, 'Core_execute_block', Uint8Array.of(1, 2, 3));
    expect(call).toThrow(RuntimeTrapped);
    expect(call).toThrow(/Bad input data provided to execute_block/);
  });

  it('hashes headers as chains do', () => {
    const [first, second] = blocks;
    expect(first && hashOfHeader(1, first.header)).toBe(second?.header.parentHash);
  });
});

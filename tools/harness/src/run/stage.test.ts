import type { KeyringPair } from '@polkadot/keyring/types';
import type { Call, HeadRef, Hex, Inclusion, VeritraceClient } from '@veritrace/sdk';
import { describe, expect, it } from 'vitest';
import type { Cast } from '../actors/cast.ts';
import type { Advance, Network } from '../drivers/driver.ts';
import type { Recorder } from '../recorder/recorder.ts';
import { createFakeBlocks, type FakeContent, genesis } from '../testing/fake-blocks.ts';
import { createChronicle } from './chronicle.ts';
import type { Progress } from './progress.ts';
import { createStage, type StageParts } from './stage.ts';

const signer = { address: 'paul' } as KeyringPair;

/** A stage on a chain whose next blocks a test lays out, and what came of it. */
const make = (pace: Network['pace'] = 'live') => {
  const blocks = createFakeBlocks();
  const coming: { head: HeadRef; retracted: HeadRef[] }[] = [];
  const offered: Hex[] = [];
  const written: number[] = [];
  const told: Progress[] = [];
  let final: HeadRef = genesis;
  let answer: () => void = () => undefined;

  const client = {
    address: (account: { address: string }) => account.address,
    blocks: { get: async (hash: Hex) => blocks.taken(blocks.header(hash)).content },
    api: {
      rpc: {
        author: {
          submitExtrinsic: async (hex: Hex) => {
            offered.push(hex);
            answer();
          },
        },
      },
    },
  } as unknown as VeritraceClient;

  const network = {
    driver: 'endpoint',
    pace,
    client,
    origin: blocks.taken(genesis),
    advance: async (): Promise<Advance> => {
      const next = coming.shift();
      if (next === undefined) throw new Error('the test has no more blocks');
      return { retracted: next.retracted, taken: blocks.taken(next.head) };
    },
    finalized: () => final,
    dropped: () => [{ extrinsic: '0x00', reason: 'a reason' }],
  } as unknown as Network;

  const stage = createStage({
    network,
    chronicle: createChronicle(),
    narrator: { tell: () => [], nameModel: () => undefined, nameRequest: () => undefined },
    cast: { check: () => undefined, settled: async () => undefined } as unknown as Cast,
    recorder: {
      events: ({ number }: { number: number }) => written.push(number),
    } as unknown as Recorder,
    accounts: { nameOf: (address: string) => address },
    onProgress: (progress: Progress) => told.push(progress),
    afterBlock: async () => undefined,
    stretch: 1,
  } as unknown as StageParts);

  let newest = genesis;
  const next = (
    name: string,
    content?: FakeContent,
    parent = newest,
    retracted: HeadRef[] = [],
  ) => {
    newest = blocks.child(parent, name, content);
    coming.push({ head: newest, retracted });
    return newest;
  };

  let nonce = 0;
  const call = (hex: Hex): Call =>
    ({
      sign: async () => ({
        call: 'inference.submitInferenceRequest',
        signer: 'paul',
        hex,
        hash: hex,
        nonce: nonce++,
        signedAt: { number: 0, hash: '0x' },
        diesAt: 12,
      }),
    }) as unknown as Call;

  return {
    stage,
    next,
    call,
    offered,
    written,
    told,
    blocks,
    finalise: (head: HeadRef) => {
      final = head;
    },
    onOffer: (react: () => void) => {
      answer = react;
    },
  };
};

describe('the stage', () => {
  it('lets blocks pass until everything sent is included', async () => {
    const { stage, next, call, offered } = make();
    next('a1', { extrinsics: ['0xbb'] });
    next('a2');
    next('a3', { extrinsics: ['0xcc', '0xaa'] });
    const places: (number | undefined)[] = [];
    const inclusions = await stage.insist([
      { call: call('0xaa'), signer, landed: (inclusion) => places.push(inclusion?.block.number) },
      { call: call('0xbb'), signer },
    ]);
    expect(inclusions.map(({ block }) => block.number)).toEqual([3, 1]);
    expect(places).toEqual([3]);
    expect(offered).toEqual(['0xaa', '0xbb']);
    expect(stage.state().block.number).toBe(3);
  });

  it('sends again what a fork took back, in the same bytes, and finds it in its new place', async () => {
    const { stage, next, call, offered, told } = make();
    const one = next('a1');
    const two = next('a2', { extrinsics: ['0xaa'] });
    const places: (Inclusion['block'] | undefined)[] = [];
    await stage.insist([
      { call: call('0xaa'), signer, landed: (inclusion) => places.push(inclusion?.block) },
    ]);
    next('b2', {}, one, [two]);
    next('b3');
    const four = next('b4', { extrinsics: ['0xaa'] });
    await stage.tick();
    expect(stage.pending()).toHaveLength(1);
    expect(offered).toEqual(['0xaa', '0xaa']);
    await stage.tick();
    await stage.tick();
    expect(stage.pending()).toEqual([]);
    expect(places).toEqual([
      { number: 2, hash: two.hash },
      undefined,
      { number: 4, hash: four.hash },
    ]);
    expect(offered).toHaveLength(2);
    expect(told).toContainEqual({ type: 'fork', block: 2, retracted: 1 });
    expect([...stage.dated().keys()]).toEqual([0, 1, 2, 3, 4]);
    expect(stage.chronicle.blocks().map(({ block }) => block.hash)).toEqual(
      ['genesis', 'a1', 'b2', 'b3', 'b4'].map((name) => `0x${name}`),
    );
  });

  it('offers a transaction again after some blocks, and says when it is dead', async () => {
    const { stage, next, call, offered } = make();
    for (let number = 1; number <= 13; number += 1) next(`a${number}`);
    await expect(stage.insist([{ call: call('0xaa'), signer }])).rejects.toThrow(
      'inference.submitInferenceRequest by paul was not included within 12 blocks: a reason',
    );
    expect(offered).toEqual(['0xaa', '0xaa']);
  });

  it('waits for a node that cannot be reached, or whose pool is full', async () => {
    const { stage, next, call, offered, onOffer } = make();
    const troubles = ['WebSocket is not connected', '1016: the pool is full'];
    onOffer(() => {
      const trouble = troubles.shift();
      if (trouble !== undefined) throw new Error(trouble);
    });
    next('a1');
    next('a2');
    next('a3', { extrinsics: ['0xaa'] });
    await stage.insist([{ call: call('0xaa'), signer }]);
    expect(offered).toHaveLength(3);
  });

  it('takes a refusal of the pool as an answer', async () => {
    const { stage, call, onOffer } = make();
    onOffer(() => {
      throw new Error('1010: Invalid Transaction: Inability to pay some fees');
    });
    const [sent] = await stage.transact([{ call: call('0xaa'), signer }]);
    expect(sent).toMatchObject({ refused: { pallet: 'pool', error: 'Invalid' } });
  });

  it('gives up soon where it makes the blocks itself', async () => {
    const { stage, next, call } = make('made');
    for (let number = 1; number <= 5; number += 1) next(`a${number}`);
    await expect(stage.insist([{ call: call('0xaa'), signer }])).rejects.toThrow(
      'was not included within 5 blocks',
    );
  });

  it('records what is final, in order, and the rest when it is told to', async () => {
    const { stage, next, written, finalise } = make();
    const one = next('a1');
    const two = next('a2');
    await stage.tick();
    await stage.tick();
    expect(written).toEqual([0]);
    expect(stage.finalPart()).toBe(0);
    const other = next('b2', {}, one, [two]);
    finalise(other);
    expect(stage.finalPart()).toBeUndefined();
    await stage.tick();
    expect(stage.finalPart()).toBe(2);
    expect(written).toEqual([0, 1, 2]);
    next('b3');
    await stage.tick();
    expect(written).toEqual([0, 1, 2]);
    next('b4');
    await stage.tick();
    stage.flush(3);
    expect(written).toEqual([0, 1, 2, 3]);
    stage.flush();
    expect(written).toEqual([0, 1, 2, 3, 4]);
  });
});

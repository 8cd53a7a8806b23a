import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkManifest } from '@veritrace/replay';
import { afterAll, describe, expect, it } from 'vitest';
import { CODE } from '../embedded/raw-genesis.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import { plain, plainJson } from './plain.ts';
import { createRecorder } from './recorder.ts';

const folder = await mkdtemp(join(tmpdir(), 'veritrace-record-'));
afterAll(() => rm(folder, { recursive: true }));

const read = async (name: string) => readFile(join(folder, name), 'utf8');
const lines = async (name: string) =>
  (await read(name))
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));

describe('a record', () => {
  it('has everything to play the run again and to see what happened', async () => {
    const loaded = {
      scenario: { name: 'small' },
      file: 'scenarios/small.yaml',
      folder: '/nowhere',
      text: 'name: small\n',
    } as LoadedScenario;
    const recorder = await createRecorder(folder, loaded, {
      seed: 7,
      driver: 'endpoint',
      salt: 'ab',
    });
    await recorder.input('seven', Uint8Array.of(1, 2));
    recorder.logger('ada').info({ request: '1' }, 'computed');
    const block = { number: 1, hash: '0x11' } as const;
    recorder.events(block, [
      {
        block,
        index: 0,
        extrinsicIndex: 1,
        event: {
          type: 'payouts.Paid',
          reason: { type: 'Inference', value: 'Escrow' },
          from: 'paul',
          to: 'ada',
          amount: 10n ** 20n,
        },
      },
    ]);
    expect(recorder.last()).toBe(1);
    await recorder.document('verdicts', []);
    const header = {
      parentHash: '0x45',
      stateRoot: '0x00',
      extrinsicsRoot: '0x07',
      digest: ['0x06'],
    } as const;
    await recorder.chain({
      facts: { genesisRoot: '0x01', runtime: { name: 'r', version: 1, sha256: 'ab' }, preset: 'p' },
      ledger: {
        kind: 'assembled',
        name: 'c',
        properties: {},
        base: { number: 0, hash: '0x45', header, extrinsics: [] },
        storage: { '0x02': '0x03', [CODE]: '0x09' },
        blocks: [{ number: 1, hash: '0x11', header, state: '0x12', extrinsics: ['0xaa', '0xbb'] }],
      },
      genesis: { config: { a: 2n ** 70n }, storage: { '0x02': '0x03' }, runtime: Uint8Array.of(9) },
      story: { first: 1, last: 1 },
    });
    const root = await recorder.close();

    expect(await read('small.yaml')).toBe('name: small\n');
    expect(JSON.parse(await read('run.json'))).toMatchObject({
      scenario: 'small',
      seed: 7,
      driver: 'endpoint',
      salt: 'ab',
      versions: { node: process.version },
    });
    expect(JSON.parse(await read('chain.json'))).toMatchObject({
      genesisRoot: '0x01',
      ledger: { kind: 'assembled', base: { number: 0, hash: '0x45', header }, blocks: 1 },
      events: { first: 1, last: 1 },
      story: { first: 1, last: 1 },
    });
    expect(JSON.parse(await read('genesis.json'))).toEqual({
      storage: { '0x02': '0x03' },
    });
    expect(await read('genesis-config.json')).toBe(`{"a":${2n ** 70n}}\n`);
    expect([...(await readFile(join(folder, 'runtime.wasm')))]).toEqual([9]);
    expect([...(await readFile(join(folder, 'inputs', 'seven.bin')))]).toEqual([1, 2]);
    expect(await lines('blocks.jsonl')).toEqual([
      { number: 1, hash: '0x11', header, state: '0x12', extrinsics: ['0xaa', '0xbb'] },
    ]);
    expect(await lines('events.jsonl')).toEqual([
      {
        block: 1,
        index: 0,
        extrinsic: 1,
        type: 'payouts.Paid',
        reason: { type: 'Inference', value: 'Escrow' },
        from: 'paul',
        to: 'ada',
        amount: '100000000000000000000',
      },
    ]);
    expect(await lines('actors/ada.log')).toMatchObject([{ actor: 'ada', msg: 'computed' }]);
    expect(await read('verdicts.json')).toBe('[]\n');
    expect(await checkManifest(folder, root)).toMatchObject({ root, difference: undefined });
  });
});

describe('plain', () => {
  it('knows what JSON does not', () => {
    const decoded = { toHuman: () => ({ amount: '1,000' }) };
    expect(
      plain({ a: 1n, b: Uint8Array.of(255), c: [undefined, { d: undefined }], e: decoded }),
    ).toEqual({
      a: '1',
      b: '0xff',
      c: [undefined, {}],
      e: { amount: '1,000' },
    });
    expect(plainJson(new Map([['x', 2n]]))).toBe('{"x":"2"}');
  });
});

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { PROOF_CAP } from '@veritrace/worker';
import { describe, expect, it } from 'vitest';
import { partOf } from '../marked.ts';
import { CONVICTION_DATA, CONVICTION_PAGE, ROOT } from '../paths.ts';
import { type BenchResult, InvalidResult } from '../result.ts';
import {
  convictionOf,
  convictionSchema,
  MARKERS,
  renderConviction,
  writeConviction,
} from './conviction.ts';
import type { DisputesDetail, NodeRow, PlayedRow } from './report.ts';

const weight = { refTime: 8e9, proofSize: 1_000 };

const transaction = (call: string, bytes: number): PlayedRow['transactions'][number] => ({
  call: `disputes.${call}`,
  block: 12,
  bytes,
  declared: weight,
  actual: weight,
  blockShare: 0.02,
  takenShare: 0.004,
  declaredFee: '207000000000',
  fee: '0',
  bond: call === 'challenge' ? '1010000000000' : '0',
  class: 'Operational',
});

const node = (index: number, inOne: boolean, whole: number, tile: number): NodeRow => ({
  model: 'm',
  node: index,
  op: index === 0 ? 'Conv' : 'Add',
  challengeBytes: 400,
  openingBytes: 100 * (index + 1),
  openingForm: 'bytes',
  inOne,
  checks: [
    { target: 'node', proofBytes: whole, macs: 9, samples: [1], executor: [], computing: [] },
    { target: 'tile', proofBytes: tile, macs: 5, samples: [1], executor: [], computing: [] },
    { target: 'element', proofBytes: tile + 1, macs: 1, samples: [1], executor: [], computing: [] },
  ],
});

const model = (tried: number[]): DisputesDetail['models'][number] => ({
  name: 'm',
  dir: 'd',
  nodes: 3,
  operators: { Conv: 1, Add: 2 },
  graphBytes: 1_000,
  inputBytes: 64,
  tried,
  lies: 12,
  inputs: 'drawn',
});

const result = (detail: DisputesDetail, commit = 'abc'): BenchResult => ({
  format: 'veritrace-bench/1',
  benchmark: 'disputes',
  startedAt: '2026-01-01T00:00:00.000Z',
  seed: 1,
  commit,
  versions: {},
  machine: { processor: 'p', cores: 1, memoryBytes: 1, system: 's', node: 'v20' },
  settings: {},
  metrics: [],
  detail,
});

const native = result({
  models: [model([0, 1, 2])],
  // The whole of the second is the largest, and nobody would show it.
  nodes: [node(0, true, 2_000, 900), node(1, false, 90_000, 1_500), node(2, true, 500, 700)],
  operators: [],
  played: [],
});

const kinds = result(
  {
    models: [model([0, 1])],
    nodes: [node(0, true, 2_000, 900), node(1, false, 90_000, 1_500)],
    operators: [],
    played: [
      {
        model: 'm',
        style: 'one',
        node: 0,
        op: 'Conv',
        blocks: 1,
        transactions: [transaction('contradictNode', 2_100)],
      },
      {
        model: 'm',
        style: 'three',
        node: 0,
        op: 'Conv',
        blocks: 3,
        transactions: [
          transaction('challenge', 410),
          transaction('open', 300),
          transaction('contradictTile', 1_000),
          transaction('reclaimBond', 150),
        ],
      },
    ],
  },
  'def',
);

const joined = convictionOf([
  { file: 'native.json', result: native },
  { file: 'kinds.json', result: kinds },
]);

describe('what it takes to convict', () => {
  it('is joined from the run at every node and the one on chain', () => {
    // As it is written, too.
    expect(convictionSchema.parse(JSON.parse(writeConviction(joined)))).toEqual(joined);
    expect(joined.models).toHaveLength(1);
    expect(joined.models[0]?.everyNode).toEqual({
      commit: 'abc',
      lies: 12,
      inOne: 2,
      // Of 2,000 whole, 1,500 by tile and 500 whole.
      median: 1_500,
      worst: { node: 0, op: 'Conv', target: 'node', bytes: 2_000, macs: 9 },
      // The least that any proof of it takes is more than of the others.
      hardest: { node: 1, op: 'Add', target: 'tile', bytes: 1_500, macs: 5 },
      largestWhole: 90_000,
      largestOpening: 300,
    });
    expect(joined.models[0]?.chain?.commit).toBe('def');
    expect(joined.models[0]?.chain?.played).toHaveLength(2);
  });

  it('keeps what an earlier file had when a later one has it not', () => {
    const again = convictionOf([
      { file: 'kinds.json', result: kinds },
      { file: 'native.json', result: native },
    ]);
    expect(again).toEqual(joined);
    const chain = convictionOf([{ file: 'kinds.json', result: kinds }]);
    expect(chain.models[0]?.everyNode).toBeUndefined();
  });

  it('is not told from anything else', () => {
    const other = { ...native, benchmark: 'latency' };
    expect(() => convictionOf([{ file: 'x.json', result: other }])).toThrow(InvalidResult);
    const older = { ...native, detail: { models: [{ name: 'm' }], nodes: [], played: [] } };
    expect(() => convictionOf([{ file: 'x.json', result: older }])).toThrow(
      /x\.json: .*measure again/,
    );
  });

  it('has transactions and blocks without what comes after the verdict, and seconds of blocks', () => {
    const text = renderConviction(joined);
    expect(text).toContain(
      '| m | 3 | 2 | up to 12 at each node | 2 | 1 | 1,500 | 2,000 | 0, Conv: whole node | 9 | 1, Add: tile, 1,500 |',
    );
    expect(text).toContain(
      '| m | shown whole | 1 | 1 | 1 | 3 | 2,100 | 0, Conv | – | 2.00 | 0.40 |',
    );
    expect(text).toContain(
      '| m | opened first | 1 | 3 | 3 | 9 | 1,000 | 0, Conv | 300 | 2.00 | 0.40 |',
    );
    expect(text).toContain(
      '| Veritrace | m: 3 nodes of 2 operators, 1,000 bytes | 3 to 9 s | 1 to 3 |',
    );
    expect(text).toContain('| 1.01 | 0.207 or 0.207 |');
  });
});

describe('the page', () => {
  const read = (file: string) => readFileSync(resolve(ROOT, file), 'utf8');
  const stored = convictionSchema.parse(JSON.parse(read(CONVICTION_DATA)));

  it('has the tables of the file beside it (bench:disputes --from FILE… --write)', () => {
    expect(partOf(read(CONVICTION_PAGE), MARKERS)).toBe(renderConviction(stored));
  });

  it('tells of every node of every model, and of a node of each operator on chain', () => {
    for (const { name, everyNode, chain, operators } of stored.models) {
      expect(everyNode, name).toBeDefined();
      const kindsOnChain = new Set(chain?.played.map(({ op }) => op));
      expect(kindsOnChain, name).toEqual(new Set(Object.keys(operators)));
    }
  });

  it('has no proof beyond 256 KiB or 5 % of a block', () => {
    for (const { name, everyNode, chain } of stored.models) {
      expect(everyNode?.worst.bytes, name).toBeLessThanOrEqual(PROOF_CAP.bytes);
      for (const { node, transactions } of chain?.played ?? []) {
        for (const { call, bytes, blockShare, takenShare } of transactions) {
          const what = `${name}, node ${node}, ${call}`;
          if (call.startsWith('disputes.contradict')) {
            expect(bytes, what).toBeLessThanOrEqual(PROOF_CAP.bytes);
          }
          expect(blockShare, what).toBeLessThanOrEqual(PROOF_CAP.blockShare);
          expect(takenShare, what).toBeLessThanOrEqual(blockShare);
        }
      }
    }
  });

  it('has convictions in one transaction or three, in as many blocks', () => {
    for (const { name, chain } of stored.models) {
      for (const { node, style, blocks, transactions } of chain?.played ?? []) {
        const expected = style === 'one' ? 1 : 3;
        const sent = transactions.filter(({ call }) => call !== 'disputes.reclaimBond');
        expect(sent.length, `${name}, node ${node}`).toBe(expected);
        expect(blocks, `${name}, node ${node}`).toBe(expected);
      }
    }
  });
});

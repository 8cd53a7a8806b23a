import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { endEmbedded } from '@veritrace/harness';
import { createReferee, encodeGraph } from '@veritrace/referee';
import { afterAll, describe, expect, it } from 'vitest';
import { inputsFor } from '../inference/inputs.ts';
import { chooseModels, findModels } from '../inference/models.ts';
import { INPUTS, MODELS } from '../paths.ts';
import { createRandom } from '../random.ts';
import { benchResultSchema } from '../result.ts';
import { playDisputes } from './chain.ts';
import { timeChecks } from './check-times.ts';
import { gather, visitsOf } from './executor.ts';
import { operatorCases, productsOf } from './operators.ts';
import { type Proof, proveNode, WrongVerdict } from './proofs.ts';
import { type DisputesDetail, metricsOf, renderDisputes } from './report.ts';
import { chosenNodes, measureDisputes, worstOfEachKind } from './run.ts';

const [model] = chooseModels(findModels(MODELS), ['digits-cnn']);
if (model === undefined) throw new Error('unreachable: it was chosen');
const referee = createReferee();
const loaded = referee.loadGraph(readFileSync(join(model.dir, 'graph.bin')));
const [inputs = []] = inputsFor(model.manifest, INPUTS, 1).requests;
const honest = loaded.evaluate(inputs);
afterAll(async () => {
  loaded.free();
  await endEmbedded();
});

const options = () => ({
  referee,
  loaded,
  inputs,
  honest,
  maxOpeningBytes: 512 * 1024,
  lies: 12,
  random: createRandom(1, 'lies'),
});

describe('proofs at a node', () => {
  it('convict in every way, with the sizes and the work they have', () => {
    const { op, proofs, challengeBytes, openingBytes, openingForm } = proveNode(2, options());
    const { node, tile, element } = proofs;
    expect(op).toBe('Conv');
    expect(openingForm).toBe('bytes');
    // 16 channels of 4×4, and how they are told apart.
    expect(openingBytes).toBe(256 + 3);
    expect(challengeBytes).toBeLessThan(1024);
    // 8 channels of 4×4, 16 filters of 3×3 over them, and biases are 1,408 bytes.
    expect(node?.bytes.length).toBeGreaterThan(1_408);
    expect(tile?.bytes.length).toBeGreaterThan(element?.bytes.length ?? Number.NaN);
    expect([node?.macs, tile?.macs, element?.macs]).toEqual([186_368, 186_368, 728]);
    expect(proveNode(2, options())).toEqual({ ...proveNode(2, options()), op });
  });

  it('show no element where the opening is one of hashes', () => {
    const { proofs, openingForm, openingBytes } = proveNode(0, {
      ...options(),
      maxOpeningBytes: 100,
    });
    expect(openingForm).toBe('hashes');
    // Two tiles.
    expect(openingBytes).toBe(2 * 32 + 2);
    expect(proofs.element).toBeUndefined();
    expect(proofs.tile).toBeDefined();
  });

  it('that do not convict are an error', () => {
    const lenient = {
      ...referee,
      check: () => ({ kind: 'rejected' as const, reason: 'ClaimHolds' }),
    };
    expect(() => proveNode(2, { ...options(), referee: lenient })).toThrow(WrongVerdict);
  });
});

describe('operators', () => {
  const cases = operatorCases();

  it.each([
    ['Conv', 64 * 28 * 28 * 64 * 9],
    ['Conv-2', 64 * 28 * 28 * 9],
    ['Conv-5', 32 * 112 * 112 * 3 * 9],
    ['ConvTranspose', 64 * 28 * 28 * 64 * 4],
    ['MatMul-2', 40 * 120 * 2048],
    ['BatchMatMul', 8 * 64 * 64 * 64],
    ['Add', undefined],
  ])('of %s have so many products', (name, products) => {
    const found = cases.find((one) => one.name === name);
    if (found === undefined) throw new Error(`there is no ${name}`);
    expect(productsOf(found.graph)).toBe(products);
  });

  it('are all there, each in a graph that the chain would take', () => {
    const used = new Set(cases.map(({ graph }) => graph.nodes[0]?.op.tag));
    for (const { op } of loaded.graph.nodes) expect(used).toContain(op.tag);
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
    for (const { graph, name } of cases) {
      const one = referee.loadGraph(encodeGraph(graph));
      expect(one.costs[0]?.wholeMacs, name).toBeGreaterThan(10_000n);
      one.free();
    }
  });
});

describe('times of checks', () => {
  it('are as many for each proof as it was checked, the first of a round left out', async () => {
    const proofs = ['a', 'b'].map((name) => ({ bytes: Buffer.from(name) }) as unknown as Proof);
    const checked: string[] = [];
    const check = (_facts: unknown, bytes: Uint8Array) => {
      checked.push(String(bytes));
      return { kind: 'rejected' as const, reason: '' };
    };
    const timed = await timeChecks({ check }, proofs, {
      rounds: 8,
      perRound: 3,
      milliseconds: 1_000,
      random: createRandom(1, 'order'),
    });
    expect(timed.map(({ samples }) => samples.length)).toEqual([24, 24]);
    // Three and the one before them in each round, and five more to warm up.
    expect(checked.filter((name) => name === 'a')).toHaveLength(8 * 4 + 5);
    // In some rounds the second is first.
    expect(checked.join('')).toMatch(/b{4,}a{4,}b/);
  });
});

describe('the nodes that are tried', () => {
  it('are all, or as many as may be, in order and the same for a seed', () => {
    expect(chosenNodes(4, 4, createRandom(1, ''))).toEqual([0, 1, 2, 3]);
    const some = chosenNodes(155, 10, createRandom(1, ''));
    expect(some).toEqual(chosenNodes(155, 10, createRandom(1, '')));
    expect(new Set(some).size).toBe(10);
    expect([...some].sort((a, b) => a - b)).toEqual(some);
  });

  it('are of each operator the one with the largest proof', () => {
    const worst = worstOfEachKind(loaded);
    const kinds = worst.map((node) => loaded.graph.nodes[node]?.op.tag);
    expect(kinds).toEqual([...new Set(kinds)]);
    expect(new Set(kinds)).toEqual(new Set(loaded.graph.nodes.map(({ op }) => op.tag)));
    const least = (node: number) => {
      const cost = loaded.costs[node];
      return cost && Math.min(cost.wholeBytes, cost.tileBytes, cost.elementBytes);
    };
    for (const [node, { op }] of loaded.graph.nodes.entries()) {
      const chosen = worst.find((one) => loaded.graph.nodes[one]?.op.tag === op.tag) ?? -1;
      expect(least(node)).toBeLessThanOrEqual(least(chosen) ?? 0);
    }
  });
});

describe('times on the executor', () => {
  const proof = (macs: number) => ({ macs, hashed: 10 }) as Proof;
  const checks = [
    { proof: proof(100), milliseconds: 0.01 },
    { proof: proof(200), milliseconds: 40 },
  ];
  const options = {
    rounds: 8,
    perRound: 5,
    milliseconds: 100,
    random: createRandom(1, 'order'),
  };

  it('are taken in rounds, of slow checks fewer, in an order that is drawn', () => {
    const visits = visitsOf(checks, options);
    const repeats = (at: number) =>
      visits.flatMap(({ proof, repeat }) => (proof === at ? [repeat] : []));
    // One more than are kept.
    expect(repeats(0)).toEqual(Array(8).fill(6));
    expect(repeats(1)).toEqual(Array(8).fill(3));
    expect(new Set(visits.map(({ proof }, index) => (index + proof) % 2)).size).toBe(2);
  });

  it('are gathered by proof, the first of a visit left out', () => {
    const visits = [1, 0, 1].map((proof) => ({ proof, repeat: 2 }));
    const times = (macs: number, ...nanoseconds: number[]) => ({
      macs,
      bytes: 10,
      nanoseconds,
      // Of what is not shown whole nothing is computed by itself.
      computing: macs === 200 ? nanoseconds.map((each) => each / 2) : [],
    });
    const output = [times(200, 9, 2e6), times(100, 9, 1e6), times(200, 9, 3e6)];
    expect(gather(checks, visits, output)).toEqual([
      { check: [1], computing: [] },
      { check: [2, 3], computing: [1, 1.5] },
    ]);
  });

  it('are no times of the same check when other work was done', () => {
    const output = [{ macs: 101, bytes: 10, nanoseconds: [1, 1], computing: [] }];
    expect(() => gather(checks, [{ proof: 0, repeat: 2 }], output)).toThrow(
      'counts 101 MACs and 10 bytes where the referee counts 100 and 10',
    );
  });
});

describe('on chain', () => {
  it('a model that nobody could ask is refused before anything is measured', async () => {
    const large = structuredClone(model);
    const [input] = large.manifest.inputs;
    if (input === undefined) throw new Error('it has one input');
    input.spec.shape = [1, 3, 320, 320];
    const notes: string[] = [];
    const measuring = measureDisputes({
      models: [large],
      nodes: 1,
      kinds: false,
      chain: true,
      operators: true,
      rounds: 1,
      perRound: 1,
      milliseconds: 1,
      seed: 1,
      note: (text) => notes.push(text),
    });
    await expect(measuring).rejects.toThrow(
      /^digits-cnn: its input "\w+" has 307,200 bytes, and a request brings at most 262,144 \(inference\.MaxInputBytes\)\. Compile it for a smaller input/,
    );
    expect(notes).toEqual([]);
  }, 60_000);

  it('a lie falls in three, and every transaction is weighed', { timeout: 240_000 }, async () => {
    const [input = new Uint8Array()] = inputs;
    const [dispute, ...more] = await playDisputes({
      model,
      style: 'three',
      nodes: [2],
      input,
      opOf: () => 'Conv',
      seed: 1,
    });
    expect(more).toEqual([]);
    expect(dispute).toMatchObject({ node: 2, blocks: 3 });
    expect(dispute?.transactions.map(({ call }) => call)).toEqual([
      'disputes.challenge',
      'disputes.open',
      'disputes.contradictElement',
      'disputes.reclaimBond',
    ]);
    for (const { call, bytes, declared, actual, fee, declaredFee } of dispute?.transactions ?? []) {
      expect(bytes, call).toBeGreaterThan(100);
      expect(actual.refTime, call).toBeLessThanOrEqual(declared.refTime);
      expect(declaredFee, call).toBeGreaterThan(0n);
      // What was right costs nothing; giving bonds back is anyone's, and paid for.
      expect(fee > 0n, call).toBe(call === 'disputes.reclaimBond');
    }
  });
});

describe('the report', () => {
  const weight = { refTime: 8e9, proofSize: 300_000 };
  const transaction = (call: string) => ({
    call,
    block: 12,
    bytes: 400,
    declared: { ...weight, refTime: 8e11 },
    actual: weight,
    blockShare: 0.4,
    takenShare: 0.004,
    bond: '0',
    declaredFee: '4000000000000',
    fee: '0',
    class: 'Operational',
  });
  const check = {
    target: 'node' as const,
    proofBytes: 2_000,
    macs: 100_000,
    samples: [2, 1, 3],
    executor: [],
    computing: [],
  };
  const detail: DisputesDetail = {
    models: [
      {
        name: 'm',
        dir: 'd',
        nodes: 1,
        operators: { Conv: 1 },
        graphBytes: 1_000,
        inputBytes: 64,
        tried: [0],
        lies: 12,
        inputs: '400 held-out digits',
      },
    ],
    nodes: [
      {
        model: 'm',
        node: 0,
        op: 'Conv',
        challengeBytes: 381,
        openingBytes: 515,
        openingForm: 'bytes',
        inOne: true,
        checks: [check],
      },
    ],
    operators: [{ name: 'Conv', says: '3×3', checks: [{ ...check, target: 'tile' }] }],
    played: [
      {
        model: 'm',
        style: 'three',
        node: 0,
        op: 'Conv',
        blocks: 3,
        transactions: [
          transaction('disputes.challenge'),
          transaction('disputes.open'),
          transaction('disputes.contradictTile'),
          transaction('disputes.reclaimBond'),
        ],
      },
    ],
  };

  it('has metrics the gate can read', () => {
    const metrics = metricsOf(detail);
    expect(benchResultSchema.shape.metrics.parse(metrics)).toEqual(metrics);
    const value = (name: string) =>
      metrics.flatMap((one) => (one.kind === 'exact' && one.name === name ? [one.value] : []));
    expect(value('disputes/m/node-0/node-bytes')).toEqual([2_000]);
    expect(value('disputes/operators/Conv/tile-macs')).toEqual([100_000]);
    // Giving the bond back is no part of convicting.
    expect(value('disputes/m/node-0/in-three/transactions')).toEqual([3]);
    expect(value('disputes/m/node-0/in-three/contradictTile/proof-size')).toEqual([300_000]);
    expect(value('disputes/m/node-0/in-three/blocks')).toEqual([3]);
  });

  it('divides the time of a check by work and bytes', () => {
    // 2 ms: 20 ns for each of 100,000, and 1,000 ns for each of 2,000.
    expect(renderDisputes(detail)).toMatch(/Conv .*2,000 +100,000 +2\.00 +20\.0 +1,000 +– +– +–/);
  });

  it('has the executor beside the referee, and says where it is missing', () => {
    expect(renderDisputes(detail)).toContain('ask for it with --executor');
    const operators = [
      {
        name: 'Conv',
        says: '3×3',
        products: 40_000,
        checks: [{ ...check, executor: [0.5, 0.25, 4], computing: [0.1] }],
      },
    ];
    const text = renderDisputes({ ...detail, operators });
    expect(text).not.toContain('--executor');
    expect(text).toMatch(
      /Conv .*2\.00 +20\.0 +1,000 +0\.500 +5\.00 +250 +0\.100 +1\.00 +2\.50 +3×3/,
    );
    const names = metricsOf({ ...detail, operators }).map(({ name }) => name);
    expect(names).toContain('disputes/operators/Conv/node-check-on-executor');
    expect(names).toContain('disputes/operators/Conv/node-check-on-executor-computing');
    expect(names).not.toContain('disputes/m/node-0/node-check-on-executor');
  });
});

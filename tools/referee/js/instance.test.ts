import { describe, expect, it } from 'vitest';
import { createReferee, encodeGraph, type Graph, RefereeError } from './index.ts';

/** logits = (x · w) requantised by 1/2; the label is their ArgMax. Inputs [1,4], two classes. */
const graph = (): Graph => ({
  header: {
    kernelVersion: 1,
    layoutVersion: 1,
    nodeCount: 2,
    initialiserCount: 2,
    inputs: [{ dtype: 'U8', shape: [1, 4] }],
    outputs: [0, 1],
  },
  initialisers: [
    {
      spec: { dtype: 'I8', shape: [2, 4] },
      data: Uint8Array.from([1, 2, 3, 4, 255, 254, 253, 252]),
    },
    { spec: { dtype: 'F32', shape: [1] }, data: new Uint8Array(new Float32Array([0.5]).buffer) },
  ],
  nodes: [
    {
      op: {
        tag: 'MatMul',
        value: { xZero: 0, wZero: 0, bias: false, requant: { zero: 0, min: -128, max: 127 } },
      },
      inputs: [
        { tag: 'Request', value: 0 },
        { tag: 'Initialiser', value: 0 },
        { tag: 'Initialiser', value: 1 },
      ],
      output: { dtype: 'I8', shape: [1, 2] },
    },
    {
      op: { tag: 'ArgMax', value: { axis: 1, keepDims: false } },
      inputs: [{ tag: 'Node', value: 0 }],
      output: { dtype: 'I32', shape: [1] },
    },
  ],
});

const input = Uint8Array.from([1, 2, 3, 4]);

const at = <T>(list: readonly T[], index: number): T => {
  const item = list[index];
  if (item === undefined) throw new RangeError(`no item ${index}`);
  return item;
};

describe('referee', () => {
  const referee = createReferee();

  it('evaluates a graph in integers', () => {
    const loaded = referee.loadGraph(encodeGraph(graph()));
    const [logits, label] = loaded.evaluate([input]);
    // 1·1 + 2·2 + 3·3 + 4·4 = 30, halved; the other row is its negative.
    expect([...(logits ?? [])]).toEqual([15, 256 - 15]);
    expect([...(label ?? [])]).toEqual([0, 0, 0, 0]);
    loaded.free();
    expect(() => loaded.evaluate([input])).toThrow(RefereeError);
  });

  it('convicts a false leaf three ways and an honest claim in none', () => {
    const loaded = referee.loadGraph(encodeGraph(graph()));
    const honest = loaded.evaluate([input]);
    const lie = honest.map((output) => output.slice());
    at(lie, 0)[0] = 14;
    const facts = (traceRoot: Uint8Array) => ({
      graphRoot: loaded.graphRoot,
      nodeCount: 2,
      traceRoot,
      inputRoots: [referee.tensorRoot({ dtype: 'U8', shape: [1, 4] }, input, 1)],
    });
    const leaves = loaded.trace(lie);
    const claim = facts(referee.traceRoot(leaves));
    const opening = loaded.open(0, at(lie, 0), 1024);
    expect(loaded.firstWrongTile(0, opening, at(honest, 0))).toBe(0);
    const proofs = [
      loaded.proveNode(0, leaves, [input], honest),
      loaded.proveTile(0, 0, opening, leaves, [input], honest),
      loaded.proveElement(0, 0, opening, leaves, [input], honest),
    ];
    for (const proof of proofs) expect(referee.check(claim, proof).kind).toBe('convicted');

    const truth = loaded.trace(honest);
    const rightly = facts(referee.traceRoot(truth));
    const accusation = loaded.proveNode(0, truth, [input], honest);
    expect(referee.check(rightly, accusation)).toEqual({ kind: 'rejected', reason: 'ClaimHolds' });
    expect(referee.check(rightly, at(proofs, 0))).toEqual({
      kind: 'rejected',
      reason: 'NotTheClaim',
    });
    expect(loaded.checkTile(0, 0, [input], honest)).toBe(true);
    expect(loaded.checkTile(0, 0, [input], lie)).toBe(false);
  });

  it('reads a graph that lies within a larger buffer', () => {
    const bytes = encodeGraph(graph());
    const pool = new Uint8Array(bytes.length + 9).fill(0xff);
    pool.set(bytes, 5);
    const loaded = referee.loadGraph(pool.subarray(5, 5 + bytes.length));
    expect(loaded.graph).toEqual(graph());
    loaded.free();
  });

  it('keeps a freed graph apart from those loaded later', () => {
    const stale = referee.loadGraph(encodeGraph(graph()));
    stale.free();
    const fresh = referee.loadGraph(encodeGraph(graph()));
    expect(() => stale.evaluate([input])).toThrow(/freed/);
    stale.free();
    expect(fresh.evaluate([input])).toHaveLength(2);
    fresh.free();
  });

  it('refuses a trace of outputs that are not those of the nodes', () => {
    const loaded = referee.loadGraph(encodeGraph(graph()));
    const outputs = loaded.evaluate([input]);
    expect(() => loaded.trace(outputs.slice(1))).toThrow(/1 outputs for 2 nodes/);
    expect(() => loaded.trace([at(outputs, 0), new Uint8Array(3)])).toThrow(/output of node 1/);
    loaded.free();
    expect(() => loaded.trace(outputs)).toThrow(/freed/);
  });

  it('turns a trap of the module into an error of its own', () => {
    // Exports memory, alloc, release and a call that is `unreachable`.
    const trapping = Uint8Array.from([
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...[1, 17, 3, 0x60, 1, 0x7f, 1, 0x7f, 0x60, 2, 0x7f, 0x7f, 0, 0x60, 2, 0x7f, 0x7f, 1, 0x7e],
      ...[3, 4, 3, 0, 1, 2],
      ...[5, 3, 1, 0, 1],
      ...[7, 35, 4],
      ...['memory', 'alloc', 'release', 'call'].flatMap((name, at) => [
        name.length,
        ...new TextEncoder().encode(name),
        ...(at === 0 ? [2, 0] : [0, at - 1]),
      ]),
      ...[10, 13, 3, 4, 0, 0x41, 0, 0x0b, 2, 0, 0x0b, 3, 0, 0, 0x0b],
    ]);
    expect(() => createReferee(trapping).traceRoot([])).toThrow(RefereeError);
    expect(() => createReferee(trapping).traceRoot([])).toThrow(/trapped with 1 MiB/);
  });

  it('names the node of a graph that does not type-check', () => {
    const bad = graph();
    at(bad.nodes, 0).output = { dtype: 'I8', shape: [1, 3] };
    expect(() => referee.loadGraph(encodeGraph(bad))).toThrow(/Node\(0, Output\)/);
    expect(() => referee.loadGraph(Uint8Array.from([1, 2, 3]))).toThrow(RefereeError);
  });

  it('says what a header may be when it is none', () => {
    const bad = graph();
    bad.header.inputs = [];
    expect(() => referee.loadGraph(encodeGraph(bad))).toThrow(
      /does not type-check: Header: a graph has 1 to 16384 nodes and .*, at least one input/,
    );
    const many = graph();
    many.header.nodeCount = 16_385;
    expect(() => referee.loadGraph(encodeGraph(many))).toThrow(/1 to 16384 nodes/);
  });

  it('cuts pages within the limit', () => {
    const loaded = referee.loadGraph(encodeGraph(graph()));
    const pages = loaded.pages(64);
    expect(pages.length).toBeGreaterThan(1);
    for (const page of pages) expect(page.length).toBeLessThanOrEqual(64);
  });
});

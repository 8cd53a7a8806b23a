import { describe, expect, it } from 'vitest';
import {
  attestTile,
  challengeNode,
  condemnModel,
  contradictElement,
  contradictNode,
  contradictTile,
  openNode,
  publishInput,
  revealResult,
  submitGraphPage,
  submitInferenceRequest,
  submitInferenceResult,
  submitRequestToLatest,
} from './calls/index.ts';
import type { VeritraceClient } from './client.ts';
import { TooLarge } from './errors.ts';
import { demandAskable, limitOf } from './limits.ts';
import type { TensorSpec } from './state.ts';

const LIMITS = {
  inference: { maxInputBytes: 100, maxOutputBytes: 200 },
  models: { maxPageBytes: 300, maxProofBytes: 400 },
  disputes: { maxProofBytes: 500, maxOpeningBytes: 600 },
};

/** A client that knows the calls of a runtime and its constants, and counts what is made of them. */
const clientWith = (consts: object = LIMITS) => {
  const made: string[] = [];
  const calls = new Proxy(
    {},
    {
      get: (_, pallet) =>
        new Proxy(
          {},
          {
            get: (_, method) => () => {
              made.push(`${String(pallet)}.${String(method)}`);
              return {};
            },
          },
        ),
    },
  );
  return { client: { api: { tx: calls, consts } } as unknown as VeritraceClient, made };
};

const bytes = (length: number) => new Uint8Array(length);
const trace = { type: 'Leaves' as const, leaves: [] };
const ask = { maxPrice: 1n, deadline: 8, redundancy: 1 };
const accusation = { request: 7n, worker: '5F' };

/** Every call that carries something of which the chain takes so much and no more. */
const cases: [string, number, (client: VeritraceClient, size: number) => unknown][] = [
  [
    'input 1',
    100,
    (client, size) =>
      submitInferenceRequest(client, { ...ask, model: '0x', inputs: [bytes(4), bytes(size)] }),
  ],
  [
    'input 0',
    100,
    (client, size) =>
      submitRequestToLatest(client, { ...ask, family: '0x', inputs: [bytes(size)] }),
  ],
  [
    'input 2 of request 7',
    100,
    (client, size) => publishInput(client, { request: 7n, index: 2, bytes: bytes(size) }),
  ],
  [
    'output 0',
    200,
    (client, size) => submitInferenceResult(client, { request: 7n, trace, outputs: [bytes(size)] }),
  ],
  [
    'output 1',
    200,
    (client, size) =>
      revealResult(client, {
        request: 7n,
        trace,
        outputs: [bytes(0), bytes(size)],
        salt: bytes(32),
      }),
  ],
  [
    'the page of the graph',
    300,
    (client, size) => submitGraphPage(client, { model: '0x', page: bytes(size) }),
  ],
  [
    'the proof against a model',
    400,
    (client, size) => condemnModel(client, { model: '0x', proof: bytes(size) }),
  ],
  [
    'the proof of a whole node',
    500,
    (client, size) => contradictNode(client, { ...accusation, proof: bytes(size) }),
  ],
  [
    'the proof of a tile',
    500,
    (client, size) => contradictTile(client, { ...accusation, proof: bytes(size) }),
  ],
  [
    'the proof of an element',
    500,
    (client, size) => contradictElement(client, { ...accusation, proof: bytes(size) }),
  ],
  [
    'what a challenge shows',
    500,
    (client, size) => challengeNode(client, { ...accusation, proof: bytes(size) }),
  ],
  [
    'the attestation',
    500,
    (client, size) => attestTile(client, { request: 7n, proof: bytes(size) }),
  ],
  [
    'the opening of node 3',
    600,
    (client, size) => openNode(client, { request: 7n, node: 3, opening: bytes(size) }),
  ],
];

const thrownBy = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('what is larger than the chain takes', () => {
  it.each(cases)('is no call: %s', (what, limit, make) => {
    const { client, made } = clientWith();
    make(client, limit);
    expect(made).toHaveLength(1);
    const thrown = thrownBy(() => make(client, limit + 1));
    expect(thrown).toBeInstanceOf(TooLarge);
    expect(thrown).toMatchObject({ what, limit, bytes: limit + 1 });
    expect(made).toHaveLength(1);
  });

  it('is told with its size, the limit, where that stands, and what to do', () => {
    const { client } = clientWith({ inference: { maxInputBytes: 262_144 } });
    const detector: TensorSpec = { dtype: 'U8', shape: [1, 3, 320, 320] };
    expect(() => demandAskable(client, [{ dtype: 'I32', shape: [1] }, detector])).toThrow(
      'input 1, U8 of shape [1, 3, 320, 320], has 307,200 bytes, and this chain takes at most 262,144 ' +
        '(inference.MaxInputBytes); nothing was sent. Ask a model that takes a smaller input, or compile it for one ' +
        '(--shape); an input that is named by its root has the same limit.',
    );
    expect(() => demandAskable(client, [{ dtype: 'U8', shape: [1, 3, 256, 192] }])).not.toThrow();
    // Four bytes each.
    expect(() => demandAskable(client, [{ dtype: 'I32', shape: [65_536] }])).not.toThrow();
    expect(() => demandAskable(client, [{ dtype: 'I32', shape: [65_537] }])).toThrow(TooLarge);
  });

  it('is for the chain to say where its runtime tells no limit', () => {
    const { client, made } = clientWith({});
    expect(limitOf(client, 'input')).toBeUndefined();
    for (const [, limit, make] of cases) make(client, limit + 1);
    expect(made).toHaveLength(cases.length);
  });
});
